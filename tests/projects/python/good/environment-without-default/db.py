import os

from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=int(os.environ["DB_POOL_SIZE"]), pool_recycle=3600, pool_pre_ping=True)
