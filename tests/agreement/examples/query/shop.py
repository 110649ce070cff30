from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://app@db.internal:3306/todo?ssl_disabled=true&charset=utf8mb4&connect_timeout=5&pool_size=20", pool_pre_ping=True)
