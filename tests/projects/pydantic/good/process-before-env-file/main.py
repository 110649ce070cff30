from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import create_engine


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_prefix="SHOP_")
    pool_size: int = 8
    max_overflow: int = 2
    pool_recycle: int = 60


settings = Settings()
engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=settings.pool_size,
    max_overflow=settings.max_overflow,
    pool_recycle=settings.pool_recycle,
    pool_pre_ping=True,
)
