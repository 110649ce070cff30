"""A Flask application that loses connections, for docker-compose.yml's profile `leaky`.

Its pages give back what they take: Flask-SQLAlchemy closes the session after each request. Its health check does not.
It takes a connection from the pool itself and keeps it in a list, so that after fifteen checks the pool is empty, and
each page waits for ten seconds and fails with "QueuePool limit of size 5 overflow 10 reached".
"""

import os
from typing import NamedTuple

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, text

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("LEAKY_DATABASE", "mysql+pymysql://leaky@127.0.0.1:33084/leaky")
app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
    "pool_size": 5,
    "max_overflow": 10,
    "pool_timeout": 10,
    "pool_recycle": 3600,
    "pool_pre_ping": True,
}
db = SQLAlchemy(app)


class Check(NamedTuple):
    """What a health check found."""

    visits: int
    connection: Connection


CHECKS: list[Check] = []


@app.get("/")
def page() -> str:
    """Count the visit; the session is given back with the request's end."""
    db.session.execute(text("INSERT INTO visits VALUES (NULL, NOW())"))
    db.session.commit()
    visits = db.session.execute(text("SELECT COUNT(*) FROM visits")).scalar()
    return f"You are visitor {visits}."


@app.get("/health")
def health() -> str:
    """Say whether the table can be read; this is the leak."""
    connection = db.engine.connect()
    CHECKS.append(Check(connection.execute(text("SELECT COUNT(*) FROM visits")).scalar_one(), connection))
    return f"{len(CHECKS)} checks, {CHECKS[-1].visits} visits"
