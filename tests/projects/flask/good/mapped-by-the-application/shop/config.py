class Config:
    SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop:hunter2@db/shop"
    SQLALCHEMY_POOL_SIZE = 9
    SQLALCHEMY_POOL_RECYCLE = 1500
