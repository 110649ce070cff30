"""[[servers]]: what they say, and what is said of them where they are wrong."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from poolaudit.cli.servers import Named, chosen, passwords_in_sight, servers_of
from poolaudit.collect.target import SslMode
from poolaudit.errors import CannotAuditError, UsageError

CANARY = "canary-8842"
FILE = "conf/poolaudit.toml"


def read(text: str, file: str = FILE) -> tuple[Named, ...]:
    return servers_of(tomllib.loads(text), file)


def one(text: str) -> Named:
    (server,) = read(f'[[servers]]\nname = "db1"\n{text}')
    return server


def environ(home: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), **more}


def test_each_way_to_reach_a_server(tmp_path: Path) -> None:
    host = one('host = "db1.example.com"\nport = 3307\nuser = "dba"\nssl-mode = "REQUIRED"\nconnect-timeout = 2')
    target, warnings = host.target(environ(tmp_path))
    assert (target.address, target.user, target.tls.mode) == ("db1.example.com:3307", "dba", SslMode.REQUIRED)
    assert (target.connect_timeout_seconds, warnings) == (2, ())
    assert one('dsn = "mysql://dba@[::1]:3308/"').target(environ(tmp_path))[0].address == "[::1]:3308"
    assert one('socket = "/run/my.sock"').target(environ(tmp_path))[0].address == "/run/my.sock"


def test_an_option_file_is_sought_from_the_settings_file(clean_place: Path) -> None:
    (clean_place / "conf").mkdir()
    (clean_place / "conf" / "db1.cnf").write_text("[client]\nhost = db9\npassword = from-file\n[clientA]\nport = 7\n")
    server = one('defaults-file = "db1.cnf"\ndefaults-group-suffix = "A"')
    target, _ = server.target(environ(clean_place))
    assert (target.address, target.password) == ("db9:7", "from-file")


def test_a_host_may_stand_over_an_option_files(tmp_path: Path) -> None:
    (tmp_path / ".my.cnf").write_text("[poolaudit]\nuser = audit\npassword = p\nhost = elsewhere\n")
    target, _ = one('host = "db1"').target(environ(tmp_path))
    assert (target.address, target.user, target.password) == ("db1:3306", "audit", "p")


def test_the_dsn_of_the_environment_is_another_server(tmp_path: Path) -> None:
    target, _ = one('host = "db1"').target(environ(tmp_path, POOLAUDIT_DSN="mysql://root:x@other:3399/"))
    assert (target.address, target.password) == ("db1:3306", "")


def test_the_password_comes_from_a_file_or_the_environment(clean_place: Path) -> None:
    (clean_place / "secret").write_text(f"{CANARY} \n")
    from_file, warnings = one('host = "db1"\npassword-file = "../secret"').target(environ(clean_place))
    assert (from_file.password, warnings) == (f"{CANARY} ", ())
    variable = one('host = "db1"\npassword-env = "DB1_PASSWORD"')
    assert variable.target(environ(clean_place, DB1_PASSWORD=CANARY))[0].password == CANARY
    over_dsn = one('dsn = "mysql://dba@db1/"\npassword-env = "DB1_PASSWORD"')
    assert over_dsn.target(environ(clean_place, DB1_PASSWORD=CANARY))[0].password == CANARY


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('password-file = "/nonexistent/secret"', "the password file /nonexistent/secret cannot be read: No such file"),
        ('password-file = "/dev/zero"', "is larger than 4096 bytes"),
        ('password-env = "UNSET"', "the environment variable UNSET, which is to hold its password, is not set"),
    ],
)
def test_a_password_that_is_not_there_concerns_this_server_alone(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CannotAuditError, match=words):
        one(f'host = "db1"\n{text}').target(environ(tmp_path))


def test_nobody_is_asked_for_a_password(tmp_path: Path) -> None:
    (tmp_path / ".my.cnf").write_text("[client]\npassword\n")
    with pytest.raises(CannotAuditError, match="nobody is asked"):
        one('host = "db1"').target(environ(tmp_path))


def test_a_dsn_with_a_password_is_no_argument_that_others_see(tmp_path: Path) -> None:
    target, warnings = one(f'dsn = "mysql://dba:{CANARY}@db1/"').target(environ(tmp_path))
    assert (target.password, warnings) == (CANARY, ())


@pytest.mark.parametrize(("mode", "is_seen"), [(0o644, True), (0o640, False), (0o600, False)])
def test_a_password_that_everybody_may_read_is_warned_of(mode: int, is_seen: bool, clean_place: Path) -> None:
    file = clean_place / "poolaudit.toml"
    file.touch(mode)
    file.chmod(mode)
    assert passwords_in_sight([one(f'dsn = "mysql://dba:{CANARY}@db1/"')], str(file)) is is_seen
    assert not passwords_in_sight([one('dsn = "mysql://dba@db1/"'), one('host = "db1"')], str(file))


def test_tags_and_applications() -> None:
    server = one('host = "db1"\ntags = ["shop", "eu"]\napps = ["app.yaml", "/srv/shop", "../web"]')
    assert server.tags == ("shop", "eu")
    assert server.apps == ("conf/app.yaml", "/srv/shop", "web")
    assert read('[[servers]]\nname = "a"\nhost = "a"\napps = ["x.yaml"]', "poolaudit.toml")[0].apps == ("x.yaml",)


WRONG: list[tuple[str, str]] = [
    ("servers = 3", "servers is to be a list of tables, each under [[servers]]"),
    ("[servers]\nname = 'a'", "servers is to be a list of tables, each under [[servers]]"),
    ("[[servers]]\nhost = 'a'", "[[servers]] number 1: it has no name"),
    ("[[servers]]\nname = ''\nhost = 'a'", "[[servers]] number 1: name is to be a text"),
    ("[[servers]]\nname = 7\nhost = 'a'", "[[servers]] number 1: name is to be a text"),
    ("[[servers]]\nname = 'a,b'\nhost = 'a'", "its name is to be one line of at most 100 characters"),
    ("[[servers]]\nname = '\\u001b[31m'\nhost = 'a'".replace("'", '"'), "its name is to be one line"),
    ("[[servers]]\nname = 'a'", "[[servers]] a: it does not say how it is reached"),
    ("[[servers]]\nname = 'a'\nhost = 'a'\nhots = 'b'", "[[servers]] a: unknown key 'hots'; did you mean 'host'?"),
    ("[[servers]]\nname = 'a'\nhost = 'a'\npassword = 'b'", "unknown key 'password'; did you mean 'password-env'?"),
    ("[[servers]]\nname = 'a'\nhost = 'a'\nport = '3306'", "port is to be a whole number from 1 to 65535"),
    ("[[servers]]\nname = 'a'\nhost = 'a'\nport = true", "port is to be a whole number from 1 to 65535"),
    ("[[servers]]\nname = 'a'\nhost = 'a'\nport = 0", "port is to be a whole number from 1 to 65535"),
    ("[[servers]]\nname = 'a'\nhost = 'a'\nconnect-timeout = 0.5", "connect-timeout is to be a whole number from 1"),
    ("[[servers]]\nname = 'a'\nhost = ['a']", "host is to be a text"),
    ("[[servers]]\nname = 'a'\nhost = 'a'\ntags = 'x'", 'tags is to be a list of texts, as in tags = ["…"]'),
    ("[[servers]]\nname = 'a'\nhost = 'a'\napps = [1]", "apps is to be a list of texts"),
    ("[[servers]]\nname = 'a'\nhost = 'a'\nssl-mode = 'ON'", "ssl-mode is none of DISABLED, PREFERRED"),
    ("[[servers]]\nname = 'a'\nhost = 'a'\ndsn = 'mysql://b'", "dsn and host exclude each other"),
    ("[[servers]]\nname = 'a'\nsocket = '/s'\nhost = 'a'", "socket and host exclude each other"),
    ("[[servers]]\nname = 'a'\nhost = 'a'\npassword-env = 'A'\npassword-file = 'b'", "password-file and password-env"),
    ("[[servers]]\nname = 'a'\ndsn = 'mysql://b'\ndefaults-file = 'f'", "dsn and defaults-file exclude each other"),
    (f"[[servers]]\nname = 'a'\ndsn = 'postgresql://u:{CANARY}@b/'", "[[servers]] a: dsn leads to postgresql"),
    (f"[[servers]]\nname = 'a'\ndsn = 'mysql://u:{CANARY}@b:x/'", "[[servers]] a: dsn: the port is no number"),
    ("[[servers]]\nname='a'\nhost='a'\n[[servers]]\nname='a'\nhost='b'", "two of [[servers]] are called 'a'"),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_what_is_wrong_is_said_with_file_and_key(text: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        read(text)
    assert error.value.message.startswith(f"{FILE}: ")
    assert words in error.value.message
    assert CANARY not in error.value.message + error.value.hint


def test_the_password_is_not_in_what_is_shown_of_a_server() -> None:
    assert CANARY not in repr(one(f'dsn = "mysql://dba:{CANARY}@db1/"'))


SEVERAL = "".join(
    f'[[servers]]\nname = "{name}"\nhost = "{name}"\ntags = {tags}\n'
    for name, tags in (("a", ["x"]), ("b", ["x", "y"]), ("c", []))
)


@pytest.mark.parametrize(
    ("names", "tags", "expected"),
    [((), (), "abc"), (("c", "a"), (), "ac"), ((), ("x",), "ab"), ((), ("y",), "b"), ((), ("y", "x"), "ab")],
)
def test_servers_are_chosen_by_name_or_tag(names: tuple[str, ...], tags: tuple[str, ...], expected: str) -> None:
    assert [server.name for server in chosen(read(SEVERAL), names, tags)] == list(expected)


@pytest.mark.parametrize(
    ("names", "tags", "words"),
    [(("d",), (), "no server is called 'd'; there are a, b, c"), ((), ("z",), "no server has the tag 'z'")],
)
def test_what_names_no_server_is_an_error(names: tuple[str, ...], tags: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        chosen(read(SEVERAL), names, tags)


def test_the_nearest_name_is_said() -> None:
    servers: list[dict[str, Any]] = [{"name": f"orders-{number}", "host": "h"} for number in range(20)]
    with pytest.raises(UsageError, match="did you mean 'orders-1'"):
        chosen(servers_of({"servers": servers}, FILE), ("order-1",), ())
    with pytest.raises(UsageError, match=r"there are orders-0, .*orders-9, …"):
        chosen(servers_of({"servers": servers}, FILE), ("zzz",), ())
