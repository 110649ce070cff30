from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env")

    pool_size: int = 8
    pool_recycle: int = 1800
    max_overflow: int = 4
