from sqlalchemy import create_engine

one = create_engine("mysql+pymysql://%s@%s/shop" % ("shop", "db1"), pool_recycle=3600, pool_pre_ping=True)
two = create_engine("mysql+pymysql://{}@{host}/shop".format("shop", host="db2"), pool_recycle=3600, pool_pre_ping=True)
three = create_engine("mysql+pymysql://" + "shop@db3/shop", pool_recycle=3600, pool_pre_ping=True)
