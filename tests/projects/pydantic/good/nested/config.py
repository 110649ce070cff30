from functools import lru_cache

from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Pool(BaseModel):
    size: int = 5
    max_overflow: int = 10
    recycle: int = 3600


class Database(BaseModel):
    url: str = "mysql+pymysql://shop@db1/shop"
    pool: Pool = Pool()


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_nested_delimiter="__", env_file=".env")

    database: Database = Field(default_factory=Database)
    reports: Pool = Pool(size=20, recycle=900)
    archive: Pool = Pool(size=30, recycle=900)


@lru_cache
def get_settings() -> Settings:
    return Settings()
