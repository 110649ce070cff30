from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://shop:hunter2@jobs-db/shop", pool_size=10, max_overflow=5, pool_recycle=1800, pool_pre_ping=True)
