"""The API of incident 3: Tornado, with sessions opened on an executor's threads and never given back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from tests.incidents.application import pool_options, say_port, url

executor = ThreadPoolExecutor(max_workers=4)
engine = create_engine(url(), **pool_options())
make_session = sessionmaker(engine)
opened: list[Session] = []


def read() -> str:
    session = make_session()
    title = str(session.execute(text("SELECT title FROM tasks WHERE id = 1")).scalar_one())
    opened.append(session)
    return title


def roll_back() -> str:
    """Roll back on the connection itself: the session would pass over an error here."""
    connection = opened[0].connection().connection.dbapi_connection
    connection.rollback()  # type: ignore[union-attr]  # PyMySQL's, which is checked out
    return "rolled back"


def ping() -> str:
    """Ping each connection that is out, which starts the server's clock anew and gives nothing back."""
    for session in opened:
        session.connection().connection.dbapi_connection.ping(reconnect=False)  # type: ignore[union-attr]  # PyMySQL's
    return str(len(opened))


class OnExecutor(RequestHandler):
    async def get(self, path: str) -> None:
        work = {"items": read, "ping": ping, "rollback": roll_back}[path]
        try:
            self.finish(await asyncio.get_running_loop().run_in_executor(executor, work))
        except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:
            self.set_status(500)
            self.finish(f"{type(error).__name__}: {error}")


async def main() -> None:
    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(Application([("/(items|ping|rollback)", OnExecutor)]))
    server.add_sockets(sockets)
    say_port(sockets[0].getsockname()[1])
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
