from sqlalchemy.pool import NullPool

SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop:hunter2@db/shop"
SQLALCHEMY_ENGINE_OPTIONS = {"poolclass": NullPool}
