from sqlalchemy import create_engine

HOUR = 60 * 60
SIZE, OVERFLOW = 4, 6
RECYCLE: int = HOUR // 2

engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=SIZE, max_overflow=OVERFLOW, pool_recycle=RECYCLE, pool_pre_ping=True)
