from pydantic_settings import BaseSettings
from sqlalchemy import create_engine


class Settings(BaseSettings):
    model_config = {"case_sensitive": True, "env_file": ".env", "extra": "ignore"}

    pool_size: int = 8
    POOL_RECYCLE: int = 900


settings = Settings()
engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=settings.pool_size,
    pool_recycle=settings.POOL_RECYCLE,
    pool_pre_ping=True,
)
