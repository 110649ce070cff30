SQLALCHEMY_DATABASE_URI = "mysql+pymysql://admin@db/admin"
SQLALCHEMY_ENGINE_OPTIONS = {"pool_pre_ping": True}
