from sqlalchemy import create_engine

HOUR = 60 * 60
DATABASE = "mysql+pymysql://app@db.internal:3306/todo?ssl_disabled=true"

engine = create_engine(DATABASE, pool_size=3, max_overflow=0, pool_recycle=HOUR, pool_timeout=5)
