SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop:hunter2@db/shop"
SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 7, "pool_recycle": 1200, "pool_pre_ping": True}
SQLALCHEMY_BINDS = {
    "reports": "mysql+pymysql://shop:hunter2@replica/shop",
    "audit": {
        "url": "mysql+pymysql://audit:hunter2@audit/audit",
        "pool_size": 2,
        "max_overflow": 0,
        "pool_recycle": 300,
    },
}
