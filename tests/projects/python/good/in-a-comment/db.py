# engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=50)
from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=5, pool_recycle=3600, pool_pre_ping=True)  # pool_size=99
