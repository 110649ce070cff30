from sqlalchemy import create_engine

import settings
from settings import POOL_SIZE

engine = create_engine("mysql+pymysql://shop@db1/shop", pool_size=POOL_SIZE, pool_recycle=settings.RECYCLE, pool_pre_ping=settings.PING)
