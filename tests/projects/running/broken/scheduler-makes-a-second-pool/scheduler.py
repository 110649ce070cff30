from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

URL = "mysql+pymysql://shop:hunter2@db/shop"
scheduler = BackgroundScheduler(
    jobstores={
        "default": SQLAlchemyJobStore(
            url=URL,
            engine_options={"pool_size": 2, "max_overflow": 0, "pool_recycle": 1800, "pool_pre_ping": True},
        ),
    }
)
