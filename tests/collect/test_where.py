"""Which server is meant."""

import os
import pwd
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from poolaudit.collect import option_files, where
from poolaudit.collect.target import SslMode, Target
from poolaudit.collect.where import find_target
from poolaudit.collect.where_options import WhereOptions
from poolaudit.errors import UsageError
from tests.collect.test_login_path import PLAIN, encrypted

CANARY = "canary-4711"
Find = Callable[..., Target]


class World:
    """A home folder, an environment, and mysql's usual places, none of them the machine's own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {"HOME": str(home)}
        self.warnings: tuple[str, ...] = ()
        self.prompts: list[str] = []

    def find(self, **options: Any) -> Target:  # noqa: ANN401 - the fields of WhereOptions
        """Find the target; the password asked for is "asked"."""
        target, self.warnings = find_target(WhereOptions(**options), self.environ, self._ask)
        return target

    def _ask(self, prompt: str) -> str:
        self.prompts.append(prompt)
        return "asked"

    def my_cnf(self, text: str, name: str = ".my.cnf") -> str:
        """Write an option file."""
        path = self.home / name
        path.write_text(text)
        path.chmod(0o600)
        return str(path)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(option_files, "SYSTEM_FILES", ())
    monkeypatch.setattr(where, "DEFAULT_SOCKETS", (str(tmp_path / "none.sock"), str(tmp_path / "mysqld.sock")))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return World(tmp_path)


@pytest.fixture
def default_socket(world: World) -> Iterator[str]:
    path = str(world.home / "mysqld.sock")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        yield path


# ---- nothing said


def test_nothing_said_is_the_local_server_by_tcp_where_there_is_no_socket(world: World) -> None:
    target = world.find()
    assert (target.address, target.user, target.password) == ("127.0.0.1:3306", "root", "")
    assert world.warnings == ()


def test_nothing_said_is_the_default_socket_where_there_is_one(world: World, default_socket: str) -> None:
    assert world.find().address == default_socket
    assert world.find(host="localhost").address == default_socket


def test_a_file_that_is_no_socket_is_none(world: World) -> None:
    (world.home / "mysqld.sock").touch()
    assert world.find().address == "127.0.0.1:3306"


def test_the_default_user_is_who_this_process_runs_as(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1)
    assert world.find().user == pwd.getpwuid(1).pw_name
    monkeypatch.setattr(os, "geteuid", lambda: 2**31 - 17)
    with pytest.raises(UsageError, match="no login name"):
        world.find()
    world.environ["USER"] = "nobody-here"
    assert world.find().user == "nobody-here"


# ---- socket or TCP


@pytest.mark.usefixtures("default_socket")
def test_a_port_or_another_host_means_tcp(world: World) -> None:
    assert world.find(port=3307).address == "127.0.0.1:3307"
    assert world.find(host="localhost", port=3307).address == "localhost:3307"
    assert world.find(host="127.0.0.1").address == "127.0.0.1:3306"
    assert world.find(host="::1").address == "[::1]:3306"


def test_a_port_in_an_option_file_does_not(world: World, default_socket: str) -> None:
    world.my_cnf("[client]\nport=3307\n")
    assert world.find().address == default_socket


def test_a_port_in_an_option_file_counts_where_there_is_no_socket(world: World) -> None:
    world.my_cnf("[client]\nport=3307\n")
    assert world.find().address == "127.0.0.1:3307"
    assert world.find(host="db1").address == "db1:3307"


def test_a_socket_in_an_option_file_is_for_the_local_host(world: World) -> None:
    world.my_cnf("[client]\nsocket=/run/other.sock\n")
    assert world.find().address == "/run/other.sock"
    assert world.find(host="localhost").address == "/run/other.sock"
    assert world.find(host="db1").address == "db1:3306"
    assert world.find(host="db1").socket is None
    assert world.find(port=3307).address == "127.0.0.1:3307"


def test_a_socket_option_goes_over_a_host_from_below(world: World) -> None:
    world.my_cnf("[client]\nhost=db1\n")
    assert world.find(socket="/run/x.sock").address == "/run/x.sock"
    world.environ["POOLAUDIT_DSN"] = "mysql://app@db1/"
    assert world.find(socket="/run/x.sock").address == "/run/x.sock"


def test_a_socket_and_another_host_contradict_each_other(world: World) -> None:
    with pytest.raises(UsageError, match="another host"):
        world.find(socket="/run/x.sock", host="db1")
    assert world.find(socket="/run/x.sock", host="localhost").socket == "/run/x.sock"


def test_a_protocol_in_an_option_file_decides(world: World, default_socket: str) -> None:
    world.my_cnf("[client]\nprotocol=tcp\n")
    assert world.find().address == "127.0.0.1:3306"
    world.my_cnf("[client]\nprotocol=Socket\n")
    assert world.find().address == default_socket
    Path(default_socket).unlink()
    assert world.find().address == where.DEFAULT_SOCKETS[0]
    world.my_cnf("[client]\nprotocol=PIPE\n")
    with pytest.raises(UsageError, match=r"\.my\.cnf:2: poolaudit connects by TCP or SOCKET only"):
        world.find()


# ---- who goes over whom


def test_an_option_goes_over_the_environment_and_that_over_option_files(world: World) -> None:
    world.my_cnf("[client]\nhost=from-file\nuser=file\n")
    assert world.find().host == "from-file"
    world.environ["POOLAUDIT_DSN"] = "mysql://env:x@from-environment/"
    assert world.find() == Target(host="from-environment", user="env", password="x")
    assert world.find(dsn="mysql://from-option/").host == "from-option"


def test_a_url_is_whole(world: World) -> None:
    world.my_cnf("[client]\nport=1\nuser=file\npassword=x\n")
    world.environ["MYSQL_PWD"] = "y"
    assert world.find(dsn="mysql://db1/") == Target(host="db1", user="root")


@pytest.mark.usefixtures("default_socket")
def test_localhost_in_a_url_is_tcp(world: World) -> None:
    assert world.find(dsn="mysql://localhost/").address == "localhost:3306"
    assert world.find(dsn="mysql:///shop").address == "localhost:3306"


def test_single_options_go_over_parts_of_a_url(world: World) -> None:
    dsn = "mysql://app:x@db1:3307/?unix_socket=/run/x.sock&ssl_mode=REQUIRED"
    assert world.find(dsn=dsn).address == "/run/x.sock"
    target = world.find(dsn=dsn, host="db2", user="dba", ssl_ca="/ca.pem", connect_timeout=7, read_timeout=8)
    assert (target.address, target.user, target.password) == ("db2:3307", "dba", "x")
    assert (target.tls.mode, target.tls.ca) == (SslMode.REQUIRED, "/ca.pem")
    assert (target.connect_timeout_seconds, target.read_timeout_seconds) == (7, 8)
    assert world.find(dsn=dsn, port=3308).address == "db1:3308"


def test_option_files_that_an_option_names_go_over_the_environment(world: World) -> None:
    world.environ["POOLAUDIT_DSN"] = "mysql://from-environment/"
    named = world.my_cnf("[client]\nhost=from-file\n[client_b]\nhost=from-suffix\n", "named.cnf")
    assert world.find(defaults_file=named).host == "from-file"
    assert world.find(defaults_extra_file=named).host == "from-file"
    assert world.find(defaults_file=named, defaults_group_suffix="_b").host == "from-suffix"


def test_a_url_beside_an_option_file_is_refused(world: World) -> None:
    for option in ("defaults_file", "defaults_extra_file", "defaults_group_suffix", "login_path"):
        with pytest.raises(UsageError, match="--dsn is given beside"):
            world.find(dsn="mysql://db1/", **{option: "x"})


def test_an_empty_variable_says_nothing(world: World) -> None:
    world.environ["POOLAUDIT_DSN"] = ""
    assert world.find().address == "127.0.0.1:3306"


def test_mysql_s_own_variables_come_below_the_files(world: World) -> None:
    world.environ |= {"MYSQL_HOST": "h", "MYSQL_PWD": "p", "MYSQL_TCP_PORT": "3307", "MYSQL_UNIX_PORT": "/s"}
    assert world.find() == Target(host="h", port=3307, user="root", password="p")
    assert world.find(host="localhost").address == "/s"
    world.my_cnf("[client]\nhost=from-file\npassword=q\n")
    assert world.find() == Target(host="from-file", port=3307, user="root", password="q")


def test_the_suffix_may_come_from_the_environment(world: World) -> None:
    world.my_cnf("[client]\nuser=a\n[client_b]\nuser=b\n")
    world.environ["MYSQL_GROUP_SUFFIX"] = "_b"
    assert world.find().user == "b"
    world.my_cnf("[client]\nuser=a\n[client_b]\nuser=b\n[client_c]\nuser=c\n")
    assert world.find(defaults_group_suffix="_c").user == "c"


def test_a_login_path_goes_over_option_files(world: World) -> None:
    path = world.home / ".mylogin.cnf"
    path.write_bytes(encrypted(PLAIN))
    path.chmod(0o600)
    world.my_cnf("[client]\nhost=from-file\nread-timeout=3\n")
    target = world.find(login_path="batch")
    assert (target.address, target.user, target.read_timeout_seconds) == ("db1:3307", "app", 3)


# ---- passwords


def test_a_password_is_asked_for_by_name(world: World) -> None:
    assert world.find(ask_password=True, user="app", host="db1").password == "asked"
    assert world.prompts == ["Password for app at db1:3306: "]


def test_a_bare_password_in_an_option_file_asks_too(world: World) -> None:
    world.my_cnf("[client]\npassword\n")
    assert world.find().password == "asked"
    assert world.find(password="given").password == "given"
    assert len(world.prompts) == 1


def test_a_password_in_argv_is_taken_and_warned_of_once(world: World) -> None:
    for options in (
        {"password": CANARY},
        {"dsn": f"mysql://app:{CANARY}@db1/"},
        {"dsn": f"mysql://x/?passwd={CANARY}"},
    ):
        assert world.find(**options).password == CANARY
        assert len(world.warnings) == 1
        assert "can be seen by everybody on this host" in world.warnings[0]
        assert CANARY not in world.warnings[0]
    assert world.find(dsn=f"mysql://app:{CANARY}@db1/", password=CANARY).password == CANARY
    assert len(world.warnings) == 1


def test_a_password_elsewhere_is_not_warned_of(world: World) -> None:
    world.environ["POOLAUDIT_DSN"] = f"mysql://app:{CANARY}@db1/"
    assert world.find().password == CANARY
    assert world.warnings == ()
    world.find(dsn="mysql://app@db1/")
    assert world.warnings == ()


def test_no_repr_of_what_is_passed_about_shows_it(world: World) -> None:
    options = WhereOptions(dsn=f"mysql://app:{CANARY}@db1/", password=CANARY)
    assert CANARY not in repr(options)
    assert CANARY not in repr(world.find(password=CANARY))


# ---- TLS and the rest


def test_a_ca_alone_means_that_it_is_used(world: World) -> None:
    assert world.find(ssl_ca="/ca.pem").tls.mode is SslMode.VERIFY_CA
    assert world.find(ssl_capath="/cas").tls.mode is SslMode.VERIFY_CA
    assert world.find(ssl_mode="verify_identity", ssl_ca="/ca.pem").tls.mode is SslMode.VERIFY_IDENTITY
    assert world.warnings == ()


def test_a_ca_that_is_not_used_is_warned_of(world: World) -> None:
    assert world.find(ssl_ca="/ca.pem", ssl_mode="REQUIRED").tls.mode is SslMode.REQUIRED
    assert "not verified" in world.warnings[0]


@pytest.mark.parametrize(
    ("lines", "mode"),
    [
        ("ssl-mode=required", SslMode.REQUIRED),
        ("ssl", SslMode.REQUIRED),
        ("skip-ssl", SslMode.DISABLED),
        ("ssl=0\nssl-ca=/ca.pem", SslMode.DISABLED),
        ("ssl-verify-server-cert", SslMode.VERIFY_IDENTITY),
        ("ssl-verify-server-cert=OFF\nssl", SslMode.REQUIRED),
        ("ssl-ca=/ca.pem", SslMode.VERIFY_CA),
        ("user=x", SslMode.PREFERRED),
    ],
)
def test_tls_in_option_files(lines: str, mode: SslMode, world: World) -> None:
    world.my_cnf(f"[client]\n{lines}\n")
    assert world.find().tls.mode is mode


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f"port={CANARY}", "the port is no number from 1 to 65535"),
        ("port=70000", "the port is no number from 1 to 65535"),
        ("ssl-mode=maybe", "the ssl-mode is none of DISABLED, PREFERRED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY"),
        ("ssl=maybe", "ssl is neither on nor off"),
        ("connect-timeout=0", "the connect-timeout is no number of seconds, 1 or more"),
        ("read-timeout=soon", "the read-timeout is no number of seconds, 1 or more"),
        ("admin-port=-1", "the admin-port is no number from 1 to 65535"),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_not_repeated(line: str, says: str, world: World) -> None:
    path = world.my_cnf(f"[poolaudit]\n{line}\n")
    with pytest.raises(UsageError) as raised:
        world.find()
    assert raised.value.message == f"{path}:2: {says}"
    assert CANARY not in raised.value.message


def test_poolaudit_s_own_options_may_stand_in_its_group(world: World) -> None:
    world.my_cnf("[poolaudit]\nadmin-port=33062\nconnect_timeout=2\nread-timeout=99999999999\n")
    with pytest.raises(UsageError, match="read-timeout"):
        world.find()
    world.my_cnf("[poolaudit]\nadmin-port=33062\nconnect_timeout=2\nread-timeout=20\nport=0\n")
    target = world.find()
    assert (target.admin_port, target.connect_timeout_seconds, target.read_timeout_seconds) == (33062, 2, 20)
    assert target.port == 3306


def test_warnings_of_option_files_are_passed_on(world: World) -> None:
    path = world.my_cnf("[poolaudit]\nusr=x\n")
    world.find(password="x")
    assert world.warnings[0] == f"{path}:2: poolaudit knows no option 'usr', it is ignored"
    assert len(world.warnings) == 2


def test_finding_a_server_loads_nothing_heavy() -> None:
    heavy = [
        "pymysql",
        "socket",
        "ssl",
        "urllib",
        "configparser",
        "pathlib",
        "logging",
        "threading",
        "cryptography",
        "myloginpath",
    ]
    script = f"import sys; import poolaudit.collect.where; print(*sorted(set({heavy}) & set(sys.modules)))"
    command = [sys.executable, "-S", "-c", f"import sys; sys.path.append('.'); {script}"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() == []
