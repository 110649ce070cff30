from sqlalchemy import engine_from_config

engine = engine_from_config({
    "sqlalchemy.url": "mysql+pymysql://a@b/c",
    "sqlalchemy.pool_timeout": "0.5",
    "sqlalchemy.pool_recycle": "3600",
})
