from sqlalchemy import create_engine

from config import settings

engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=settings.db_pool_size,
    max_overflow=settings.db_max_overflow,
    pool_recycle=settings.db_pool_recycle,
    pool_pre_ping=True,
)
