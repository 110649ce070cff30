from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "mysql+pymysql://shop:hunter2@db/shop"
app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 4}
db = SQLAlchemy(app, engine_options={"pool_size": 8, "pool_recycle": 900, "pool_pre_ping": True})
