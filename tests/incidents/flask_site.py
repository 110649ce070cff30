"""The site of incident 1: Flask-SQLAlchemy on gevent, with a view that waits for another service."""

from gevent import monkey  # type: ignore[import-untyped]  # it has no types

monkey.patch_all()

from urllib.request import urlopen  # noqa: E402 - gevent has to be first

from flask import Flask, request  # noqa: E402 - gevent has to be first
from flask_sqlalchemy import SQLAlchemy  # noqa: E402 - gevent has to be first
from gevent.pywsgi import WSGIServer  # type: ignore[import-untyped]  # noqa: E402 - it has no types, and is first
from sqlalchemy import text  # noqa: E402 - gevent has to be first

from tests.incidents.application import answers_errors, pool_options, say_port, url  # noqa: E402 - gevent has to be first

app = answers_errors(Flask(__name__))
app.config.update(pool_options() | {"SQLALCHEMY_DATABASE_URI": url()})
db = SQLAlchemy(app)


def read_one_row() -> str:
    return str(db.session.execute(text("SELECT title FROM tasks WHERE id = 1")).scalar_one())


def ask_another_service() -> None:
    with urlopen(request.args["service"]) as answered:  # noqa: S310 - the test's own service
        answered.read()


@app.get("/held")
def holds_its_session() -> str:
    title = read_one_row()
    ask_another_service()
    return title


@app.get("/removed")
def gives_back_first() -> str:
    title = read_one_row()
    db.session.remove()
    ask_another_service()
    return title


@app.get("/slow-statement/<int:seconds>")
def runs_long(seconds: int) -> str:
    return str(db.session.execute(text("SELECT SLEEP(:seconds)"), {"seconds": seconds}).scalar_one())


if __name__ == "__main__":
    server = WSGIServer(("127.0.0.1", 0), app, log=None)
    server.start()
    say_port(server.server_port)
    server.serve_forever()
