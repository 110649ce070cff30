import os

from sqlalchemy import create_engine

SIZE = int(os.environ.get("DB_POOL_SIZE", "9"))

engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=SIZE, pool_recycle=int(os.getenv("DB_RECYCLE") or 600), pool_pre_ping=True)
