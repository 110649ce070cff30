"""Make incident 0a for real and record the capture that `poolaudit demo` audits.

    FAKETIME_LIBRARY=/path/to/libfaketimeMT.so.1 python -m tests.incidents.record_demo

A Flask to-do application whose requests never close their session runs against a real MySQL 5.6, whose clock alone is
moved forward (libfaketime) between the requests, so that the sleepers are as old as in the incident without waiting
for eleven hours. The processlist, the transactions and all else are the server's own words.
"""

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from poolaudit.collect.capture import to_json
from poolaudit.collect.gather import Depth, gather
from poolaudit.collect.target import Target
from poolaudit.facts.server import Server
from tests.servers import Kind, start
from tests.servers.running import RunningServer

TIMES = (38068, 37914, 37914, 708, 650)
DEMO = Path(__file__).parents[2] / "poolaudit" / "demo" / "incident-0a.json"
UPTIME = 12 * 86400
NOTE = (
    "Recorded from MySQL 5.6.24 on {day} by `python -m tests.incidents.record_demo`: a Flask to-do application that"
    " never closes its sessions, the server's clock moved forward between its requests."
)


def todo_app(server: RunningServer) -> tuple[Flask, list[Session]]:
    """Make the application of the incident: each request opens a session, and none closes it."""
    app = Flask("flask-todo")
    engine = create_engine(
        server.dsn("todo", "todo", "todo"), pool_size=5, max_overflow=0, pool_timeout=30, pool_recycle=-1,
        connect_args={"program_name": "flask-todo", "ssl_disabled": True},
    )  # fmt: skip
    make_session, opened = sessionmaker(engine), list[Session]()

    @app.get("/")
    def index() -> dict[str, list[str]]:
        session = make_session()
        opened.append(session)
        return {"tasks": list(session.scalars(text("SELECT title FROM tasks WHERE done = 0 ORDER BY id")))}

    return app, opened


def prepare(server: RunningServer) -> None:
    """Make the database that the application works on, and end a few connections as the incident's server had seen."""
    for statement in (
        "CREATE DATABASE todo",
        "CREATE TABLE todo.tasks (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(80), done INT DEFAULT 0)",
        "INSERT INTO todo.tasks (title) VALUES ('write the report'), ('water the plants')",
        "CREATE USER 'todo'@'127.0.0.1' IDENTIFIED BY 'todo'",
        "GRANT ALL ON todo.* TO 'todo'@'127.0.0.1'",
        "SET GLOBAL innodb_lock_wait_timeout = 50",
    ):
        server.sql(statement)


def record(clock: Path) -> Server:
    """Play the incident and scan the server at its end."""

    def move(seconds: int) -> None:
        clock.write_text(f"+{seconds}")

    move(0)
    with start(Kind.MYSQL_56) as server:
        prepare(server)
        move(UPTIME - max(TIMES))
        app, opened = todo_app(server)
        browser = app.test_client()
        for age in TIMES:
            move(UPTIME - age)
            assert browser.get("/").json == {"tasks": ["write the report", "water the plants"]}
        move(UPTIME)
        facts = gather(Target(host=server.host, port=server.port, user="root"), Depth())
        for session in opened:
            session.close()
    return facts


def main() -> None:
    """Record the capture; its address is made that of the incident, its moment that of the moved clock."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Path(folder) / "clock"
        os.environ |= {
            "LD_PRELOAD": os.environ["FAKETIME_LIBRARY"],
            "FAKETIME_TIMESTAMP_FILE": str(clock),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        facts = record(clock)
    day = datetime.now(UTC)
    moved = (day + timedelta(seconds=UPTIME)).date()
    DEMO.write_text(to_json(facts, note=NOTE.format(day=day.date())))
    print(f"{DEMO.name}: {len(facts.sessions)} sessions; the server's clock said {moved}")


if __name__ == "__main__":
    main()
