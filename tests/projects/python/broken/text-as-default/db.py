import os

from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://shop@db1/shop", max_overflow=os.getenv("DB_OVERFLOW", "10"), pool_recycle=3600, pool_pre_ping=True)
