"""`poolaudit scan --all`: which servers are meant, what is refused beside it, and how it ends; nobody is reached."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from poolaudit.cli.program import program
from tests.cli.conftest import Run

CANARY = "canary-5519"


@pytest.fixture
def dead_port() -> Iterator[int]:
    """Give a port that nothing listens at, and that nobody else takes meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def settings(clean_place: Path, dead_port: int) -> Path:
    file = clean_place / "poolaudit.toml"
    tables = (
        f'[[servers]]\nname = "{name}"\nhost = "127.0.0.1"\nport = {dead_port}\nuser = "x"\ntags = ["{tag}"]\n'
        for name, tag in (("db1", "shop"), ("db2", "shop"), ("db3", "web"))
    )
    file.write_text("".join(tables))
    return file


def names(out: str) -> list[str]:
    return sorted(one["subject"] for one in json.loads(out)["findings"] if one["code"] == "PA110")


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--all"], ["db1", "db2", "db3"]),
        (["--server-name", "db2"], ["db2"]),
        (["--server-name", "db3,db1"], ["db1", "db3"]),
        (["--server-name", "db3", "--server-name", "db1"], ["db1", "db3"]),
        (["--all", "--tag", "shop"], ["db1", "db2"]),
        (["--tag", "web"], ["db3"]),
        (["--tag", "web", "--tag", "shop", "--jobs", "1"], ["db1", "db2", "db3"]),
    ],
)
def test_the_servers_that_are_meant(arguments: list[str], expected: list[str], poolaudit: Run) -> None:
    code, out, err = poolaudit("scan", *arguments, "--format", "json")
    assert (code, err) == (3, "")
    assert names(out) == expected


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--all", "-h", "db1"], "--host has no place beside --all"),
        (["--all", "--dsn", f"mysql://x:{CANARY}@h/"], "--dsn has no place beside --all"),
        (["--tag", "shop", "--from", "x.json"], "--from has no place beside --tag"),
        (["--server-name", "db1", "--app", "app.yaml"], "--app has no place beside --server-name"),
        (["--all", "--no-pool-pre-ping"], "--pool-pre-ping has no place beside --all"),
        (["--all", "--server-name", "db1"], "--server-name and --all exclude each other"),
        (["--tag", "shop", "--server-name", "db1"], "--server-name and --tag exclude each other"),
        (["--jobs", "4"], "--jobs says how many servers to audit at once"),
        (["--all", "--jobs", "0"], "it is to be a whole number from 1 to 256"),
        (["--server-name", "db9"], "no server is called 'db9'; did you mean 'db3'?"),
        (["--tag", "ship"], "no server has the tag 'ship'; did you mean 'shop'?"),
    ],
)
def test_what_does_not_go_together(arguments: list[str], words: str, poolaudit: Run) -> None:
    code, out, err = poolaudit("scan", *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert CANARY not in err


def test_without_servers_there_is_nothing_to_choose_from(poolaudit: Run, clean_place: Path) -> None:
    code, _, err = poolaudit("scan", "--all")
    assert code == 2
    assert "there is no poolaudit.toml with [[servers]]" in err
    (clean_place / "poolaudit.toml").write_text('fail-on = "error"\n')
    assert "poolaudit.toml has no [[servers]] to choose from" in poolaudit("scan", "--all").err


def test_a_wrong_table_ends_the_run_before_anybody_is_asked(poolaudit: Run, settings: Path) -> None:
    settings.write_text(settings.read_text() + "hots = 1\n")
    code, out, err = poolaudit("scan", "--server-name", "db1")
    assert (code, out) == (2, "")
    assert "poolaudit.toml: [[servers]] db3: unknown key 'hots'; did you mean 'host'?" in err


def test_servers_in_the_settings_are_no_fault_of_a_scan_of_another(poolaudit: Run, settings: Path, leak: str) -> None:
    settings.write_text(settings.read_text() + '[[ignore]]\nrule = "PA201"\nserver = "db1"\nreason = "export"\n')
    code, out, err = poolaudit("scan", "--from", leak, "--format", "json")
    assert (code, err) == (1, "")
    assert [one["code"] for one in json.loads(out)["findings"]] == ["PA201"]
    assert json.loads(out)["ignored"] == []


@pytest.mark.usefixtures("settings")
def test_an_ignore_of_a_server_that_there_is_not_is_an_error(poolaudit: Run, settings: Path) -> None:
    settings.write_text(settings.read_text() + '[[ignore]]\nrule = "PA201"\nserver = "db9"\nreason = "export"\n')
    code, _, err = poolaudit("scan", "--all")
    assert code == 2
    assert "the [[ignore]] of PA201: no server is called 'db9'" in err


def test_a_server_that_is_ignored_to_be_down_is_accepted(poolaudit: Run, settings: Path) -> None:
    ignore = '[[ignore]]\nrule = "server-out-of-reach"\nserver = "{}"\nreason = "it is being moved"\n'
    settings.write_text(settings.read_text() + "".join(map(ignore.format, ("db1", "db2", "db3"))))
    code, out, _ = poolaudit("scan", "--all", "--format", "json")
    assert (code, names(out)) == (0, [])
    assert len(json.loads(out)["ignored"]) == 3


@pytest.mark.usefixtures("settings")
def test_an_unused_ignore_is_judged_where_all_servers_were_audited(poolaudit: Run, settings: Path) -> None:
    settings.write_text(settings.read_text() + '[[ignore]]\nrule = "PA110"\nuntil = 2020-01-01\nreason = "moved"\n')
    assert "PA902" in poolaudit("scan", "--all", "--format", "json").out
    assert "PA902" not in poolaudit("scan", "--tag", "shop", "--format", "json").out


def test_a_password_that_everybody_may_read_is_warned_of_once(poolaudit: Run, settings: Path, dead_port: int) -> None:
    dsn = f"mysql://x:{CANARY}@127.0.0.1:{dead_port}/"
    settings.write_text("".join(f'[[servers]]\nname = "db{number}"\ndsn = "{dsn}"\n' for number in range(3)))
    settings.chmod(0o644)
    code, out, err = poolaudit("scan", "--all")
    assert code == 3
    assert err.count("everybody on this host may read poolaudit.toml") == 1
    assert CANARY not in out + err
    settings.chmod(0o600)
    assert poolaudit("scan", "--all").err == ""


def completed(words: list[str], incomplete: str) -> list[str]:
    shell = BashComplete(program, {}, "poolaudit", "_POOLAUDIT_COMPLETE")
    return [str(one.value) for one in shell.get_completions(words, incomplete)]


def test_a_shell_completes_names(settings: Path) -> None:
    assert completed(["scan", "--server-name"], "db") == ["db1", "db2", "db3"]
    assert completed(["scan", "--server-name"], "db3") == ["db3"]
    settings.write_text("[[servers]]\nhots = 1\n")
    assert completed(["scan", "--server-name"], "db") == []


@pytest.mark.usefixtures("settings")
def test_progress_is_shown_on_a_terminal_alone(poolaudit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert poolaudit("scan", "--all").err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert "auditing" in poolaudit("scan", "--all").err
