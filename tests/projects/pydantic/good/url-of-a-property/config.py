from pydantic import MySQLDsn, SecretStr, computed_field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env")

    db_host: str = "localhost"
    db_user: str = "shop"
    db_password: SecretStr
    db_name: str = "shop"
    db_pool_size: int = 8
    reports_dsn: MySQLDsn = "mysql+pymysql://reports@db2/reports"

    @computed_field
    @property
    def db_url(self) -> str:
        return f"mysql+pymysql://{self.db_user}:{self.db_password.get_secret_value()}@{self.db_host}/{self.db_name}"


settings = Settings()
