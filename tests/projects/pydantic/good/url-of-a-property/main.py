from sqlalchemy import create_engine

from config import Settings, settings


def make(settings: Settings):
    return create_engine(str(settings.reports_dsn), pool_size=settings.db_pool_size, pool_recycle=600, pool_pre_ping=True)


engine = create_engine(settings.db_url, pool_size=settings.db_pool_size, pool_recycle=600, pool_pre_ping=True)
reports = make(Settings())
