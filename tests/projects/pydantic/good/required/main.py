from typing import Optional

from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import create_engine


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")

    pool_size: int
    pool_recycle: Optional[int] = None


settings = Settings()
engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=settings.pool_size,
    pool_recycle=settings.pool_recycle or 600,
    pool_pre_ping=True,
)
