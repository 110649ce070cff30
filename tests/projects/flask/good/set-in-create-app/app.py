from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "mysql+pymysql://shop:hunter2@db/shop"
    app.config.update(SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 4, "pool_recycle": 900, "pool_pre_ping": True})
    db.init_app(app)
    return app
