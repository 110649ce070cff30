"""examples/systemd, by systemd's own checks, and the settings beside it by ours."""

import re
import shutil
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from poolaudit.mail.smtp import Smtp
from tests.command_lines import accepts, words_after_poolaudit
from tests.settings_files import read_whole
from tests.systemd import SystemdAnalyze, systemd_analyze

FOLDER = Path(__file__).parents[1] / "examples/systemd"
SERVICE = (FOLDER / "poolaudit.service").read_text(encoding="utf-8")
PROGRAM = "/opt/poolaudit/bin/poolaudit"
CREDENTIALS = "/run/credentials/poolaudit.service/"
MOST_EXPOSURE_TENTHS = 15
"""Of 100; systemd calls less than 20 OK. What is left is what an audit needs, the network above all."""


def settings_of(unit: str) -> dict[str, dict[str, str]]:
    """Give the settings of a unit by section; of one that is said twice, the last."""
    parser = RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # names keep their capitals
    parser.read(FOLDER / unit)
    return {name: dict(parser[name]) for name in parser.sections()}


@pytest.fixture(name="analyze", scope="module")
def _analyze() -> SystemdAnalyze:
    return systemd_analyze()


@pytest.fixture(name="units")
def _units(tmp_path: Path) -> Path:
    """Copy the units, with a program that is there in place of one that an administrator installs."""
    for name in ("poolaudit.service", "poolaudit.timer"):
        shutil.copy(FOLDER / name, tmp_path)
    (tmp_path / "poolaudit.service").write_text(SERVICE.replace(PROGRAM, sys.executable), "utf-8")
    return tmp_path


def test_systemd_takes_the_units(analyze: SystemdAnalyze, units: Path) -> None:
    done = analyze.run("verify", units / "poolaudit.service", units / "poolaudit.timer")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("right", "wrong"), [("NoNewPrivileges=", "NoNewPrivilege="), ("SystemCallFilter=@", "SystemCallFilter=@@")]
)
def test_systemd_would_say_what_is_wrong(analyze: SystemdAnalyze, units: Path, right: str, wrong: str) -> None:
    unit = units / "poolaudit.service"
    unit.write_text(unit.read_text("utf-8").replace(right, wrong, 1), "utf-8")
    assert "poolaudit.service:" in analyze.run("verify", unit).stdout


def test_the_service_is_shut_in(analyze: SystemdAnalyze, units: Path) -> None:
    options = ["--offline=true", f"--threshold={MOST_EXPOSURE_TENTHS}"]
    done = analyze.run("security", *options, units / "poolaudit.service")
    assert done.returncode == 0, done.stdout
    assert "Overall exposure level" in done.stdout


def test_an_open_service_would_be_seen(analyze: SystemdAnalyze, units: Path) -> None:
    unit = units / "poolaudit.service"
    unit.write_text(re.sub(r"^(Protect|Restrict|SystemCall)\w+=.*$", "", SERVICE, flags=re.MULTILINE), "utf-8")
    assert analyze.run("security", "--offline=true", f"--threshold={MOST_EXPOSURE_TENTHS}", unit).returncode == 1


def test_the_time(analyze: SystemdAnalyze) -> None:
    timer = settings_of("poolaudit.timer")["Timer"]
    done = analyze.run("calendar", timer["OnCalendar"])
    assert (done.returncode, timer["Persistent"]) == (0, "yes")
    assert "*-*-* 06:00:00" in done.stdout


def test_the_command_is_one() -> None:
    service = settings_of("poolaudit.service")["Service"]
    assert service["ExecStart"].startswith(f"{PROGRAM} ")
    assert accepts(words_after_poolaudit(service["ExecStart"])) == "report"


def test_passwords_are_credentials(tmp_path: Path) -> None:
    text = (FOLDER / "poolaudit.toml").read_text("utf-8")
    given = re.findall(r"^LoadCredential=([\w-]+):/etc/poolaudit/\1$", SERVICE, re.MULTILINE)
    assert set(re.findall(rf'"{CREDENTIALS}([\w-]+)"', text)) == set(given) != set()
    for name in given:
        (tmp_path / name).write_text(f"{name}'s secret\n", "utf-8")
    (tmp_path / "poolaudit.toml").write_text(text.replace(CREDENTIALS, f"{tmp_path}/"), "utf-8")
    whole = read_whole(tmp_path / "poolaudit.toml")
    assert [one.target({})[0].password for one in whole.servers] == ["mysql-password's secret"] * 2
    assert whole.mail is not None
    assert isinstance(whole.mail.way, Smtp)
    assert whole.mail.way.password == "smtp-password's secret"
