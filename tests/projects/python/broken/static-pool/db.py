from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

engine = create_engine("mysql+pymysql://shop@db1/shop", poolclass=StaticPool, pool_recycle=3600, pool_pre_ping=True)
