class Config:
    SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop:hunter2@db/shop"
    SQLALCHEMY_BINDS = {
        "reports": "mysql+pymysql://shop:hunter2@replica/shop",
        "cache": "sqlite:///cache.db",
    }
    SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 7, "pool_recycle": 1200, "pool_pre_ping": True}
