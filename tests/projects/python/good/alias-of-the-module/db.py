import sqlalchemy as sa

engine = sa.create_engine("mysql+pymysql://shop@db1/shop", pool_size=7, pool_recycle=3600, pool_pre_ping=True)
