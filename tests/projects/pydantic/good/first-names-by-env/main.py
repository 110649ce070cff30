from pydantic import BaseSettings, Field
from sqlalchemy import create_engine


class Base(BaseSettings):
    class Config:
        env_prefix = "app_"
        env_file = ".env"


class Settings(Base):
    size: int = Field(8, env="POOL_SIZE")
    overflow: int = Field(4, alias="OVERFLOW")
    recycle: int = Field(900, env=["NO_RECYCLE", "RECYCLE"])
    timeout: float = 20

    class Config:
        case_sensitive = False


settings = Settings()
engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=settings.size,
    max_overflow=settings.overflow,
    pool_recycle=settings.recycle,
    pool_timeout=settings.timeout,
    pool_pre_ping=True,
)
