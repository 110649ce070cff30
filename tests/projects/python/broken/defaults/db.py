from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://shop@db1/shop")
