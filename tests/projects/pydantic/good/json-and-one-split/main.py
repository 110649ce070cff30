from pydantic import BaseModel
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import create_engine


class Pool(BaseModel):
    pool_size: int = 5
    max_overflow: int = 10
    pool_recycle: int = 900


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_nested_delimiter="_", env_nested_max_split=1, env_file=".env")

    db: Pool = Pool()
    options: dict = {"pool_size": 3, "pool_recycle": 900, "pool_pre_ping": True}


class Split(BaseSettings):
    model_config = SettingsConfigDict(env_nested_delimiter="_", env_file=".env", extra="ignore")

    db: Pool = Pool()


settings = Settings()
engine = create_engine("mysql+pymysql://shop@db1/shop", **settings.db.model_dump(exclude={"max_overflow"}), pool_pre_ping=True)
reports = create_engine("mysql+pymysql://shop@db2/reports", **settings.options)
archive = create_engine("mysql+pymysql://shop@db3/archive", **Split().db.model_dump(), pool_pre_ping=True)
