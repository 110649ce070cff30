SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop@db/shop"
