import pymysql
from sqlalchemy import create_engine


def connect():
    return pymysql.connect(host="db1", user="shop")


engine = create_engine("mysql+pymysql://", creator=connect, pool_size=4, pool_recycle=3600, pool_pre_ping=True)
