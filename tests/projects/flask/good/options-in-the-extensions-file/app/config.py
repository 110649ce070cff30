class Config:
    SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop@db/shop"
    SQLALCHEMY_ENGINE_OPTIONS = {"max_overflow": 3}
