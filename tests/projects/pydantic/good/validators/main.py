import os

from pydantic import field_validator, model_validator
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine


class Settings(BaseSettings):
    pool_size: int = 8
    max_overflow: int = 4
    pool_recycle: int = 900

    @field_validator("pool_size")
    @classmethod
    def not_negative(cls, value: int) -> int:
        if value < 0:
            raise ValueError("it is a number of connections")
        return value

    @field_validator("max_overflow")
    @classmethod
    def at_most(cls, value: int) -> int:
        return min(value, os.cpu_count() or 1)

    @model_validator(mode="after")
    def shorter(self) -> "Settings":
        self.pool_recycle = self.pool_recycle // 2
        return self


settings = Settings()
engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=settings.pool_size,
    max_overflow=settings.max_overflow,
    pool_recycle=settings.pool_recycle,
    pool_pre_ping=True,
)
