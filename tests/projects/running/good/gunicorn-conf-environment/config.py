SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop:hunter2@db/shop"
SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 10, "max_overflow": 5, "pool_recycle": 1800, "pool_pre_ping": True}
