"""What the applications of the incidents have in common: where they read their pool, and how they answer.

Each is started as `python -m tests.incidents.NAME URL FILE`; its pool's options are those of FILE, which the audit
reads too. It prints its port when it answers. An error of the database is answered with 500 and the error's words.
"""

import logging
import sys
from pathlib import Path
from typing import Any

import sqlalchemy.pool
import yaml
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.serving import make_server

NOT_THE_POOLS = frozenset({"url", "deployment"})


def url() -> str:
    """Give the database's URL, which is another one in each test."""
    return sys.argv[1]


def pool_options() -> dict[str, Any]:
    """Give what the application's file says, as `create_engine` takes it."""
    return options_of(Path(sys.argv[2]))


def options_of(file: Path) -> dict[str, Any]:
    """Read a file of SQLAlchemy's words."""
    said = yaml.safe_load(file.read_text())
    options = {word: value for word, value in said.items() if word not in NOT_THE_POOLS}
    if "poolclass" in options:
        options["poolclass"] = getattr(sqlalchemy.pool, options["poolclass"])
    return options


def answers_errors(app: Flask) -> Flask:
    """Let an application say what the database's error was."""
    app.register_error_handler(SQLAlchemyError, lambda error: (f"{type(error).__name__}: {error}", 500))
    return app


def answer(app: Flask) -> None:
    """Answer requests, each in a thread of its own, on a port that is printed."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    say_port(server.port)
    server.serve_forever()


def say_port(port: int) -> None:
    """Tell the test where the application answers."""
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
