"""What opens a connection while an application is loaded, and what does not."""

import pytest

from tests.readers.forking.programs import MADE, PRELOAD, opened, preloaded

SESSION = "from sqlalchemy.orm import Session, scoped_session, sessionmaker\nfrom sqlalchemy import text\n"


@pytest.mark.parametrize(
    "line",
    [
        "db.engine.connect()",
        "db.engine.begin()",
        "with db.engine.connect() as connection: pass",
        "rows = db.engine.execute('SELECT 1').fetchall()",
        "Base.metadata.create_all(db.engine)",
        "Base.metadata.create_all(bind=db.engine)",
        "Base.metadata.reflect(bind=db.engine)",
        "Base.prepare(autoload_with=db.engine)",
        "Base.prepare(db.engine, reflect=True)",
        "frame.to_sql('items', db.engine)",
        "import pandas; pandas.read_sql('SELECT 1', db.engine)",
        "import pandas as pd; pd.read_sql('SELECT 1', con=db.engine)",
        "from sqlalchemy import inspect; inspect(db.engine).get_table_names()",
        "from sqlalchemy import Table; Table('items', metadata, autoload_with=db.engine)",
        "from sqlalchemy import MetaData; MetaData(bind=db.engine).create_all()",
        "[row for row in db.engine.connect().execute('SELECT 1')]",
        "print(db.engine.connect())",
        "import asyncio; asyncio.run(db.engine.connect())",
        "from db import *\nengine.connect()",
        "from db import engine as e\ne.connect()",
    ],
)
def test_what_opens(line: str) -> None:
    assert (preloaded(line) or "").startswith("app.py:")


@pytest.mark.parametrize(
    "lines",
    [
        "Session(db.engine).execute(text('SELECT 1'))",
        "with Session(bind=db.engine) as session:\n    session.execute(text('SELECT 1'))",
        "make = sessionmaker(bind=db.engine)\nsession = make()\nsession.query(Item).filter(Item.id > 1).all()",
        "make = sessionmaker()\nmake.configure(bind=db.engine)\nmake().scalars(x)",
        "session = scoped_session(sessionmaker(db.engine))\nsession.query(Item).first()",
        "with sessionmaker(db.engine)() as session:\n    session.add(Item())\n    session.commit()",
        "for item in Session(db.engine).query(Item): pass",
        "items = list(Session(db.engine).query(Item))",
        "def get():\n    session = Session(db.engine)\n    yield session\nnext(get()).get(Item, 1)",
    ],
)
def test_what_opens_by_a_session(lines: str) -> None:
    assert (preloaded(SESSION + lines) or "").startswith("app.py:")


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "def index(): db.engine.connect()",
        "index = lambda: db.engine.connect()",
        "class View:\n    def get(self): db.engine.connect()",
        "if __name__ == '__main__':\n    db.engine.connect()",
        "if 'sqlite' in URL:\n    db.engine.connect()",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    db.engine.connect()",
        "if False:\n    db.engine.connect()",
        "from sqlalchemy.orm import sessionmaker\nmake = sessionmaker(db.engine)\nsession = make()",
        "from sqlalchemy.orm import Session\nSession(db.engine).commit()",
        "from sqlalchemy.orm import Session\nquery = Session(db.engine).query(Item).filter(Item.id > 1)",
        "Base.prepare(db.engine)",
        "Base.metadata.create_all(other)",
        "print(db.engine.url, db.engine.dialect)",
        "app.add_event_handler('startup', db.engine.connect)",
        "db.engine.connect()\ndb.engine.dispose()",
        "def load():\n    return\n    db.engine.connect()\nload()",
        "raise SystemExit\ndb.engine.connect()",
    ],
)
def test_what_does_not(lines: str) -> None:
    assert preloaded(lines) is None


@pytest.mark.parametrize(
    "lines",
    [
        "if DEBUG:\n    db.engine.connect()",
        "if DEBUG:\n    pass\nelse:\n    db.engine.connect()",
        "for name in NAMES:\n    db.engine.connect()",
        "try:\n    import x\nexcept ImportError:\n    db.engine.connect()",
        "DEBUG and db.engine.connect()",
        "match MODE:\n    case 'x':\n        db.engine.connect()",
        "def load():\n    if TESTING:\n        return\n    db.engine.connect()\nload()",
        "db.engine.connect()\nif DEBUG:\n    db.engine.dispose()",
    ],
)
def test_what_is_in_doubt(lines: str) -> None:
    assert (preloaded(lines) or "").startswith("it depends on app.py:")


@pytest.mark.parametrize(
    "lines",
    [
        "try:\n    db.engine.connect()\nexcept OSError:\n    raise",
        "for attempt in range(10):\n    try:\n        db.engine.connect()\n        break\n    except OSError: pass",
        "while True:\n    db.engine.connect()\n    break",
        "if DEBUG:\n    pass\ndb.engine.connect()",
        "if DEBUG:\n    db.engine.connect()\ndb.engine.connect()",
        "if 'mysql' in URL:\n    db.engine.connect()",
        "CREATE = True\nif CREATE:\n    db.engine.connect()",
        "db.engine.connect()\ndb.engine.dispose()\ndb.engine.connect()",
        "def load():\n    db.engine.connect()\ndef create():\n    load()\ncreate()",
        "def load(engine):\n    engine.connect()\nload(db.engine)",
        "def load(*, engine=None):\n    engine.connect()\nload(engine=db.engine)",
        "def load(engine=db.engine):\n    engine.connect()\nload()",
        "async def load():\n    async with db.engine.begin() as c:\n        await c.run_sync(f)\nasyncio.run(load())",
        (
            "class Start:\n    def __init__(self):\n        self.engine = db.engine\n        self.load()\n"
            "    def load(self):\n        self.engine.connect()\nStart()"
        ),
        (
            "class Base:\n    @property\n    def engine(self):\n        return db.engine\n"
            "class Start(Base):\n    pass\nStart().engine.connect()"
        ),
        "class Model:\n    table = db.engine.connect()",
        "engine, other = db.engine, None\nengine.connect()",
        "def get():\n    global kept\n    kept = db.engine\nget()\nkept.connect()",
        "from functools import partial\nload = partial(db.engine.connect)\nload()",
    ],
)
def test_what_is_followed(lines: str) -> None:
    assert (preloaded(lines) or "").startswith("app.py:")


def test_other_modules_are_followed() -> None:
    assert preloaded("import tables", tables="from db import engine\nengine.connect()") == "tables.py:2"
    assert preloaded("from tables import load", tables="from db import engine\ndef load(): engine.connect()") is None
    assert (
        preloaded("import tables\ntables.load()", tables="import db\ndef load(): db.engine.connect()") == "tables.py:2"
    )


def test_packages_run_before_what_is_in_them() -> None:
    files = {
        "Procfile": "web: gunicorn --preload -w 2 shop.web:app",
        "shop/__init__.py": "from . import tables",
        "shop/tables.py": "from .db import engine\nengine.connect()",
        "shop/db.py": MADE,
        "shop/web.py": "from shop import db",
    }
    assert opened(files) == "shop/tables.py:2"


def test_an_engine_that_a_function_makes() -> None:
    app = "from db import make\nengine = make()\nengine.connect()"
    db = 'from sqlalchemy import create_engine\ndef make():\n    return create_engine("mysql://app@db/shop")'
    assert opened({"Procfile": PRELOAD, "db.py": db, "app.py": app}) == "app.py:3"


def test_a_factory_in_the_command_is_called() -> None:
    app = f"{MADE}def create():\n    engine.connect()"
    assert opened({"Procfile": 'web: gunicorn --preload -w 2 "app:create()"', "app.py": app}) == "app.py:4"
    assert opened({"Procfile": "web: gunicorn --preload -w 2 app:create", "app.py": app}) is None


def test_flask_sqlalchemys_engines() -> None:
    app = (
        "from flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\napp = Flask(__name__)\n"
        'app.config["SQLALCHEMY_DATABASE_URI"] = "mysql://app@db/shop"\n'
        "db = SQLAlchemy(app)\nclass Item(db.Model): pass\n"
    )
    for line in ("db.create_all()", "db.session.execute(1)", "Item.query.all()", "db.engine.connect()"):
        found = opened({"requirements.txt": "flask-sqlalchemy>=3", "Procfile": PRELOAD, "app.py": f"{app}{line}"})
        assert found == "app.py:7", line
    assert opened({"requirements.txt": "flask-sqlalchemy>=3", "Procfile": PRELOAD, "app.py": app}) is None


@pytest.mark.slow
def test_a_program_that_runs_in_circles_ends() -> None:
    assert preloaded("def load():\n    load()\n    db.engine.connect()\nload()") == "app.py:4"
    double = "\n".join(f"def f{n}():\n    f{n + 1}()\n    f{n + 1}()" for n in range(40))
    assert preloaded(f"{double}\ndef f40(): pass\nf0()") is None
    wide = "\n".join(f"def f{n}():\n" + f"    f{n + 1}()\n" * 9 for n in range(10))
    assert preloaded(f"{wide}\ndef f10(): pass\nf0()") == "the program is too large to be followed"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"Procfile": PRELOAD, "db.py": MADE}, "which file the program loads is not known"),
        ({"Procfile": PRELOAD, "app.py": "", "a.yaml": "pool_size: 5"}, "the engine is not made in a Python file"),
        ({"Procfile": "web: gunicorn -w 2 app:app", "app.py": "", "a.yaml": "pool_size: 5"}, "None"),
        ({"Procfile": "web: uvicorn --workers 2 app:app", "app.py": f"{MADE}engine.connect()"}, "None"),
        ({"app.py": f"{MADE}engine.connect()"}, "None"),
    ],
)
def test_what_cannot_be_followed(files: dict[str, str], expected: str) -> None:
    assert str(opened(files)).startswith(expected)
