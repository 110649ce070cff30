from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy(engine_options={"pool_size": 20, "pool_recycle": 280, "pool_pre_ping": True})
