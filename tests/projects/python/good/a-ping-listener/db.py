from sqlalchemy import create_engine, event, exc, select

engine = create_engine("mysql+pymysql://shop@db1/shop", pool_recycle=1800)


@event.listens_for(engine, "engine_connect")
def ping(connection, branch=False):
    try:
        connection.scalar(select(1))
    except exc.DBAPIError:
        connection.scalar(select(1))
