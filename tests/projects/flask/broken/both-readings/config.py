SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop:hunter2@db/shop"
SQLALCHEMY_POOL_SIZE = 20
