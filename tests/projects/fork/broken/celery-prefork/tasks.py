import os

from celery import Celery
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

engine = create_engine(
    os.environ.get("DATABASE_URL", "mysql+pymysql://shop:hunter2@db/shop"), pool_recycle=1800
)
Session = sessionmaker(bind=engine)
app = Celery("tasks", broker=os.environ.get("BROKER_URL", "redis://redis/0"))

with Session() as session:
    session.execute(text("SELECT 1"))


@app.task
def look():
    with Session() as session:
        asked = text("SELECT CONCAT(:pid, ' ', CONNECTION_ID()), SLEEP(0.05)")
        answer = session.execute(asked, {"pid": os.getpid()}).scalar_one()
    return f"{os.getpid()}: {answer}"
