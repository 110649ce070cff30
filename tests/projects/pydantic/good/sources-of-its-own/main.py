from pydantic_settings import BaseSettings
from sqlalchemy import create_engine


class Turned(BaseSettings):
    model_config = {"env_file": ".env"}

    pool_size: int = 8

    @classmethod
    def settings_customise_sources(cls, settings_cls, init_settings, env_settings, dotenv_settings, file_secret_settings):
        return dotenv_settings, env_settings, init_settings


class Settings(BaseSettings):
    pool_size: int = 8

    @classmethod
    def settings_customise_sources(cls, settings_cls, init_settings, **others):
        return init_settings, lambda: {"pool_size": 6}


engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=Turned(pool_size=3).pool_size, pool_recycle=600, pool_pre_ping=True)
reports = create_engine("mysql+pymysql://shop@db2/reports", pool_size=Settings().pool_size, pool_recycle=600, pool_pre_ping=True)
