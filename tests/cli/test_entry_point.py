"""The installed `poolaudit`, in a process of its own: pipes, terminals, signals, full disks, start-up."""

import fcntl
import json
import os
import pty
import signal
import socket
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.cli.conftest import Capture

pytestmark = [pytest.mark.usefixtures("empty_home"), pytest.mark.slow]
EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAM = str(Path(sys.executable).with_name("poolaudit"))


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return] # each test names what it needs
        [PROGRAM, *arguments], check=False, text=True, timeout=60, **({"capture_output": True} | options)
    )


def shell(command: str) -> subprocess.CompletedProcess[str]:
    script = f"set -o pipefail; {command.replace('poolaudit ', f'{PROGRAM} ')}"
    return subprocess.run(["bash", "-c", script], check=False, text=True, capture_output=True, timeout=60)


def on_a_terminal(*arguments: str, columns: int = 100) -> str:
    """Run it on a terminal and give what appears there."""
    main, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    with subprocess.Popen(
        [PROGRAM, *arguments], stdin=child, stdout=child, stderr=child, env={**os.environ, "TERM": "xterm-256color"}
    ) as process:
        os.close(child)
        shown = b""
        while part := _read(main):
            shown += part
        process.wait(30)
    os.close(main)
    return shown.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other end of a terminal is closed
        return b""


def test_version_and_module() -> None:
    assert run("--version").stdout.startswith("poolaudit 0.")
    module = subprocess.run(
        [sys.executable, "-m", "poolaudit", "--version"], check=True, text=True, capture_output=True
    )
    assert module.stdout == run("--version").stdout


def test_the_exit_codes(leak: str, capture: Capture) -> None:
    healthy, blind = capture(name="healthy.json"), capture('missing = ["transactions"]', name="blind.json")
    assert run("scan", "--from", healthy).returncode == 0
    assert run("scan", "--from", leak).returncode == 1
    assert run("scan", "--no-such-option").returncode == 2
    assert run("scan", "--from", "nowhere.json").returncode == 3
    assert run("scan", "--from", blind, "--strict").returncode == 4


def test_a_terminal_gets_colours_and_its_own_width(leak: str) -> None:
    shown = on_a_terminal("scan", "--from", leak, columns=72)
    assert "\x1b[" in shown
    assert "PA201" in shown


def test_a_terminal_without_colours(leak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in on_a_terminal("scan", "--from", leak, "--no-color")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_a_terminal("scan", "--from", leak)


def test_a_pipe_gets_plain_text(leak: str) -> None:
    piped = run("scan", "--from", leak)
    assert piped.stdout == run("scan", "--from", leak, "--format", "plain").stdout
    assert "\x1b" not in piped.stdout


def test_an_encoding_without_the_signs(leak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    for form in ("terminal", "plain", "json"):
        report = run("scan", "--from", leak, "--format", form)
        assert (report.returncode, report.stderr) == (1, "")
        assert report.stdout.isascii()


@pytest.mark.parametrize("arguments", ["scan --from server.json", "scan --from server.json --format json"])
def test_a_reader_that_leaves_changes_nothing(arguments: str, leak: str) -> None:
    assert leak == "server.json"
    piped = shell(f"poolaudit {arguments} | true")
    assert (piped.returncode, piped.stderr) == (1, "")


def test_help_to_a_reader_that_leaves() -> None:
    for arguments in ("--help", "", "rules", "scan --help", "--version"):
        piped = shell(f"poolaudit {arguments} | true")
        assert (piped.returncode, piped.stderr) == (0, ""), arguments


def test_a_full_standard_output(leak: str) -> None:
    with Path("/dev/full").open("w") as full:
        report = run("scan", "--from", leak, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert report.returncode == 3
    assert "to standard output: No space left on device" in report.stderr
    assert "Exception ignored" not in report.stderr


def test_closed_standard_streams(leak: str) -> None:
    closed = shell(f"poolaudit scan --from {leak} >&-")
    assert closed.returncode == 3
    assert "standard output is closed" in closed.stderr
    assert shell(f"poolaudit scan --from {leak} 2>&-").returncode == 1
    assert shell(f"poolaudit scan --from {leak} <&-").returncode == 1
    nothing = shell("poolaudit scan --from - <&-")
    assert (nothing.returncode, nothing.stderr) == (
        3, "poolaudit: error: there is no standard input to read a capture from\n",
    )  # fmt: skip


def test_an_interrupt_ends_it_at_once_with_130() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with subprocess.Popen(
            [PROGRAM, "scan", "-h", "127.0.0.1", "-P", str(port), "-u", "x", "--connect-timeout", "60"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            silent.settimeout(30)
            connection, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
            connection.close()
    assert (process.returncode, out, err) == (130, "", "poolaudit: interrupted\n")


def test_a_fault_is_70_without_a_traceback(leak: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import poolaudit.audit\ndef audit(*_):\n    raise KeyError('canary-7f3a')\npoolaudit.audit.audit = audit\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    fault = run("scan", "--from", leak)
    assert (fault.returncode, fault.stdout) == (70, "")
    assert fault.stderr.startswith("poolaudit: fault: KeyError\n")
    assert "canary-7f3a" not in fault.stderr


def test_a_password_that_is_asked_for_does_not_appear() -> None:
    main, child = pty.openpty()
    with subprocess.Popen(
        [PROGRAM, "scan", "-h", "127.0.0.1", "-P", "1", "-u", "dba", "-p"],
        stdin=child, stdout=child, stderr=child, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - the child needs a terminal of its own
    ) as process:  # fmt: skip
        os.close(child)
        shown = b""
        while b"assword" not in shown:
            shown += os.read(main, 1024)
        os.write(main, b"canary-7f3a\n")
        while part := _read(main):
            shown += part
        assert process.wait(30) == 3
    os.close(main)
    assert b"canary-7f3a" not in shown
    assert b"poolaudit: error: " in shown


def test_shell_completion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_POOLAUDIT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "poolaudit scan --ss")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert "plain,--ssl-mode" in run().stdout.splitlines()
    monkeypatch.setenv("COMP_WORDS", "poolaudit nothing x")
    unknown = run()
    assert (unknown.returncode, unknown.stderr) == (0, "")
    monkeypatch.setenv("_POOLAUDIT_COMPLETE", "bash_source")
    assert "complete" in run().stdout


def imported(*arguments: str) -> set[str]:
    """Run a command and give the modules that it imports."""
    script = (
        f"import sys; sys.argv[1:] = {json.dumps(list(arguments))};"
        "before = set(sys.modules);"  # the coverage of a test run is there before
        "from poolaudit.cli import main; main(); print(sorted(set(sys.modules) - before))"
    )
    out = subprocess.run([sys.executable, "-c", script], check=True, text=True, capture_output=True).stdout
    return set(eval(out.splitlines()[-1]))  # noqa: S307 - a list that this test printed


def test_what_is_imported() -> None:
    """Start-up is most of a scan: what is heavy is imported by what needs it alone."""
    heavy = {"rich", "yaml", "tabulate", "pymysql", "tomllib", "pathlib", "difflib", "logging", "importlib.metadata"}
    assert heavy & imported("--version") == set()
    assert heavy & imported("rules", "PA201") == set()


def test_what_a_scan_imports_that_knows_no_application() -> None:
    unneeded = {"poolaudit.facts.fit", "poolaudit.facts.pool", "poolaudit.render.shape", "poolaudit.readers", "rich"}
    scan = imported("scan", "--from", str(EXAMPLES / "shop-db1.json"), "--format", "json")
    assert "poolaudit.render.json_format" in scan
    assert unneeded & scan == set()


def test_what_a_report_imports_that_is_kept_in_a_file_and_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cron job runs day after day, most days for nothing."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    heavy = {"sqlalchemy", "smtplib", "email", "urllib3", "jinja2", "rich", "yaml", "matplotlib"}
    report = ("report", "--dsn", "mysql://nobody@127.0.0.1:1/", "--format", "json")
    assert "sqlalchemy" in imported(*report), "it makes the tables"
    again = imported(*report)
    assert "poolaudit.history.sqlite_database" in again
    assert heavy & again == set()
    assert (tmp_path / "poolaudit" / "history.sqlite3").exists()
