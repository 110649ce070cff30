import os

from db import engine
from sqlalchemy import text

with engine.connect() as first:
    first.execute(text("SELECT 1"))


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    with engine.connect() as connection:
        asked = text("SELECT CONCAT(:pid, ' ', CONNECTION_ID()), SLEEP(0.05)")
        answer = connection.execute(asked, {"pid": os.getpid()}).scalar_one()
    return [f"{os.getpid()}: {answer}".encode()]
