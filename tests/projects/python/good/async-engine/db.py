from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("mysql+aiomysql://shop@db1/shop", pool_size=8, pool_recycle=3600, pool_pre_ping=True)
