"""examples/leaky on a real server: the application, its accounts, and the mails that its morning brings."""

import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.incidents.live import until
from tests.mail.post_office import Office, post_office
from tests.servers import Server

FOLDER = Path(__file__).parents[1] / "examples/leaky"
ROOT = FOLDER.parents[1]
PASSWORD = "poolaudit-tests"
# What the leak is about, and not how fast a test connects; the rule's own threshold is a minute.
OF_THE_LEAK = 'select = ["PA201", "PA706"]\n'
AT_ONCE = """
[rules.idle-in-transaction]
warning_seconds = 1
"""

OLD = "SELECT 1 FROM information_schema.innodb_trx WHERE trx_started < NOW() - INTERVAL 2 SECOND"


def make_accounts(server: Server) -> None:
    for statement in (FOLDER / "accounts.sql").read_text("utf-8").split(";"):
        if statement.strip():
            server.sql(statement)


@pytest.fixture(name="accounts")
def _accounts(mysql97: Server) -> Server:
    make_accounts(mysql97)
    return mysql97


def test_the_accounts_can_be_made_on_mariadb_and_once_more(mariadb118: Server) -> None:
    make_accounts(mariadb118)
    make_accounts(mariadb118)
    grants = [
        " ".join(str(value) for row in mariadb118.sql(f"SHOW GRANTS FOR '{name}'@'%'") for value in row.values())
        for name in ("poolaudit", "leaky")
    ]
    assert "GRANT PROCESS ON *.*" in grants[0]
    assert "GRANT SELECT, INSERT ON `leaky`.*" in grants[1]
    with mariadb118.connect(user="leaky", password=PASSWORD, database="leaky") as connection:
        assert connection.cursor().execute("SELECT * FROM visits") == 0


@pytest.fixture(name="application")
def _application(accounts: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    monkeypatch.setenv("LEAKY_DATABASE", accounts.dsn("leaky", PASSWORD, "leaky"))
    names = runpy.run_path(str(FOLDER / "app.py"), run_name="leaky")
    yield names
    give_back(names)
    with names["app"].app_context():
        names["db"].engine.dispose()


def give_back(names: dict[str, Any]) -> None:
    """Mend the leak."""
    for check in names["CHECKS"]:
        check.connection.close()
    names["CHECKS"].clear()


def test_its_pages_give_back_and_its_health_check_does_not(application: dict[str, Any]) -> None:
    client = application["app"].test_client()
    with application["app"].app_context():
        pool = application["db"].engine.pool
    assert all(client.get("/").status_code == 200 for _ in range(20))
    assert pool.checkedout() == 0
    assert [client.get("/health").status_code for _ in range(15)] == [200] * 15
    assert pool.checkedout() == 15


Report = Callable[[], str]


@pytest.fixture(name="report")
def _report(accounts: Server, office: Office, tmp_path: Path) -> Report:
    text = (FOLDER / "poolaudit.toml").read_text("utf-8")
    text = "[[servers]]".join(text.split("[[servers]]")[:2])
    text = text.replace('host = "mysql-8.4"', f'host = "{accounts.host}"\nport = {accounts.port}')
    text = text.replace("mailpit:1025", f"127.0.0.1:{office.port}")
    for name in ("app.py", "Dockerfile"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / "poolaudit.toml").write_text(OF_THE_LEAK + text + AT_ONCE, "utf-8")

    def run() -> str:
        """Report as the compose file's loop does, and give what is printed."""
        environment = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "POOLAUDIT_PASSWORD": PASSWORD}
        line = [sys.executable, "-m", "poolaudit", "report"]
        done = subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode in {0, 1}, done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture(name="office")
def _office() -> Iterator[Office]:
    with post_office() as office:
        yield office


def test_its_mails_tell_the_leak_once_and_its_end(
    accounts: Server, application: dict[str, Any], report: Report, office: Office
) -> None:
    client = application["app"].test_client()
    printed = [report()]
    assert office.messages == []
    for _ in range(15):
        client.get("/health")
    until(lambda: len(accounts.sql(OLD)) == 15, "every transaction more than two seconds old")
    printed += [report(), report()]
    give_back(application)
    printed += [report(), report()]
    assert printed == [""] * 5
    subjects = [letter["Subject"] for letter in office.messages]
    assert len(subjects) == 2, subjects
    leak, end = office.messages
    assert leak["Subject"] == "[poolaudit] mysql-8.4: 1 error (1 new), 1 warning (1 new)"
    text = " ".join(leak.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]  # it has a text
    assert "ERROR PA706 pool-exhausted (new)" in text
    assert "the next request waits 10 s and fails with QueuePool limit of size 5 overflow 10 reached" in text
    assert "15 sleeping sessions with a transaction open" in text
    assert end["Subject"] == "[poolaudit] mysql-8.4: nothing wrong, 2 resolved"
    assert end["References"] == leak["References"]
