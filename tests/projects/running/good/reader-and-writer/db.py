from sqlalchemy import create_engine

writer = create_engine("mysql+pymysql://shop:hunter2@db/shop", pool_size=10, max_overflow=5, pool_recycle=1800, pool_pre_ping=True)
reader = create_engine("mysql+pymysql://shop:hunter2@replica/shop", pool_size=10, max_overflow=5, pool_recycle=1800, pool_pre_ping=True)
