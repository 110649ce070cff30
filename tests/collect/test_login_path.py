"""Login paths, in files encrypted as mysql_config_editor encrypts them."""

import os
import struct
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from poolaudit.collect.login_path import read_login_path
from poolaudit.collect.option_files import Reading, Said, groups_with
from poolaudit.collect.settings import NAMES
from poolaudit.errors import UsageError

CANARY = "canary-4711 # \\ '\""
PLAIN = """\
[client]
user = "everyone"
[batch]
user = "app"
password = "canary-4711 # \\\\ '\\""
host = "db1"
port = 3307
[batch_b]
host = "db2"
[local]
socket = "/run/my.sock"
"""


def encrypted(text: str) -> bytes:
    """Write four unused bytes, twenty bytes of key, then each line: its length, and AES-128-ECB of it, padded.

    The format is that of mysql_config_editor (client/mysql_config_editor.cc): the AES key is the twenty bytes folded
    onto sixteen by XOR.
    """
    noise = os.urandom(20)
    key = bytearray(16)
    for place, byte in enumerate(noise):
        key[place % 16] ^= byte
    out = bytes(4) + noise
    for line in text.splitlines(keepends=True):
        raw = line.encode()
        padding = 16 - len(raw) % 16
        encryptor = Cipher(algorithms.AES(bytes(key)), modes.ECB()).encryptor()  # noqa: S305 - mysql's own choice
        secret = encryptor.update(raw + bytes([padding]) * padding) + encryptor.finalize()
        out += struct.pack("<i", len(secret)) + secret
    return out


@pytest.fixture
def login_file(tmp_path: Path) -> Path:
    path = tmp_path / ".mylogin.cnf"
    path.write_bytes(encrypted(PLAIN))
    path.chmod(0o600)
    return path


def read(name: str, home: Path, suffix: str | None = None, **environ: str) -> dict[str, str | None]:
    reading = Reading(groups_with(suffix), NAMES)
    reading.settings["connect-timeout"] = Said("3", "my.cnf:1")
    reading.settings["host"] = Said("elsewhere", "my.cnf:2")
    read_login_path(reading, name, suffix, {"HOME": str(home), **environ})
    return {name: one.value for name, one in reading.settings.items()}


def test_a_login_path_is_laid_over_the_option_files(login_file: Path) -> None:
    assert read("batch", login_file.parent) == {
        "connect-timeout": "3", "user": "app", "password": CANARY, "host": "db1", "port": "3307",
    }  # fmt: skip


def test_client_counts_below_the_login_path(login_file: Path) -> None:
    found = read("local", login_file.parent)
    assert (found["user"], found["socket"]) == ("everyone", "/run/my.sock")


def test_a_group_suffix_counts_here_too(login_file: Path) -> None:
    assert read("batch", login_file.parent, "_b")["host"] == "db2"


def test_the_file_may_be_named_by_the_environment(login_file: Path, tmp_path: Path) -> None:
    login_file.rename(tmp_path / "other")
    found = read("batch", Path("/nowhere"), MYSQL_TEST_LOGIN_FILE=str(tmp_path / "other"))
    assert found["host"] == "db1"


def test_an_unknown_login_path_names_those_that_are_there(login_file: Path) -> None:
    with pytest.raises(UsageError) as raised:
        read("bach", login_file.parent)
    assert raised.value.message == f"{login_file} has no login path 'bach'; there are: batch, batch_b, client, local"


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"mylogin\.cnf cannot be read: No such file"):
        read("batch", tmp_path)


def test_a_file_that_others_may_read_is_refused(login_file: Path) -> None:
    login_file.chmod(0o640)
    with pytest.raises(UsageError, match="others than its owner") as raised:
        read("batch", login_file.parent)
    assert raised.value.hint == f"chmod 600 {login_file}"


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / ".mylogin.cnf").mkdir()
    with pytest.raises(UsageError, match="Is a directory"):
        read("batch", tmp_path)


@pytest.mark.parametrize("size", [0, 3, 20, 24, 26, 28, 30, 60])
def test_a_file_that_was_cut_off_is_said(size: int, login_file: Path) -> None:
    login_file.write_bytes(login_file.read_bytes()[:size])
    with pytest.raises(UsageError) as raised:
        read("batch", login_file.parent)
    assert str(login_file) in raised.value.message
    assert "canary" not in raised.value.message


def test_noise_in_its_place_is_said(login_file: Path) -> None:
    login_file.write_bytes(bytes(range(256)))
    with pytest.raises(UsageError, match="damaged"):
        read("batch", login_file.parent)


def test_without_the_library_the_error_says_how_to_get_it(login_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "myloginpath", None)
    with pytest.raises(UsageError) as raised:
        read("batch", login_file.parent)
    assert raised.value.hint == "install it with: pip install 'poolaudit[login-path]'"
