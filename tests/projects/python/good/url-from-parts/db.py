import os

from sqlalchemy import URL, create_engine

url = URL.create("mysql+pymysql", username="shop", password=os.environ["DB_PASSWORD"], host="db1", database="shop")
engine = create_engine(url, pool_recycle=3600, pool_pre_ping=True)
