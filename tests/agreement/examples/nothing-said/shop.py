from sqlalchemy import create_engine

engine = create_engine("mysql+pymysql://app@db.internal:3306/todo?ssl_disabled=true")
