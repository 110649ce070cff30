"""Interrupts, readers that leave, streams that are closed: the code says what happened, and nothing of Python shows."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.collect.rogue import Rogue, silent
from tests.faults.command import PROGRAM, Outcome, ended, environment, poolaudit, started, until
from tests.servers import Server

BOTH = pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "kill"])
AT_ONCE_SECONDS = 20.0


def begun(*arguments: str, dsn: str) -> "subprocess.Popen[bytes]":
    """Start it without Python's warnings, for an import that is interrupted makes Python itself warn."""
    return started(*arguments, dsn=dsn, env=environment(PYTHONWARNINGS=""))


def interrupted(process: "subprocess.Popen[bytes]", sign: signal.Signals, busy: Callable[[], bool]) -> None:
    """Interrupt it once it has begun what it does, and demand that it says so and ends at once."""
    until(busy, "the command has begun")
    process.send_signal(sign)
    outcome = ended(process)
    assert (outcome.code, outcome.out) == (130, "")
    assert outcome.err == "poolaudit: interrupted\n"
    assert outcome.seconds < AT_ONCE_SECONDS


@BOTH
def test_while_it_connects(sign: signal.Signals) -> None:
    with Rogue(silent()) as mute:
        process = begun("scan", "--connect-timeout", "60", dsn=f"mysql://app:x@127.0.0.1:{mute.port}/")
        interrupted(process, sign, lambda: mute.connections == 1)


@BOTH
def test_while_it_waits_between_two_readings(mysql97: Server, sign: signal.Signals) -> None:
    """The server is told goodbye, so that it counts no aborted client."""
    process = begun("scan", "--interval", "3600", dsn=mysql97.dsn())
    interrupted(process, sign, lambda: sleeps(mysql97))
    until(lambda: not sleeps(mysql97), "the session is gone")
    (row,) = mysql97.sql("SHOW GLOBAL STATUS LIKE 'Aborted_clients'")
    assert row["Value"] == "0"


def sleeps(server: Server) -> bool:
    """Whether the audit has read all it reads before it waits."""
    rows = server.sql(
        "SELECT 1 FROM performance_schema.threads t JOIN performance_schema.session_connect_attrs a"
        " ON a.processlist_id = t.processlist_id AND a.attr_name = 'program_name' AND a.attr_value = 'poolaudit'"
        " WHERE t.processlist_command = 'Sleep' AND t.processlist_time >= 1"
    )
    return bool(rows)


def test_a_capture_that_is_interrupted_leaves_no_file(mysql97: Server, tmp_path: Path) -> None:
    process = begun("capture", "--interval", "3600", "-o", str(tmp_path / "capture"), dsn=mysql97.dsn())
    interrupted(process, signal.SIGINT, lambda: sleeps(mysql97))
    assert list(tmp_path.iterdir()) == []


def shell(command: str, dsn: str) -> Outcome:
    script = f"set -o pipefail; {command.replace('poolaudit ', f'{PROGRAM} ')}"
    done = subprocess.run(
        ["bash", "-c", script], env=environment(POOLAUDIT_DSN=dsn), capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("arguments", ["scan", "scan --format json", "scan --format terminal", "capture -o -"])
def test_a_reader_that_has_seen_enough(mysql97: Server, arguments: str) -> None:
    outcome = shell(f"poolaudit {arguments} | head -1", mysql97.dsn())
    assert (outcome.code, outcome.err) == (0, "")
    assert len(outcome.out.splitlines()) == 1
    assert (shell(f"poolaudit {arguments} | true", mysql97.dsn()).err) == ""


def test_streams_that_are_closed(mysql97: Server) -> None:
    dsn = mysql97.dsn()
    closed = shell("poolaudit scan >&-", dsn)
    assert (closed.code, len(closed.remarks)) == (3, 2)
    assert "standard output is closed" in closed.remarks[0]
    mute = shell("poolaudit scan 2>&-", dsn)
    assert mute.code == 0
    assert mute.out.count("server: ") == 1
    assert shell("poolaudit scan <&-", dsn).code == 0
    refused = shell("poolaudit scan 2>&-", "mysql://nobody-here@127.0.0.1:1/")
    assert (refused.code, refused.out) == (3, "")
    assert shell("poolaudit scan >&- 2>&- <&-", dsn).code == 3
    full = shell("poolaudit scan 2>/dev/full", "mysql://nobody-here@127.0.0.1:1/")
    assert (full.code, full.out, full.err) == (3, "", "")


def test_a_standard_output_that_is_full(mysql97: Server) -> None:
    for arguments in ("scan", "scan --format json", "capture -o -"):
        outcome = shell(f"poolaudit {arguments} > /dev/full", mysql97.dsn())
        outcome.cannot_audit("could not be written to standard output: No space left on device")


def test_a_password_that_cannot_be_asked_for(mysql97: Server) -> None:
    """In a pipeline there is nobody to ask, and nothing waits for an answer."""
    place = ("-h", mysql97.host, "-P", str(mysql97.port), "-u", "root", "-p")
    done = subprocess.run(
        ["setsid", "--wait", PROGRAM, "scan", *place], env=environment(), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    Outcome(done.returncode, done.stdout, done.stderr).cannot_audit("no terminal to ask on", code=2)


def test_the_plainest_of_environments(mysql97: Server) -> None:
    """LANG=C, no TERM, no HOME, no PATH: what cron gives, and less."""
    done = subprocess.run(
        [PROGRAM, "scan"], env={"LANG": "C", "POOLAUDIT_DSN": mysql97.dsn()},
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert Outcome(done.returncode, done.stdout, done.stderr).audited().isascii()
    poolaudit("scan", dsn=mysql97.dsn(), env=environment(LANG="xx_YY.nothing", TERM="no-such-terminal")).audited()
