import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

db = SQLAlchemy()


class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "mysql+pymysql://shop:hunter2@db/shop")
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_recycle": 1800, "pool_pre_ping": True}
    db.init_app(app)
    with app.app_context():
        db.create_all()

    @app.get("/")
    def index():
        asked = text("SELECT CONCAT(:pid, ' ', CONNECTION_ID()), SLEEP(0.05)")
        answer = db.session.execute(asked, {"pid": os.getpid()}).scalar_one()
        return f"{os.getpid()}: {answer}"

    return app


app = create_app()
