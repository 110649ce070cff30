"""Incident 4c: APScheduler's job store is given the URL, so it makes an engine of its own beside the application's."""

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # it has no types
from flask import Flask
from sqlalchemy import create_engine, text

from tests.incidents.application import answer, answers_errors, pool_options, url

app = answers_errors(Flask(__name__))
engine = create_engine(url(), **pool_options())
scheduler = BackgroundScheduler(timezone="UTC")
scheduler.add_jobstore("sqlalchemy", url=url())


def remind() -> None:
    """Do nothing: no job comes due while the test runs."""


@app.get("/task")
def first_task() -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT title FROM tasks WHERE id = 1")).scalar_one())


@app.get("/jobs")
def jobs() -> str:
    return ", ".join(job.id for job in scheduler.get_jobs())


if __name__ == "__main__":
    scheduler.start()
    scheduler.add_job("tests.incidents.flask_scheduler:remind", "interval", days=1, id="remind", replace_existing=True)
    answer(app)
