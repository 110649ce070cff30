from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import QueuePool

engine = create_async_engine("mysql+aiomysql://shop@db1/shop", poolclass=QueuePool, pool_recycle=3600, pool_pre_ping=True)
