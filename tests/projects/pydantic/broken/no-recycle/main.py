from sqlalchemy import create_engine

import config

conf = config.Settings()
engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=conf.pool_size,
    max_overflow=conf.max_overflow,
    pool_recycle=conf.pool_recycle,
)
