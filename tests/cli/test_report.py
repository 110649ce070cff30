"""`poolaudit report` as it is called: servers, addresses, settings, and what is wrong with them."""

from pathlib import Path

import pytest

from poolaudit.history import open_history
from tests.cli.conftest import Run
from tests.mail.post_office import post_office
from tests.servers import Server


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("POOLAUDIT_HISTORY", raising=False)


MAIL = '[mail]\nfrom = "poolaudit@example.com"\nsmtp = "127.0.0.1:{}"\nsecurity = "none"\n'


@pytest.mark.parametrize(
    ("settings", "arguments", "message"),
    [
        ("", ("--to", "mailto:nobody"), "'nobody' is no mail address"),
        ("", ("--to", "ftp://example.com/x"), "ftp:// is no way to deliver a report"),
        ("", ("--to", "absent/report.html"), "there is no folder"),
        ("", ("--when", "sometimes"), "'sometimes' is not one of 'always', 'findings', 'changes'"),
        ("", ("--lock", "maybe"), "'maybe' is not one of"),
        ("[report]\nwho = 1\n", (), "[report] has no key 'who'"),
        ('[report]\nwhen = "often"\n', (), "[report] when is one of always, findings, changes"),
        ("[report]\nto = 1\n", (), "[report] to is to be a list of texts"),
        ('[history]\nfile = "x"\n', (), "[history] has no key 'file'"),
        ("[history]\nurl = 1\n", (), "[history] url is to be a text"),
        ("mail = 1\n", (), "mail is to be a table"),
        ('[mail]\nsmpt = "x"\n', (), "[mail] has no key 'smpt'; did you mean 'smtp'?"),
        ("", ("--history", "nothing at all"), "--history is to be a URL"),
        ('[[servers]]\nname = "db1"\nhost = "db1"\n', ("--app", "app.yaml"), "--app has no place beside servers"),
    ],
)
def test_what_is_wrong_is_said_before_a_server_is_asked(
    poolaudit: Run, tmp_path: Path, settings: str, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "poolaudit.toml").write_text(settings, encoding="utf-8")
    server = () if "servers" in settings else ("-h", "127.0.0.1", "-P", "1", "-u", "x")
    result = poolaudit("report", *server, *arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_a_server_that_is_not_there_is_a_report_too(poolaudit: Run) -> None:
    result = poolaudit("report", "-h", "127.0.0.1", "-P", "1", "-u", "x")
    assert result.code == 3
    assert "PA110" in result.out


def test_a_real_server(server: Server, poolaudit: Run, tmp_path: Path) -> None:
    with post_office() as office:
        settings = MAIL.format(office.port) + f'[[servers]]\nname = "shop"\ndsn = "{server.dsn()}"\n'
        settings += '[report]\nto = ["mailto:dba@example.com", "page.html"]\n'
        (tmp_path / "poolaudit.toml").write_text(settings, encoding="utf-8")
        first, second = poolaudit("report"), poolaudit("report", "--when", "changes")
    assert (first.out, second.out) == ("", "")
    assert {first.code, second.code} <= {0, 1}
    (letter,) = office.messages
    assert str(letter["Subject"]).startswith("[poolaudit] shop: ")
    assert "shop" in (tmp_path / "page.html").read_text("utf-8")
    with open_history() as history:
        assert [run.label for run in history.runs()] == ["shop", "shop"]


def test_the_server_that_the_options_name(server: Server, poolaudit: Run) -> None:
    result = poolaudit("report", "--dsn", server.dsn(), "--format", "json")
    assert result.code in {0, 1}
    assert f'"address": "{server.host}:{server.port}"' in result.out
    again = poolaudit("report", "--dsn", server.dsn(), "--when", "changes")
    assert (again.code, again.out) in {(0, ""), (1, "")}
