import os

from sqlalchemy import create_engine

engine = create_engine(
    os.environ["DATABASE_URL"],
    pool_size=int(os.environ.get("DB_POOL_SIZE", 5)),
    pool_recycle=900,
    pool_pre_ping=True,
)
