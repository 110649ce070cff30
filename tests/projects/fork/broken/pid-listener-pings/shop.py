import os

from sqlalchemy import create_engine, event, exc, text

engine = create_engine(
    os.environ.get("DATABASE_URL", "mysql+pymysql://shop:hunter2@db/shop"), pool_recycle=1800, pool_pre_ping=True
)


@event.listens_for(engine, "connect")
def connect(dbapi_connection, connection_record):
    connection_record.info["pid"] = os.getpid()


@event.listens_for(engine, "checkout")
def checkout(dbapi_connection, connection_record, connection_proxy):
    if connection_record.info["pid"] != os.getpid():
        connection_record.dbapi_connection = connection_proxy.dbapi_connection = None
        raise exc.DisconnectionError("a connection of another process")


def check_database():
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def create_app():
    check_database()

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        with engine.connect() as connection:
            asked = text("SELECT CONCAT(:pid, ' ', CONNECTION_ID()), SLEEP(0.05)")
            answer = connection.execute(asked, {"pid": os.getpid()}).scalar_one()
        return [f"{os.getpid()}: {answer}".encode()]

    return app
