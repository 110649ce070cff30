from sqlalchemy import engine_from_config

SETTINGS = {
    "sqlalchemy.url": "mysql+pymysql://shop@db1/shop",
    "sqlalchemy.pool_size": "20",
    "sqlalchemy.pool_recycle": "3600",
    "sqlalchemy.pool_pre_ping": "false",
    "other.pool_size": "1",
}

engine = engine_from_config(SETTINGS)
