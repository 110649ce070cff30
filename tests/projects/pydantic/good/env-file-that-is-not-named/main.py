from pydantic_settings import BaseSettings
from sqlalchemy import create_engine


class Other(BaseSettings, env_file=".env", extra="ignore"):
    pool_size: int = 3


class Settings(BaseSettings):
    pool_size: int = 8


engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=Settings().pool_size, pool_recycle=1800, pool_pre_ping=True)
reports = create_engine("mysql+pymysql://shop@db2/reports", pool_size=Other().pool_size, pool_recycle=1800, pool_pre_ping=True)
