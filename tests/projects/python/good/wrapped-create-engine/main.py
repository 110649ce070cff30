from wrapper import create_engine

engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=4, pool_recycle=3600, pool_pre_ping=True)
