from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://shop@db1/shop", strategy_name="plain", pool_recycle=3600, pool_pre_ping=True)
