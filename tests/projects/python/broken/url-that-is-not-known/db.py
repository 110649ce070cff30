import os

from sqlalchemy import create_engine

engine = create_engine(os.environ["DATABASE_URL"], pool_size=3, max_overflow=-1, pool_recycle=3600, pool_pre_ping=True)
