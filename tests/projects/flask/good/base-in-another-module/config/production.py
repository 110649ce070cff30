from config.base import Base


class Production(Base):
    SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop:hunter2@db/shop"
    SQLALCHEMY_ENGINE_OPTIONS = {**Base.POOL, "pool_size": 12}
