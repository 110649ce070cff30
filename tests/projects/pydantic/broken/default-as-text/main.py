from pydantic import BaseModel
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine


class Pool(BaseModel):
    size: int = "5"


class Settings(BaseSettings):
    pool: Pool = Pool()
    pool_recycle: int = "900"


settings = Settings()
engine = create_engine(
    "mysql+pymysql://shop@db1/shop", pool_size=settings.pool.size, pool_recycle=settings.pool_recycle, pool_pre_ping=True
)
