from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import create_engine


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    size: int = Field(8, env="POOL_SIZE")


engine = create_engine(
    "mysql+pymysql://shop@db1/shop", pool_size=Settings().size, pool_recycle=1800, pool_pre_ping=True
)
