from functools import partial

from sqlalchemy import create_engine

make = partial(create_engine, "mysql+pymysql://shop@db1/shop", pool_size=4, pool_recycle=3600, pool_pre_ping=True)
