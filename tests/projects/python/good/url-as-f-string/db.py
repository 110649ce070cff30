import os

from sqlalchemy import create_engine

user, host = os.getenv("DB_USER", "shop"), os.environ["DB_HOST"]
engine = create_engine(f"mysql+pymysql://{user}:{os.environ['DB_PASSWORD']}@{host}/shop", pool_recycle=3600, pool_pre_ping=True)
