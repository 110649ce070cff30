from sqlalchemy import StaticPool, create_engine

engine = create_engine("mysql+pymysql://app@db.internal:3306/todo?ssl_disabled=true", poolclass=StaticPool, pool_recycle=1800)
