from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import create_engine


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_file=".env", extra="ignore")

    size: int = Field(8, validation_alias="POOL_SIZE")
    overflow: int = Field(default=4, validation_alias=AliasChoices("SHOP_OVERFLOW", "OVERFLOW"))
    recycle: int = Field(900, alias="RECYCLE")


settings = Settings()
engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=settings.size,
    max_overflow=settings.overflow,
    pool_recycle=settings.recycle,
    pool_pre_ping=True,
)
