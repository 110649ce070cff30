from sqlalchemy import create_engine

OPTIONS = {"pool_size": 6, "max_overflow": 4}
OPTIONS["pool_pre_ping"] = True
OPTIONS.update(pool_recycle=1200, pool_timeout=5)

engine = create_engine("mysql+pymysql://shop@db1/shop", **OPTIONS)
