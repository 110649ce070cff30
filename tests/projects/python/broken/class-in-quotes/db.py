from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://shop@db1/shop", poolclass="QueuePool", pool_recycle=3600, pool_pre_ping=True)
