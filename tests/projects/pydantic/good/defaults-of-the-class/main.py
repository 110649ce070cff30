from sqlalchemy import create_engine

from config import settings

engine = create_engine(
    settings.db_url,
    pool_size=settings.db_pool_size,
    pool_recycle=settings.db_pool_recycle,
    pool_pre_ping=settings.db_pre_ping,
)
