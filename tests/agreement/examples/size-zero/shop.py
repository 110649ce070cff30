from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://app@db.internal:3306/todo?ssl_disabled=true", pool_size=0, pool_recycle=1800, pool_pre_ping=True)
