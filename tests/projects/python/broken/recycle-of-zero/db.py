from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://shop@db1/shop", pool_recycle=0, pool_pre_ping=True)
