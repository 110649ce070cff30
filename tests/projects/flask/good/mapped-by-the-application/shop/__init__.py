from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from .config import Config

db = SQLAlchemy()


def create_app():
    app = Flask(__name__)
    app.config.from_object(Config)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": app.config["SQLALCHEMY_POOL_SIZE"],
        "pool_recycle": app.config["SQLALCHEMY_POOL_RECYCLE"],
    }
    db.init_app(app)
    return app
