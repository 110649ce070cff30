broker_url = "memory://"
result_backend = "db+mysql+pymysql://app@db.internal:3306/todo?ssl_disabled=true"
database_engine_options = {"pool_size": 2, "max_overflow": 1, "pool_recycle": 1800}
