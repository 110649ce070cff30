"""docs/privileges.md, taken at its word: its statements are run, and each step reads what its table says."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql
import pytest

from poolaudit.collect.gather import Depth, gather
from poolaudit.collect.target import Target
from poolaudit.facts.missing import Missing
from tests.servers import Server
from tests.servers.fixtures import StartServer
from tests.servers.server import leaving

PAGE = (Path(__file__).parents[1] / "docs/privileges.md").read_text(encoding="utf-8")
STATEMENTS = [line for block in re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
CREATE, PROCESS, PERFORMANCE_SCHEMA, CONSUMER, USERS, DROP = STATEMENTS
STEPS = [(), (PROCESS,), (PROCESS, PERFORMANCE_SCHEMA), (PROCESS, PERFORMANCE_SCHEMA, USERS)]
PASSWORD = CREATE.partition("IDENTIFIED BY ")[2].strip("';")
FOR_EIGHT_ONLY = {"wait_timeouts", "errors"}
OF_PERFORMANCE_SCHEMA = {"programs", "statements", *FOR_EIGHT_ONLY}

each_step = pytest.mark.parametrize("step", range(len(STEPS)))


def table() -> list[list[str]]:
    """Give the page's table: the section's name, then a cell for each step."""
    rows = re.findall(r"^\| ([a-z_]+) +\|(.*)\|$", PAGE, re.MULTILINE)
    return [[name, *(cell.strip() for cell in cells.split("|"))] for name, cells in rows]


def read_by_table(server: Server, step: int) -> set[str]:
    """Give the sections that the table says are read at a step, its footnotes heeded."""
    switched_off = server.flavor == "mariadb"
    is_new = server.flavor == "mysql" and not server.version.startswith("5.")
    read = {name for name, *cells in table() if cells[step].startswith("yes")}
    return read - (OF_PERFORMANCE_SCHEMA if switched_off else set() if is_new else FOR_EIGHT_ONLY)


@contextmanager
def someone(server: Server) -> Iterator[None]:
    """Let an application have a session, whose account is then looked up."""
    with leaving(server.connect()):
        yield


def missing(server: Server) -> dict[str, Missing]:
    """Gather as the page's account and give the sections that could not be read."""
    target = Target(host=server.host, port=server.port, user="poolaudit", password=PASSWORD)
    with someone(server):
        sections = gather(target, Depth()).sections._asdict()
    return {name: one for name, one in sections.items() if isinstance(one, Missing) and name != "later"}


def test_the_table_names_every_section(mysql97: Server) -> None:
    mysql97.sql(CREATE)
    target = Target(host=mysql97.host, port=mysql97.port, user="poolaudit", password=PASSWORD)
    sections = gather(target, Depth()).sections._asdict()
    assert {name for name, *_ in table()} == set(sections) - {"later"}


@each_step
def test_what_each_step_reads(server: Server, step: int) -> None:
    for statement in (CREATE, *STEPS[step]):
        server.sql(statement)
    gaps = missing(server)
    assert {name for name, *_ in table()} - set(gaps) == read_by_table(server, step)


def test_each_remedy_cures(server: Server) -> None:
    """Do what the report says, one remedy at a time, until nothing that a grant could cure is left."""
    server.sql(CREATE)
    tried: list[str] = []
    while curable := [one for one in missing(server).values() if one.remedy.startswith("GRANT")]:
        remedy = curable[0].remedy
        assert remedy not in tried, f"{remedy} did not help {curable[0].part}"
        tried.append(remedy)
        server.sql(remedy.replace("TO the account that audits", "TO 'poolaudit'@'%'"))
    left = {one.remedy for one in missing(server).values()}
    assert left <= ({"start the server with performance_schema = ON", ""} if server.flavor == "mariadb" else {""})
    given = {grant.rpartition(" TO ")[0] for grant in STEPS[-1]}
    assert {remedy.rpartition(" TO ")[0] for remedy in tried} <= given


@pytest.mark.parametrize("by", ["option file", "statement"])
def test_mariadb_with_performance_schema(start_server: StartServer, by: str) -> None:
    lines = re.findall(r"```ini\n\[mysqld\]\n(.*?)```", PAGE, re.DOTALL)[0].splitlines()
    settings = lines if by == "option file" else lines[:1]
    server = start_server("mariadb-11.8", *(f"--{line.replace(' ', '')}" for line in settings))
    for statement in (CREATE, *STEPS[-1]):
        server.sql(statement)
    if by == "statement":
        assert missing(server)["statements"].remedy == CONSUMER.rstrip(";")
        server.sql(CONSUMER)
    assert set(missing(server)) == FOR_EIGHT_ONLY


def test_the_account_can_change_nothing_and_read_no_password(server: Server, denied: Callable[[str], bool]) -> None:
    for statement in (CREATE, *STEPS[-1]):
        server.sql(statement)
    for statement in ("SELECT * FROM mysql.user", "SET GLOBAL max_connections = 10", "CREATE DATABASE made_by_audit"):
        assert denied(statement), statement
    server.sql(DROP)
    assert not server.sql("SELECT user FROM mysql.user WHERE user = 'poolaudit'")


@pytest.fixture
def denied(server: Server) -> Callable[[str], bool]:
    """Say whether the server refuses the page's account a statement."""

    def is_denied(statement: str) -> bool:
        connection = server.connect(user="poolaudit", password=PASSWORD)
        with leaving(connection), connection.cursor() as cursor:
            try:
                cursor.execute(statement)
            except pymysql.Error as error:
                return error.args[0] in {1044, 1142, 1143, 1227}
        return False

    return is_denied
