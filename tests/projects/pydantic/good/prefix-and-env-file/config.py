from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_file=Path(__file__).parent / ".env", extra="ignore")

    db_pool_size: int = 8
    db_pool_recycle: int = 1800
    db_max_overflow: int = 4


settings = Settings()
