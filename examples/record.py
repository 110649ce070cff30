"""Record examples/shop-db1.json anew: python -m examples.record, from the project's folder. Takes two minutes.

Two processes of a web shop use the pool of examples/shop.yaml against a MySQL 9.7 of their own. One gives its
connections back; the other keeps three of them: two with their transaction open, one after autocommit. After 90 s of
that, the server is captured, as `poolaudit capture` would.
"""

import subprocess
import sys
from pathlib import Path
from time import sleep

import sqlalchemy
import yaml

from poolaudit.collect.capture import to_json
from poolaudit.collect.gather import Depth, gather
from poolaudit.collect.target import Target
from tests.servers import Kind, Server, start

FOLDER = Path(__file__).parent
WORDS = ("pool_size", "max_overflow", "pool_recycle", "pool_pre_ping")
AT_REST_SECONDS = 90
INTERVAL_SECONDS = 10


def main() -> None:
    """Start the server and the shop, wait, and write the capture."""
    with start(Kind.MYSQL_97) as server:
        server.sql("CREATE DATABASE shop")
        server.sql("CREATE TABLE shop.orders (id INT PRIMARY KEY, paid BOOL NOT NULL)")
        server.sql("CREATE USER shop")
        server.sql("GRANT ALL ON shop.* TO shop")
        command = [sys.executable, "-m", "examples.record", server.dsn("shop", database="shop")]
        shops = [subprocess.Popen([*command, role], stdin=subprocess.PIPE) for role in ("tidy", "leaky")]
        sleep(AT_REST_SECONDS)
        _write(server)
        for shop in shops:
            shop.communicate()


def _write(server: Server) -> None:
    target = Target(host=server.host, port=server.port, user=server.user)
    read = gather(target, Depth(interval_seconds=INTERVAL_SECONDS))
    note = (
        f"Recorded from MySQL {server.version} by `python -m examples.record`: a web shop with the pool of "
        "examples/shop.yaml, of which one process gives its connections back and one keeps three. "
        "The server's address was 127.0.0.1 and a free port; it was written over with db1:3306."
    )
    text = to_json(read._replace(address="db1:3306"), note=note)
    (FOLDER / "shop-db1.json").write_text(text, encoding="utf-8")


def shop(dsn: str, role: str) -> None:
    """Be one process of the shop until standard input ends."""
    words = yaml.safe_load((FOLDER / "shop.yaml").read_text(encoding="utf-8"))["database"]
    options = {word: words[word] for word in WORDS} | {"connect_args": {"program_name": "shop"}}
    engine = sqlalchemy.create_engine(dsn, **options)
    connections = [engine.connect() for _ in range(4)]
    connections[2] = connections[2].execution_options(isolation_level="AUTOCOMMIT")
    for connection in connections:
        connection.execute(sqlalchemy.text("SELECT COUNT(*) FROM orders WHERE paid = 1"))
    for connection in connections if role == "tidy" else connections[3:]:
        connection.close()
    sys.stdin.read()
    for connection in connections:
        connection.close()
    engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        shop(*sys.argv[1:])
