"""The variables of the database server that the pools lead to."""

from poolaudit.readers.application import deployment_from_words
from poolaudit.readers.running.servers import variables_of
from tests.readers.running.documents import document, said

COMPOSE = """
services:
  db:
    image: mysql:8.4
    command: --max_connections=300
    volumes: ["./conf:/etc/mysql/conf.d"]
  reports:
    image: mariadb:11
    command: --max_connections=%s --wait_timeout=60
"""


def variables(url: str | None, files: dict[str, str] | None = None, reports: int = 50) -> dict[str, str | None]:
    pools = [deployment_from_words({"url": url, "pool_size": 1}, "app").pool] if url else []
    documents = {path: document(path, content) for path, content in (files or {}).items()}
    found = variables_of(said("compose.yml", COMPOSE % reports), documents, pools)
    return {name: one.said for name, one in found.items()}


def test_the_server_that_the_pools_lead_to() -> None:
    assert variables("mysql://app@db/shop") == {"max_connections": "300"}
    assert variables("mysql://app@reports/shop") == {"max_connections": "50", "wait_timeout": "60"}


def test_of_servers_that_cannot_be_told_apart_only_what_they_share() -> None:
    assert variables("mysql://app@elsewhere/shop") == {}
    assert variables(None, reports=300) == {"max_connections": "300"}


def test_option_files() -> None:
    files = {
        "conf/b.cnf": "[mysqld]\nwait-timeout = 900\nmax_connections = 1\n[client]\nuser = x\n",
        "conf/a.cnf": "[mysqld]\nwait_timeout = 1\n",
        "other/c.cnf": "[mysqld]\nwait_timeout = 2\n",
    }
    assert variables("mysql://app@db/shop", files) == {"max_connections": "300", "wait_timeout": "900"}


def test_no_server() -> None:
    assert variables_of((), {}, []) == {}
