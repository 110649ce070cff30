from sqlalchemy import create_engine

engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=5,
    max_overflow=-1 + 3,
    pool_recycle=60 * 60,
    pool_timeout=10,
    pool_pre_ping=True,
)
