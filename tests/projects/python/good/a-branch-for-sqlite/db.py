import os

from sqlalchemy import create_engine

URL = os.environ.get("DATABASE_URL", "mysql+pymysql://shop@db1/shop")

if URL.startswith("sqlite"):
    options = {"connect_args": {"check_same_thread": False}}
else:
    options = {"pool_size": 10, "pool_recycle": 1800, "pool_pre_ping": True}

engine = create_engine(URL, **options)
