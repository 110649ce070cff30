from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    db_url: str = "mysql+pymysql://shop@db1/shop"
    db_pool_size: int = 8
    db_pool_recycle: int = 1800
    db_pre_ping: bool = True


settings = Settings()
