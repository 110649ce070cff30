"""The to-do application of incidents 0a to 0d: one route closes its session, the other does not."""

from urllib.request import urlopen

from flask import Flask, request
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from tests.incidents.application import answer, answers_errors, pool_options, url

FIRST_TASK = text("SELECT title FROM tasks WHERE id = 1")

app = answers_errors(Flask(__name__))
engine = create_engine(url(), **pool_options())
make_session = sessionmaker(engine)
left_open: list[Session] = []


def first_task(session: Session) -> str:
    return str(session.execute(FIRST_TASK).scalar_one())


@app.get("/test1")
def closes() -> str:
    with make_session() as session:
        return first_task(session)


@app.get("/test2")
def leaves_open() -> str:
    session = make_session()
    title = first_task(session)
    left_open.append(session)
    return title


@app.get("/ping")
def ping_all() -> str:
    """Ping each connection that is still lent, as a keep-alive thread would."""
    for session in left_open:
        session.connection().connection.dbapi_connection.ping(reconnect=False)  # type: ignore[union-attr]  # PyMySQL's
    return str(len(left_open))


@app.get("/again/<int:number>")
def use_again(number: int) -> str:
    return first_task(left_open[number])


@app.get("/slow")
def waits_for_another_service() -> str:
    with make_session() as session:
        title = first_task(session)
        with urlopen(request.args["service"]) as answered:  # noqa: S310 - the test's own service
            answered.read()
        return title


if __name__ == "__main__":
    answer(app)
