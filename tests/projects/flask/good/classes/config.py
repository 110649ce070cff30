import os


class BaseConfig:
    SQLALCHEMY_ENGINE_OPTIONS = {
        "pool_size": 8,
        "max_overflow": 4,
        "pool_recycle": 1800,
        "pool_pre_ping": True,
    }


class ProductionConfig(BaseConfig):
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL")


class StagingConfig(ProductionConfig):
    DEBUG = False


class TestingConfig(BaseConfig):
    SQLALCHEMY_DATABASE_URI = "sqlite:///test.db"
    SQLALCHEMY_ENGINE_OPTIONS = {}
