from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import create_engine


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=(".env", ".env.prod"), env_ignore_empty=True)

    pool_size: int = 8
    pool_recycle: int = 900
    max_overflow: int = 4


settings = Settings()
plain = Settings(_env_file=".env", max_overflow=1)
engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=settings.pool_size,
    max_overflow=settings.max_overflow,
    pool_recycle=settings.pool_recycle,
    pool_pre_ping=True,
)
reports = create_engine(
    "mysql+pymysql://shop@db2/reports",
    pool_size=plain.pool_size,
    max_overflow=plain.max_overflow,
    pool_recycle=plain.pool_recycle,
    pool_pre_ping=True,
)
