from sqlalchemy import create_engine


def make_engine(size, recycle=300):
    return create_engine("mysql+pymysql://shop@db1/shop", pool_size=size, pool_recycle=recycle, pool_pre_ping=True)


engine = make_engine(11)
