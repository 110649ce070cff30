"""Listeners that ping count as pre-ping for the engine, or the engines, that they listen to."""

import pytest

from poolaudit.readers.python.listeners import ping_listeners_in, pings
from tests.readers.python.modules import modules

HEAD = """
from sqlalchemy import create_engine, event, exc
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool
engine = create_engine("mysql://db1")
"""
PING = "def ping(connection, *rest):\n    connection.cursor().execute('SELECT 1')\n"


@pytest.mark.parametrize(
    "listener",
    [
        f"@event.listens_for(Engine, 'engine_connect')\n{PING}",
        f"@event.listens_for(Pool, 'checkout')\n{PING}",
        f"@event.listens_for(engine, 'checkout')\nasync {PING}",
        f"@event.listens_for(engine.sync_engine, 'checkout')\n{PING}",
        f"{PING}event.listen(engine, 'checkout', ping)",
        "@event.listens_for(Engine, 'checkout')\ndef ping(connection, *rest):\n    connection.ping(reconnect=True)\n",
    ],
)
def test_pings(listener: str) -> None:
    module = modules({"db.py": HEAD + listener})["db.py"]
    (call,) = module.calls("sqlalchemy.create_engine")
    found = pings(call, ping_listeners_in(module))
    assert found is not None
    assert found.value is True
    assert found.place is not None


@pytest.mark.parametrize(
    "listener",
    [
        "",
        f"@event.listens_for(Engine, 'connect')\n{PING}",
        f"@event.listens_for(other, 'checkout')\n{PING}",
        f"@event.listens_for(Engine)\n{PING}",
        f"@event.listens_for(Engine, NAME)\n{PING}",
        f"@other(Engine, 'checkout')\n{PING}",
        f"@ping\n{PING}",
        "@event.listens_for(Engine, 'checkout')\ndef count(*rest):\n    counter.inc()\n",
        f"{PING}event.listen(engine, 'checkout')",
        "event.listen(engine, 'checkout', imported)",
        "event.listen(engine, 'checkout', lambda *rest: ping())",
    ],
)
def test_pings_not(listener: str) -> None:
    module = modules({"db.py": HEAD + listener})["db.py"]
    (call,) = module.calls("sqlalchemy.create_engine")
    assert pings(call, ping_listeners_in(module)) is None
