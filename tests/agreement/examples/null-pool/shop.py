from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

engine = create_engine("mysql+pymysql://app@db.internal:3306/todo?ssl_disabled=true", poolclass=NullPool)
