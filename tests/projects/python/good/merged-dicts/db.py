from sqlalchemy import create_engine

BASE = dict(pool_size=5, pool_pre_ping=True)
MORE = {**BASE, "pool_recycle": 900}

engine = create_engine("mysql+pymysql://shop@db1/shop", **(MORE | {"pool_size": 8}))
