"""Incident 4a: sessions opened at import and not closed, in a debug server whose reloader imports all of it twice."""

import logging

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker
from werkzeug.serving import run_simple

from tests.incidents.application import pool_options, url

app = Flask(__name__)
engine = create_engine(url(), **pool_options())
make_session = sessionmaker(engine)
left_open = [make_session() for _ in range(5)]
titles = [session.execute(text("SELECT title FROM tasks WHERE id = 1")).scalar_one() for session in left_open]

if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    run_simple("127.0.0.1", 0, app, use_reloader=True, threaded=True)
