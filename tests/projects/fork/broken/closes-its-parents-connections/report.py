import multiprocessing
import os

from sqlalchemy import create_engine, text

engine = create_engine(
    os.environ.get("DATABASE_URL", "mysql+pymysql://shop:hunter2@db/shop"), pool_recycle=1800
)


def count(number):
    with engine.connect() as connection:
        asked = text("SELECT CONCAT(:pid, ' ', CONNECTION_ID()), SLEEP(0.05)")
        answer = connection.execute(asked, {"pid": os.getpid()}).scalar_one()
    return f"{os.getpid()}: {answer}"


def main():
    print(count(0))
    with multiprocessing.get_context("fork").Pool(2, initializer=engine.dispose) as pool:
        print("\n".join(pool.map(count, range(1, 5), chunksize=1)))
    print(count(5))


if __name__ == "__main__":
    main()
