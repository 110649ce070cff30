from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from sqlalchemy import create_engine

DATABASE = "mysql+pymysql://app@db.internal:3306/todo?ssl_disabled=true"

engine = create_engine(DATABASE, pool_size=2, max_overflow=0, pool_recycle=1800, pool_pre_ping=True)
store = SQLAlchemyJobStore(url=DATABASE, engine_options={"pool_size": 1, "max_overflow": 2})
