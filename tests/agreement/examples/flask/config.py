class Config:
    SQLALCHEMY_DATABASE_URI = "mysql+pymysql://app@db.internal:3306/todo?ssl_disabled=true"
    SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 2, "max_overflow": 2, "pool_pre_ping": True}
