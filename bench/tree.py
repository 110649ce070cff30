"""A tree of files such as a repository is: 5,000, of which 400 hold Python or settings and a few a pool."""

from pathlib import Path

FILES, OF_PYTHON_OR_SETTINGS = 5000, 400
_A_POOL_EVERY = 10
_LINE = "the quick brown fox jumps over the lazy dog\n"
_ENDINGS = ("js", "css", "html", "md", "svg", "ts", "png", "txt")

_VIEW = '''"""Views of orders, part {number}."""

from flask import Blueprint, abort, jsonify, request

bp = Blueprint("orders_{number}", __name__)


class Order{number}:
    """One order."""

    def __init__(self, identity, lines):
        self.identity = identity
        self.lines = list(lines)

    def total(self):
        return sum(line["price"] * line["count"] for line in self.lines)


@bp.route("/orders/<int:identity>")
def show(identity):
    order = find(identity)
    if order is None:
        abort(404)
    return jsonify(identity=order.identity, total=order.total(), page=request.args.get("page", 1))
'''
_ENGINE = '''"""The database of part {number}."""

import os

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

POOL_SIZE = int(os.environ.get("DB_POOL_SIZE", "5"))
OPTIONS = {{"pool_size": POOL_SIZE, "max_overflow": 10, "pool_recycle": 60 * 60}}

engine = create_engine("mysql+pymysql://shop@db1/shop_{number}", pool_pre_ping=True, **OPTIONS)
Session = sessionmaker(engine)
'''
_SETTINGS = "service: shop-{number}\nlog:\n  level: info\n  format: json\nfeatures: [orders, stock, mail]\n"
_DATABASE = "database:\n  url: mysql+pymysql://shop@db1/shop_{number}\n  pool_size: 5\n  pool_recycle: 3600\n"
APPLICATION = """\
database:
  url: mysql+pymysql://shop@db1/shop
  pool_size: 5
  max_overflow: 10
  pool_recycle: 3600
  pool_pre_ping: true
deployment: {processes: 4, hosts: 2}
"""


def make_tree(root: Path) -> None:
    """Write the tree; the same files each time."""
    for number in range(FILES):
        folder = root / f"part{number % 50:02}" / f"sub{number % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        name, text = _file(number)
        (folder / name).write_text(text, encoding="utf-8")


def _file(number: int) -> tuple[str, str]:
    every = FILES // OF_PYTHON_OR_SETTINGS
    if number % every or number // every >= OF_PYTHON_OR_SETTINGS:
        ending = _ENDINGS[number % len(_ENDINGS)]
        return f"file{number}.{ending}", f"/* part {number} */\n" + _LINE * 200
    which = number // every
    is_python, has_pool = which % 4 != 0, which % _A_POOL_EVERY == 0
    if is_python:
        return f"module{number}.py", (_ENGINE if has_pool else _VIEW).format(number=number)
    return f"settings{number}.yaml", (_DATABASE if has_pool else _SETTINGS).format(number=number)
