import multiprocessing
import os

from sqlalchemy import create_engine, text

engine = create_engine(
    os.environ.get("DATABASE_URL", "mysql+pymysql://shop:hunter2@db/shop"), pool_recycle=1800, pool_pre_ping=True
)


def ask():
    with engine.connect() as connection:
        asked = text("SELECT CONCAT(:pid, ' ', CONNECTION_ID()), SLEEP(0.05)")
        answer = connection.execute(asked, {"pid": os.getpid()}).scalar_one()
    return f"{os.getpid()}: {answer}"


def square(number):
    return number**2


def main():
    print(ask())
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(square, range(1, 5))
    print(ask())


if __name__ == "__main__":
    main()
