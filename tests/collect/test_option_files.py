"""MySQL's option files, compared with what real servers make of them."""

import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.collect import option_files
from poolaudit.collect.option_files import Reading, Said, groups_with, read_option_files, read_text
from poolaudit.collect.settings import NAMES
from poolaudit.errors import UsageError
from tests.servers import Kind
from tests.servers.recipes import Installed

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
        path.chmod(0o600)
        return path

    return to


def read(text: str, *groups: str, known: frozenset[str] = NAMES) -> Reading:
    reading = Reading(groups or groups_with(None), known)
    read_text(reading, text, "my.cnf")
    return reading


def said(reading: Reading) -> dict[str, str | None]:
    return {name: one.value for name, one in reading.settings.items()}


def read_files(home: Path, defaults_file: str | None = None, extra: str | None = None, **environ: str) -> Reading:
    reading = Reading(groups_with(None), NAMES)
    read_option_files(reading, {"HOME": str(home), **environ}, defaults_file, extra)
    return reading


# ---- against the real servers

HARD = r"""
# a comment
; another
[client]
port = 1
[mysqld] what follows the bracket is not read
  init_connect = "a#b" # comment
init_file='it''s'
character-set-server=utf8 # inline
log_error=a\sb\tc\\d\xe
socket = "quoted \"inner\" text"
datadir=half"quote # rest
basedir='a' 'b'
tmpdir="a\"
skip-networking
plugin_dir=
secure_file_priv=""
report_host=abc#def
report_user=a\#b
report_password = 'x\'#y' # z
pid-file="a \" # b" # c
!include FOLDER/included.cnf
port=3
!include	FOLDER/included.cnf
!includedir FOLDER/folder
!unknown directive
loose-foo_bar=1
ft_stopword_file	=	tabbed	
= nothing
two words = 4
[ spaced ]
port=5
[mysqld   ]
wait_timeout=7
"""  # noqa: W291 - the space at a line's end is the test


class Printing(Reading):
    """Keeps a group's options as `mysqld --print-defaults` prints them."""

    def __init__(self) -> None:
        super().__init__(["mysqld"], frozenset())
        self.printed: list[str] = []

    def keep(self, group: str, name: str, value: str | None, where: str) -> None:
        assert where
        if group in self.groups:
            self.printed.append(f"--{name}" if value is None else f"--{name}={value}")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_file_reads_as_the_server_itself_reads_it(fetched: Installed, write: Write, tmp_path: Path) -> None:
    write("included.cnf", "[mysqld]\nback_log=55\n[client]\nport=9\n")
    write("folder/b.cnf", "[mysqld]\nmax_connections = 17\n")
    write("folder/a.cnf", "[mysqld]\nmax_connections = 16\n[other]\nport = 4\n")
    write("folder/c.txt", "[mysqld]\nmax_connections = 99\n")
    path = write("my.cnf", HARD.replace("FOLDER", str(tmp_path)))
    mine = Printing()
    read_option_files(mine, {}, str(path))
    program = fetched.program
    command = [*program.command, f"--defaults-file={path}", "--print-defaults"]
    output = subprocess.run(command, env=program.env, check=True, capture_output=True, text=True).stdout
    assert " ".join(mine.printed) == next(line for line in output.splitlines() if line.startswith("--")).rstrip()


@pytest.mark.parametrize("kind", [Kind.MYSQL_97])
@pytest.mark.parametrize("damage", ["[mysqld", "port=3", "[mysqld]\n!include", "[mysqld]\n!includedir /nowhere/at/all"])
def test_what_the_server_refuses_is_refused_with_its_line(damage: str, fetched: Installed, write: Write) -> None:
    path = write("my.cnf", damage + "\n")
    program = fetched.program
    command = [*program.command, f"--defaults-file={path}", "--print-defaults"]
    assert "Fatal error" in subprocess.run(command, env=program.env, check=False, capture_output=True, text=True).stderr
    with pytest.raises(UsageError) as raised:
        read_option_files(Printing(), {}, str(path))
    assert raised.value.message.startswith(f"{path}:{len(damage.splitlines())}: ")


# ---- what counts


def test_a_later_value_replaces_an_earlier_one_whatever_its_group() -> None:
    text = "[poolaudit]\nuser=a\n[client]\nuser=b\nport=1\n[mysqldump]\nuser=c\n"
    assert said(read(text)) == {"user": "b", "port": "1"}


def test_names_are_taken_with_underscores_and_without_loose() -> None:
    assert said(read("[client]\nssl_ca=/a\nloose-connect_timeout=3\n")) == {"ssl-ca": "/a", "connect-timeout": "3"}


def test_skip_and_enable_are_values() -> None:
    assert said(read("[client]\nskip-ssl\n")) == {"ssl": "0"}
    assert said(read("[client]\nskip-ssl\nenable-ssl\n")) == {"ssl": "1"}
    assert said(read("[client]\npassword=x\nskip-password\n")) == {"password": ""}


def test_an_option_without_a_value_is_told_from_an_empty_one() -> None:
    assert said(read("[client]\npassword\n")) == {"password": None}
    assert said(read("[client]\npassword=\n")) == {"password": ""}


def test_a_suffix_adds_groups() -> None:
    assert groups_with("_b", ("client", "poolaudit")) == ("client", "poolaudit", "client_b", "poolaudit_b")
    assert said(read("[client]\nuser=a\n[client_b]\nuser=b\n", *groups_with("_b"))) == {"user": "b"}


def test_other_programs_options_are_passed_over_and_unknown_ones_of_ones_own_are_said() -> None:
    reading = read("[client]\ndefault-character-set=utf8\n[poolaudit]\nusr=x\nloose-nothing=1\n")
    assert reading.settings == {}
    assert reading.warnings == ["my.cnf:4: poolaudit knows no option 'usr', it is ignored"]


def test_a_value_says_where_it_was_said_but_its_repr_does_not_say_it() -> None:
    said = read("[client]\n\npassword=canary-4711\n").settings["password"]
    assert said.where == "my.cnf:3"
    assert said.value == "canary-4711"
    assert "canary" not in repr(said)


def test_every_space_but_ascii_s_belongs_to_the_value() -> None:
    assert said(read("[client]\npassword = \u2003x\u2028y\u00a0 \t\n")) == {"password": "\u2003x\u2028y\u00a0"}


@given(st.text())
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    with suppress(UsageError):
        reading = read(text.replace("!include", "! include"))
        assert all(isinstance(one, Said) for one in reading.settings.values())


_VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\\\"'#\n\r\0"))


@given(_VALUES)
def test_a_quoted_value_comes_back_as_it_is(value: str) -> None:
    assert said(read(f'[client]\npassword="{value}"\n')) == {"password": value}


# ---- which files


@pytest.fixture(autouse=True)
def no_system_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        option_files, "SYSTEM_FILES", (str(tmp_path / "etc/my.cnf"), str(tmp_path / "etc/mysql/my.cnf"))
    )


def test_files_are_read_in_mysql_s_order(write: Write, tmp_path: Path) -> None:
    names = ["etc/my.cnf", "etc/mysql/my.cnf", "server/my.cnf", "extra.cnf", ".my.cnf"]
    keys = ["host", "user", "socket", "port", "password"]
    for place, name in enumerate(names):
        write(name, "[client]\n" + "".join(f"{key}={place}\n" for key in keys[place:]))
    reading = read_files(tmp_path, extra=str(tmp_path / "extra.cnf"), MYSQL_HOME=str(tmp_path / "server"))
    assert said(reading) == {"host": "0", "user": "1", "socket": "2", "port": "3", "password": "4"}


def test_a_named_file_is_read_alone(write: Write, tmp_path: Path) -> None:
    write(".my.cnf", "[client]\nuser=home\nport=1\n")
    named = write("named.cnf", "[client]\nuser=named\n")
    assert said(read_files(tmp_path, str(named))) == {"user": "named"}
    assert said(read_files(tmp_path, "~/named.cnf")) == {"user": "named"}


def test_files_that_are_not_there_are_no_matter(tmp_path: Path) -> None:
    reading = read_files(tmp_path)
    assert (reading.settings, reading.warnings) == ({}, [])


def test_a_named_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    for path in ("nowhere.cnf", ""):
        with pytest.raises(UsageError, match="cannot be read") as raised:
            read_files(tmp_path, str(tmp_path / path))
        assert str(tmp_path / path) in raised.value.message
        with pytest.raises(UsageError):
            read_files(tmp_path, extra=str(tmp_path / path))


def test_a_usual_file_that_cannot_be_read_is_passed_over_and_said(tmp_path: Path) -> None:
    (tmp_path / ".my.cnf").mkdir()
    assert read_files(tmp_path).warnings == [f"{tmp_path}/.my.cnf cannot be read and is ignored: Is a directory"]


def test_a_damaged_usual_file_is_an_error(write: Write, tmp_path: Path) -> None:
    path = write(".my.cnf", "[client]\npassword=canary-4711\n[broken\n")
    with pytest.raises(UsageError) as raised:
        read_files(tmp_path)
    assert raised.value.message == f"{path}:3: the group's closing ] is missing"


def test_a_file_that_everybody_may_write_is_ignored_and_said(write: Write, tmp_path: Path) -> None:
    path = write(".my.cnf", "[client]\nuser=x\n")
    path.chmod(0o666)
    reading = read_files(tmp_path)
    assert reading.settings == {}
    assert reading.warnings == [f"{path} is ignored: everybody may write to it (chmod o-w {path})"]


def test_files_that_include_each_other_come_to_an_end(write: Write, tmp_path: Path) -> None:
    path = write(".my.cnf", f"[client]\nuser=x\n!include {tmp_path}/.my.cnf\n")
    reading = read_files(tmp_path)
    assert said(reading) == {"user": "x"}
    assert reading.warnings == [f"{path}:3: ignored, files include each other 10 deep"]


def test_a_missing_include_is_said(write: Write, tmp_path: Path) -> None:
    write(".my.cnf", "[client]\n!include /nowhere/x.cnf\nuser=x\n")
    reading = read_files(tmp_path)
    assert said(reading) == {"user": "x"}
    assert reading.warnings == ["/nowhere/x.cnf cannot be read and is ignored: No such file or directory"]


def test_a_file_without_end_is_refused() -> None:
    reading = Reading(groups_with(None), NAMES)
    with pytest.raises(UsageError, match="larger than 1 MiB"):
        read_option_files(reading, {}, "/dev/zero")


def test_bytes_that_are_no_utf_8_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "latin.cnf"
    path.write_bytes(b"\xef\xbb\xbf[client]\npassword=caf\xe9\n")
    password = read_files(tmp_path, str(path)).settings["password"].value
    assert password is not None
    assert password.encode("utf-8", "surrogateescape") == b"caf\xe9"
