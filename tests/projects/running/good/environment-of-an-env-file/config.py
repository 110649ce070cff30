import os

from dotenv import load_dotenv

load_dotenv()

SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop:hunter2@db/shop"
SQLALCHEMY_ENGINE_OPTIONS = {
    "pool_size": int(os.environ.get("DB_POOL_SIZE", 5)),
    "pool_recycle": 1800,
    "pool_pre_ping": True,
}
