"""What reaches the collector of the options that name the server, and what is asked of the terminal."""

import getpass
import json
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from poolaudit.cli.target_options import ask_password
from poolaudit.collect.gather import Depth
from poolaudit.collect.target import SslMode, Target, Tls
from poolaudit.errors import CannotAuditError, UsageError
from poolaudit.facts.server import Server
from tests.cli.conftest import LEAK, Run
from tests.facts_toml import facts_from

CANARY = "canary-7f3a"


class Gathered:
    """Stands for the collector: keeps what it was asked for, and gives a server."""

    target: Target
    depth: Depth

    def __call__(self, target: Target, depth: Depth) -> Server:
        self.target, self.depth = target, depth
        return facts_from(LEAK).servers[0]


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> Gathered:
    gathered = Gathered()
    monkeypatch.setattr("poolaudit.collect.gather.gather", gathered)
    return gathered


def test_mysqls_own_options(poolaudit: Run, gathered: Gathered) -> None:
    code, _, err = poolaudit(
        "scan", "-h", "db1", "-P", "3307", "-u", "dba", f"-p{CANARY}", "--ssl-mode", "required",
        "--connect-timeout", "3", "--read-timeout", "7", "--admin-port", "33062",
    )  # fmt: skip
    assert code == 1
    assert gathered.target == Target(
        host="db1", port=3307, user="dba", password=CANARY, tls=Tls(SslMode.REQUIRED), admin_port=33062,
        connect_timeout_seconds=3, read_timeout_seconds=7,
    )  # fmt: skip
    assert err.startswith("poolaudit: warning: a password on the command line can be seen")
    assert err.count("poolaudit:") == 1
    assert CANARY not in err


@pytest.mark.parametrize("attached", [f"-p{CANARY}", f"--password={CANARY}", "-p-x", "--password=-x", "-p--host=x"])
def test_a_password_may_be_attached_even_with_a_dash_before_it(
    attached: str, poolaudit: Run, gathered: Gathered
) -> None:
    poolaudit("scan", "-h", "db1", attached, "-u", "dba")
    assert gathered.target.password == attached.removeprefix("--password=").removeprefix("-p")
    assert gathered.target.user == "dba"


@pytest.mark.parametrize("option", ["-p", "--password"])
def test_a_password_is_asked_for(
    option: str, poolaudit: Run, gathered: Gathered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda prompt: CANARY if "dba" in prompt else "")
    code, _, err = poolaudit("scan", option, "-u", "dba", "-h", "db1")
    assert (code, err) == (1, "")
    assert gathered.target.password == CANARY


@pytest.mark.parametrize("error", [EOFError(), OSError(6, "No such device"), getpass.GetPassWarning("no echo")])
def test_without_a_terminal_there_is_nobody_to_ask(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> NoReturn:
        raise error

    monkeypatch.setattr(getpass, "getpass", fail)
    with pytest.raises(UsageError, match="no terminal to ask on"):
        ask_password("Password: ")


def test_the_environment_names_the_server(poolaudit: Run, gathered: Gathered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POOLAUDIT_DSN", f"mysql://dba:{CANARY}@db9:3309/")
    code, out, err = poolaudit("scan")
    assert (code, err) == (1, "")
    assert (gathered.target.host, gathered.target.port, gathered.target.password) == ("db9", 3309, CANARY)
    assert CANARY not in out


def test_a_wrong_dsn_does_not_show_its_password(poolaudit: Run) -> None:
    code, out, err = poolaudit("scan", "--dsn", f"postgresql://dba:{CANARY}@db9/")
    assert (code, out) == (2, "")
    assert CANARY not in err


def test_the_depth(poolaudit: Run, gathered: Gathered) -> None:
    poolaudit("scan", "-h", "db1")
    assert gathered.depth[:2] == (None, False)
    poolaudit("scan", "-h", "db1", "--interval", "2.5", "--show-queries")
    assert gathered.depth[:2] == (2.5, True)


def test_a_person_is_told_why_it_takes_a_while(
    poolaudit: Run, gathered: Gathered, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert poolaudit("scan", "-h", "db1", "--interval", "2.5").err == ""
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _: True)
    said = poolaudit("scan", "-h", "db1", "--interval", "2.5", "-o", "report").err
    assert said == "poolaudit: two readings of db1:3306, 2.5 s apart\n"
    assert gathered.depth.interval_seconds == 2.5


def test_a_server_that_cannot_be_audited_is_3(poolaudit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_target: Target, _depth: Depth) -> NoReturn:
        raise CannotAuditError("db1:3306 refused the login of dba", "give its password with -p")

    monkeypatch.setattr("poolaudit.collect.gather.gather", fail)
    code, out, err = poolaudit("scan", "-h", "db1")
    assert (code, out) == (3, "")
    assert err == "poolaudit: error: db1:3306 refused the login of dba\n  give its password with -p\n"


def test_a_wrong_command_line_asks_no_server(poolaudit: Run, gathered: Gathered) -> None:
    assert poolaudit("scan", "-h", "db1", "--select", "PA9999").code == 2
    assert poolaudit("scan", "-h", "db1", "-o", "nowhere/report").code == 2
    assert poolaudit("scan", "-h", "db1", "--app", "nowhere.yaml").code == 3
    assert not hasattr(gathered, "target")


FULL = 'refused = { error = 1040, message = "Too many connections" }'


def test_a_capture_is_its_owners_alone(poolaudit: Run, gathered: Gathered, clean_place: Path) -> None:
    code, out, err = poolaudit("capture", "-h", "db1", "-o", "db1.json", "--interval", "3")
    assert (code, out, err) == (0, "", "")
    assert gathered.depth[:2] == (3.0, False)
    assert (clean_place / "db1.json").stat().st_mode & 0o777 == 0o600
    assert poolaudit("scan", "--from", "db1.json") == poolaudit("scan", "-h", "db1")


def test_a_capture_on_standard_output(poolaudit: Run, gathered: Gathered) -> None:
    code, out, _ = poolaudit("capture", "-h", "db1", "-o", "-", "--show-queries")
    assert code == 0
    assert json.loads(out)["capture"] == 1
    assert gathered.depth.with_statements


def test_a_capture_through_the_admin_port_says_so(poolaudit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    full = facts_from(FULL).servers[0]
    monkeypatch.setattr("poolaudit.collect.gather.gather", lambda _target, _depth: full)
    code, _, err = poolaudit("capture", "-h", "db1", "-o", "-")
    assert code == 0
    assert err == "poolaudit: warning: read through the admin port, for the server is full: Too many connections\n"


def test_a_capture_of_a_full_server_says_so(poolaudit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    full = facts_from(f'missing = ["counters"]\n{FULL}').servers[0]
    monkeypatch.setattr("poolaudit.collect.gather.gather", lambda _target, _depth: full)
    code, out, err = poolaudit("capture", "-h", "db1", "-o", "-")
    assert code == 1
    assert json.loads(out)["server"]["refused"]["error"] == 1040
    assert err == "poolaudit: warning: the server let nobody in: Too many connections\n"
