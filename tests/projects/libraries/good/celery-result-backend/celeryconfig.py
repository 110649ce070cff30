broker_url = "redis://cache/0"
result_backend = "db+mysql+pymysql://jobs@db1/jobs"
database_engine_options = {"pool_size": 3, "pool_recycle": 600, "pool_pre_ping": True}
