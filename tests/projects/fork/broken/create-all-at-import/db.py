import os

from sqlalchemy import Column, Integer, create_engine
from sqlalchemy.orm import declarative_base

engine = create_engine(
    os.environ.get("DATABASE_URL", "mysql+pymysql://shop:hunter2@db/shop"), pool_recycle=1800
)
Base = declarative_base()


class Item(Base):
    __tablename__ = "items"

    id = Column(Integer, primary_key=True)
