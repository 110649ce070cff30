"""`poolaudit` itself: help, version, unknown commands, and how options are refused."""

import pytest

from poolaudit import __version__
from poolaudit.cli.program import COMMANDS
from tests.cli.conftest import Run

CANARY = "canary-7f3a"


def test_alone_it_prints_help_with_an_example_of_each_use(poolaudit: Run) -> None:
    alone = poolaudit()
    assert alone == poolaudit("--help")
    assert (alone.code, alone.err) == (0, "")
    for command in COMMANDS:
        assert f"  poolaudit {command}" in alone.out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_within_80_columns(command: str, poolaudit: Run) -> None:
    code, out, err = poolaudit(command, "--help")
    assert (code, err) == (0, "")
    assert "Examples:\n    poolaudit " in out
    assert max(map(len, out.splitlines())) <= 80


def test_version(poolaudit: Run) -> None:
    assert poolaudit("--version") == (0, f"poolaudit {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scn"], "there is no command 'scn'; did you mean 'scan'?"),
        (["--", "-x"], "there is no command '-x'; there are"),
        (["xyzzy"], "there is no command 'xyzzy'; there are scan, check-config, report, history, capture, demo, rules"),
        ([f"mysql://root:{CANARY}@db1/"], "there is no command 'mysql://root:***@db1/'"),
        ([f"-p{CANARY}", "scan"], "there is no option '-p'"),
        (["scan", f"mysql://root:{CANARY}@db1/"], "takes options only, no argument; name the server with --dsn"),
        (["scan", "-p", CANARY], "takes options only, no argument"),
        (["scan", f"--passwrd={CANARY}"], "there is no option '--passwrd'"),
        (["scan", "--select2", "x"], "there is no option '--select2'; did you mean '--select'?"),
        (["scan", "-P", CANARY], "'--port': it is to be a whole number from 1 to 65535"),
        (["scan", "-P", "65536"], "'--port': it is to be a whole number from 1 to 65535"),
        (["scan", "--admin-port", "0"], "'--admin-port': it is to be a whole number from 1 to 65535"),
        (["scan", "--connect-timeout", "0"], "'--connect-timeout': it is to be a whole number from 1 to 86400"),
        (["scan", "--read-timeout", "1.5"], "'--read-timeout': it is to be a whole number from 1 to 86400"),
        (["scan", "--ssl-mode", "VERIFY"], "'--ssl-mode': 'VERIFY' is not one of"),
        (["scan", "--interval", "nan"], "'--interval': it is to be a number of seconds above 0, up to a day"),
        (["scan", "--interval", "0"], "'--interval': it is to be a number of seconds above 0, up to a day"),
        (["scan", "--pool-size", "-1"], "'--pool-size': it is to be a whole number from 0"),
        (["scan", "--max-overflow", "-2"], "'--max-overflow': it is to be a whole number from -1"),
        (["scan", "--pool-recycle", "-2"], "'--pool-recycle': it is to be a whole number from -1"),
        (["scan", "--pool-timeout", "-1"], "'--pool-timeout': it is to be a number of seconds from 0, up to a day"),
        (["scan", "--processes", "0"], "'--processes': it is to be a whole number from 1"),
        (["scan", "--hosts", "0"], "'--hosts': it is to be a whole number from 1"),
        (["scan", "--threads", "x"], "'--threads': it is to be a whole number from 1"),
        (["scan", "--fail-on", "fatal"], "'--fail-on': 'fatal' is not one of"),
        (["scan", "--format", "xml"], "'--format': 'xml' is not one of"),
        (["scan", "--select", "PA9999"], "--select: no rule is called 'PA9999'"),
        (["scan", "--ignore", "PA201,idle"], "--ignore: no rule is called 'idle'"),
        (["scan", "--config", "nowhere.toml"], "the settings file nowhere.toml cannot be read"),
        (["scan", "-o", "."], ". cannot be written: it is a folder"),
        (["scan", "-o", "nowhere/report"], "nowhere/report cannot be written: there is no folder"),
        (["scan", "--from", "x", "--host", "db1"], "--host has no place beside it"),
        (["scan", "--from", "x", "--interval", "1"], "--interval has no place beside it"),
        (["scan", "--from", "x", "-pcanary"], "--password has no place beside it"),
        (["scan", "--dsn"], "'--dsn' requires an argument"),
        (["scan", "-S", "/s", "-h", "db1"], "-S names a socket of this host"),
        (["capture"], "missing option '-o' / '--output'"),
        (["capture", "-o", "."], ". cannot be written: it is a folder"),
        (["capture", "-o", "-", "--format", "json"], "there is no option '--format'"),
        (["demo", "x"], "demo takes options only, no argument"),
        (["rules", "PA201", "PA202"], "rules takes one argument at most"),
        (
            ["rules", "idle-in-transction"],
            "no rule is called 'idle-in-transction'; did you mean 'idle-in-transaction'?",
        ),
    ],
)
def test_wrong_usage_is_one_sentence_and_code_2(arguments: list[str], message: str, poolaudit: Run) -> None:
    code, out, err = poolaudit(*arguments)
    assert (code, out) == (2, "")
    said = err.lower().replace("there is no option: ", "there is no option ")
    assert message.lower() in said.replace("option -p", "option '-p'"), err
    assert err.startswith("poolaudit: error: ")
    assert CANARY not in err
    assert "Usage:" not in err
    assert len(err.splitlines()) <= 2
