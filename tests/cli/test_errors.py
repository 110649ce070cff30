"""Every way a command may end, and what is said of it."""

import click
import pytest

from poolaudit.cli import main
from poolaudit.cli.errors import ExitCode, guarded
from poolaudit.errors import CannotAuditError, PoolauditError, UsageError

CANARY = "canary-7f3a"


def ends(error: BaseException, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    def work() -> int:
        raise error

    code = guarded(work)
    printed = capsys.readouterr()
    assert printed.out == ""
    return code, printed.err


def test_the_table() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0, "FOUND": 1, "USAGE": 2, "CANNOT_AUDIT": 3, "IN_PART": 4, "FAULT": 70, "INTERRUPTED": 130,
    }  # fmt: skip


def test_what_the_work_gives_is_the_code() -> None:
    assert guarded(lambda: 4) == 4


def test_errors_that_poolaudit_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(UsageError("this is wrong", "try that"), capsys) == (2, "poolaudit: error: this is wrong\n  try that\n")
    assert ends(CannotAuditError("no connection"), capsys) == (3, "poolaudit: error: no connection\n")
    assert ends(PoolauditError("no way"), capsys) == (3, "poolaudit: error: no way\n")


def test_what_a_server_says_is_shown_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    _, err = ends(CannotAuditError("it says \x1b]0;title\x07 \u202egnp", "GRANT x TO 'a\nb'"), capsys)
    assert err == "poolaudit: error: it says \\x1b]0;title\\x07 \\u202egnp\n  GRANT x TO 'a\\nb'\n"


def test_clicks_errors_look_like_poolaudits(capsys: pytest.CaptureFixture[str]) -> None:
    code, err = ends(click.UsageError("Something is\n  wrong with mysql://u:canary@h."), capsys)
    assert code == 2
    assert err == "poolaudit: error: something is wrong with mysql://u:***@h\n  see: poolaudit --help\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_interrupted(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(error, capsys) == (130, "poolaudit: interrupted\n")


def test_an_exit_keeps_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(click.exceptions.Exit(0), capsys) == (0, "")


def test_a_fault_says_where_but_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    def deeper(password: str) -> int:
        try:
            return {"": 0}[password]
        except KeyError as error:
            raise ValueError(password) from error

    assert guarded(lambda: deeper(CANARY)) == 70
    err = capsys.readouterr().err
    assert err.startswith("poolaudit: fault: ValueError\n")
    assert "at tests/cli/test_errors.py:" in err
    assert "in deeper" in err
    assert "report" in err
    assert "poolaudit 0." in err
    assert CANARY not in err
    assert "Traceback" not in err


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), BrokenPipeError(32, "Broken pipe")])
def test_whatever_is_not_known_is_a_fault(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    code, err = ends(error, capsys)
    assert code == 70
    assert err.startswith(f"poolaudit: fault: {type(error).__name__}\n")


def test_an_interrupt_while_importing(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.__import__", interrupt)
    code = main()
    monkeypatch.undo()
    assert code == 130
