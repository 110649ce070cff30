import sys

from sqlalchemy import create_engine

if sys.argv[1:]:
    SIZE = 5
else:
    SIZE = 50

engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=SIZE, pool_recycle=3600, pool_pre_ping=True)
