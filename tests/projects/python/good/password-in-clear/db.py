from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://shop:hunter2@db1/shop", pool_recycle=3600, pool_pre_ping=True)
