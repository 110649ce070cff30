from sqlalchemy import create_engine

writer = create_engine("mysql+pymysql://shop@primary/shop", pool_size=5, pool_recycle=3600, pool_pre_ping=True)
reader = create_engine("mysql+pymysql://shop@replica/shop", pool_size=15, pool_recycle=3600, pool_pre_ping=True)
cache = create_engine("sqlite:///cache.db")
