from sqlalchemy import create_engine


class Config:
    POOL_SIZE = 5
    RECYCLE = 600


class Production(Config):
    POOL_SIZE = 20


config = Production()
engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=config.POOL_SIZE, pool_recycle=Production.RECYCLE, pool_pre_ping=True)
