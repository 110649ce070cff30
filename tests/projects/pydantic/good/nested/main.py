from sqlalchemy import create_engine

from config import get_settings

settings = get_settings()
engine = create_engine(
    settings.database.url,
    pool_size=settings.database.pool.size,
    max_overflow=settings.database.pool.max_overflow,
    pool_recycle=settings.database.pool.recycle,
    pool_pre_ping=True,
)
reports = create_engine(
    "mysql+pymysql://shop@db2/reports",
    pool_size=settings.reports.size,
    max_overflow=settings.reports.max_overflow,
    pool_recycle=settings.reports.recycle,
    pool_pre_ping=True,
)
archive = create_engine(
    "mysql+pymysql://shop@db3/archive",
    pool_size=settings.archive.size,
    max_overflow=settings.archive.max_overflow,
    pool_recycle=settings.archive.recycle,
    pool_pre_ping=True,
)
