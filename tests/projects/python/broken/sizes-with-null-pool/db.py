from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

engine = create_engine("mysql+pymysql://shop@db1/shop", poolclass=NullPool, pool_size=5)
