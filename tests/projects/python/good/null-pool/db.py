from sqlalchemy import create_engine, pool

engine = create_engine("mysql+pymysql://shop@db1/shop", poolclass=pool.NullPool)
