"""A password shows nowhere: not on a screen, in a file, log, exception or traceback, nor among the host's processes."""

import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from poolaudit.collect.gather import Depth, gather
from poolaudit.collect.target import Target
from poolaudit.collect.where import find_target
from poolaudit.collect.where_options import WhereOptions
from poolaudit.errors import CannotAuditError, UsageError
from tests.collect.rogue import Proxy, Rogue, greeting, saying, silent
from tests.collect.secrets import shown_anywhere
from tests.collect.test_login_path import encrypted
from tests.faults.command import PROGRAM, Outcome, each, environment, poolaudit, started, until
from tests.faults.terminal import on_terminal
from tests.servers import Server

CANARY = f"canary-{os.getpid()}-f00"  # no other run on this machine has it in its process list
ARGV_WARNING = "a password on the command line can be seen by everybody"
Way = Callable[[int, Path], Outcome]


def arguments(port: int) -> tuple[str, ...]:
    return ("-h", "127.0.0.1", "-P", str(port), "-u", "dba")


def private(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    file.chmod(0o600)
    return str(file)


def by_environment(port: int, home: Path) -> Outcome:
    return poolaudit("scan", "-o", str(home / "report"), dsn=f"mysql://dba:{CANARY}@127.0.0.1:{port}/")


def by_mysql_pwd(port: int, home: Path) -> Outcome:
    env = environment(home, MYSQL_PWD=CANARY)
    return poolaudit("capture", "-o", str(home / "capture"), "--show-queries", *arguments(port), env=env)


def by_home(port: int, home: Path) -> Outcome:
    private(home / ".my.cnf", f"[client]\npassword = {CANARY}\n".encode())
    return poolaudit("scan", "--format", "json", *arguments(port), env=environment(home))


def by_defaults_file(port: int, home: Path) -> Outcome:
    file = private(home / "other.cnf", f"[poolaudit]\npassword = '{CANARY}'\n".encode())
    return poolaudit("scan", "--format", "terminal", "--defaults-file", file, *arguments(port))


def by_login_path(port: int, home: Path) -> Outcome:
    private(home / ".mylogin.cnf", encrypted(f'[prod]\nuser = "dba"\npassword = "{CANARY}"\n'))
    return poolaudit("scan", "--login-path", "prod", *arguments(port)[:4], env=environment(home))


def by_prompt(port: int, home: Path) -> Outcome:
    return on_terminal("scan", *arguments(port), "-p", types=CANARY, env=environment(home))


def by_dsn_in_argv(port: int, home: Path) -> Outcome:
    dsn = f"mysql+pymysql://dba:{CANARY}@127.0.0.1:{port}/"
    return poolaudit("scan", "--show-queries", "--dsn", dsn, env=environment(home))


def by_option(port: int, home: Path) -> Outcome:
    return poolaudit("capture", "-o", str(home / "capture"), *arguments(port), f"-p{CANARY}", env=environment(home))


HIDDEN_WAYS: tuple[Way, ...] = (by_environment, by_mysql_pwd, by_home, by_defaults_file, by_login_path, by_prompt)
SEEN_WAYS: tuple[Way, ...] = (by_dsn_in_argv, by_option)
MADE = frozenset({"report", "capture"})


def processes() -> Iterator[bytes]:
    """Give every command line on this host, but for those of this test's own process."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with suppress(OSError):
                yield (folder / "cmdline").read_bytes()


def listed() -> bool:
    return any(CANARY.encode() in line for line in processes())


@pytest.fixture
def logged(server: Server) -> Server:
    """Give each kind of server with an account that has the canary for its password, and all statements logged."""
    server.sql(f"CREATE USER 'dba'@'%' IDENTIFIED BY '{CANARY}'")
    server.sql("GRANT ALL ON *.* TO 'dba'@'%'")
    server.sql("SET GLOBAL log_output = 'TABLE'")
    server.sql("TRUNCATE TABLE mysql.general_log")
    server.sql("SET GLOBAL general_log = ON")
    return server


@pytest.mark.parametrize("way", [*HIDDEN_WAYS, *SEEN_WAYS], ids=lambda way: way.__name__)
def test_it_works_and_shows_nowhere(mysql97: Server, way: Way, tmp_path: Path) -> None:
    mysql97.sql(f"CREATE USER 'dba'@'%' IDENTIFIED BY '{CANARY}'")
    seen: list[bool] = []
    with Proxy(mysql97.host, mysql97.port, on_statement=lambda _: seen.append(listed())) as proxy:
        outcome = way(proxy.port, tmp_path)
    assert outcome.code == 0
    assert CANARY not in outcome.out + outcome.err
    assert CANARY.encode() not in proxy.sent
    assert seen == [way in SEEN_WAYS] * len(proxy.statements)
    assert len(seen) >= 6
    assert (outcome.out + outcome.err).count(ARGV_WARNING) == (way in SEEN_WAYS)
    for file in tmp_path.iterdir():
        assert (CANARY.encode() in file.read_bytes()) is (file.name not in MADE and file.name != ".mylogin.cnf")


def test_the_server_logs_it_nowhere(logged: Server, tmp_path: Path) -> None:
    assert by_mysql_pwd(logged.port, tmp_path).code == 0
    log = " ".join(str(row) for row in logged.sql("SELECT CONVERT(argument USING utf8) AS said FROM mysql.general_log"))
    assert "/* poolaudit */" in log
    assert CANARY not in log
    assert CANARY not in str(logged.sql("SHOW FULL PROCESSLIST"))


def test_a_failure_does_not_show_it(mysql97: Server, tmp_path: Path) -> None:
    with Rogue(saying(greeting())) as rude, Rogue(silent()) as mute:
        wrong = [*each(lambda way: way(rude.port, tmp_path), (by_environment, by_option))]
        wrong += each(lambda way: way(mysql97.port, tmp_path), (*HIDDEN_WAYS, *SEEN_WAYS))  # 1045: there is no dba
        short = poolaudit("scan", "--connect-timeout", "1", dsn=f"mysql://dba:{CANARY}@127.0.0.1:{mute.port}/")
    for outcome in (*wrong, short):
        assert outcome.code == 3
        assert CANARY not in outcome.out + outcome.err


@pytest.mark.parametrize(
    "line",
    [
        ["scan", f"mysql://dba:{CANARY}@db1/"],
        [f"mysql://dba:{CANARY}@db1/"],
        ["scan", "--dsn", f"mysql://dba:{CANARY}@x@db1/"],
        ["scan", "--dsn", f"postgresql://dba:{CANARY}@db1/"],
        ["scan", "--dsn", CANARY],
        ["scan", "-P", CANARY],
        ["scan", f"-pp{CANARY}", "-h", "db1", "-S", "/x"],
        ["scan", f"--paßword={CANARY}"],
    ],
)
def test_a_mistyped_line_does_not_repeat_it(line: list[str]) -> None:
    outcome = poolaudit(*line)
    assert outcome.code in {2, 3}
    assert CANARY not in outcome.out + outcome.err


SABOTAGE = """\
import poolaudit.collect.gather as gather
class Sabotage:
    def __init__(self, connection, target, depth):
        password = target.password
        raise KeyError(password)
gather._Scan = Sabotage
"""


def test_a_fault_of_our_own_does_not_show_it(mysql97: Server, tmp_path: Path) -> None:
    """Fail where the password is at hand, with it in the exception."""
    mysql97.sql(f"CREATE USER 'dba'@'%' IDENTIFIED BY '{CANARY}'")
    (tmp_path / "sitecustomize.py").write_text(SABOTAGE)
    env = environment(tmp_path, PYTHONPATH=str(tmp_path), POOLAUDIT_DSN=mysql97.dsn("dba", CANARY))
    done = subprocess.run([PROGRAM, "scan"], env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 70
    assert done.stderr.startswith("poolaudit: fault: KeyError\n")
    assert CANARY not in done.stdout + done.stderr


def test_a_crash_does_not_show_it() -> None:
    """Python's fault handler, on in its development mode, prints every frame."""
    with Rogue(silent()) as mute:
        soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
        try:
            env = environment(PYTHONDEVMODE="1")
            process = started("scan", dsn=f"mysql://dba:{CANARY}@127.0.0.1:{mute.port}/", env=env)
        finally:
            resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
        until(lambda: mute.connections == 1, "it connects")
        process.send_signal(signal.SIGABRT)
        out, err = process.communicate(timeout=30)
    assert b"Fatal Python error: Aborted" in err
    assert CANARY.encode() not in out + err


def test_no_exception_of_an_audit_leads_to_it(mysql97: Server, tmp_path: Path) -> None:
    """Walk what each failure raises: its words, causes, and the locals of the frames between."""
    mysql97.sql(f"CREATE USER 'dba'@'%' IDENTIFIED BY '{CANARY}'")
    verified = f"ssl_ca={tmp_path / 'missing.pem'}&ssl_mode=VERIFY_CA"
    with Rogue(saying(greeting())) as rude, Proxy(mysql97.host, mysql97.port, cut_at=2) as cut:
        for dsn in (
            mysql97.dsn("nobody", CANARY),
            f"mysql://dba:{CANARY}@127.0.0.1:{cut.port}/",
            f"mysql://dba:{CANARY}@127.0.0.1:{rude.port}/",
            f"mysql://dba:{CANARY}@127.0.0.1:{mysql97.port}/?{verified}",
            f"mysql://dba:{CANARY}@no-such-host.invalid/",
        ):
            target = find(dsn)
            with pytest.raises(CannotAuditError) as raised:
                gather(target, Depth())
            assert shown_anywhere(raised.value, CANARY) == [], dsn


@pytest.mark.parametrize("rest", ["127.0.0.1:port/", "x@db1/", "db1/?ssl=perhaps", "[::1/"])
def test_no_exception_of_a_wrong_url_says_it(rest: str) -> None:
    """Look at words and causes; the caller's own text is of course in the frames that read it."""
    with pytest.raises(UsageError) as raised:
        find(f"mysql://dba:{CANARY}@{rest}")
    assert not [place for place in shown_anywhere(raised.value, CANARY) if place.endswith(WORDS)]


WORDS = (" str", " args", " attributes")


def find(dsn: str) -> Target:
    target, _ = find_target(WhereOptions(), {"POOLAUDIT_DSN": dsn, "HOME": "/nonexistent"}, lambda _: "")
    return target
