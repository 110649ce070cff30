SQLALCHEMY_DATABASE_URI = "mysql+mysqldb://superset:hunter2@db/superset"
SQLALCHEMY_POOL_SIZE = 15
