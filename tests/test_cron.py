"""docs/cron.md and the crontab, taken at their word, and the crontab's line run as cron runs it."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from crontab import CronTab  # type: ignore[import-untyped]  # it has no types

from poolaudit.cli.errors import ExitCode
from poolaudit.cli.report_settings import When
from poolaudit.mail.addresses import FileTo, MailTo, PostTo
from poolaudit.mail.smtp import Smtp
from tests.command_lines import accepts, words_after_poolaudit
from tests.mail.post_office import post_office
from tests.settings_files import read_whole

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/cron.md").read_text(encoding="utf-8")
CRONTAB = (ROOT / "examples/cron/poolaudit.cron").read_text(encoding="utf-8")
SETTINGS = (ROOT / "examples/cron/poolaudit.toml").read_text(encoding="utf-8")
JOBS = [job.command for job in CronTab(tab=CRONTAB)]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("poolaudit ")]


def test_there_are_examples_of_each_kind() -> None:
    assert len(COMMANDS) >= 6
    assert {accepts(words_after_poolaudit(line)) for line in JOBS} == {"report", "prune"}
    assert {"scan", "report", "history", "show", "prune"} == {accepts(words_after_poolaudit(one)) for one in COMMANDS}


@pytest.mark.parametrize("line", [*COMMANDS, *JOBS])
def test_every_command_is_one(line: str) -> None:
    assert accepts(words_after_poolaudit(line))


def test_the_page_shows_the_files() -> None:
    assert blocks("cron") == [CRONTAB]
    assert blocks("toml")[0] == SETTINGS


def test_the_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "poolaudit.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "smtp-password").write_text("secret\n", "utf-8")
    whole = read_whole(tmp_path / "poolaudit.toml")
    assert [one.name for one in whole.servers] == ["db1", "db2"]
    assert (whole.addresses, whole.report.when) == ((MailTo(("dba@example.com",)),), When.CHANGES)
    assert whole.mail is not None
    assert isinstance(whole.mail.way, Smtp)
    assert (whole.mail.way.host, whole.mail.way.password) == ("mail.example.com", "secret")


def test_the_other_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "poolaudit.toml").write_text("\n".join(blocks("toml")[1:]), "utf-8")
    whole = read_whole(tmp_path / "poolaudit.toml")
    assert [type(one) for one in whole.addresses] == [MailTo, PostTo, FileTo, FileTo]
    assert whole.report.history == "postgresql://poolaudit@db9.example.com/poolaudit"


def test_the_option_file_is_read(tmp_path: Path) -> None:
    (block,) = blocks("ini")
    file = tmp_path / "poolaudit.cnf"
    file.write_text(block, "utf-8")
    server = f'[[servers]]\nname = "db1"\nhost = "db1.example.com"\ndefaults-file = "{file}"\n'
    (tmp_path / "poolaudit.toml").write_text(server, "utf-8")
    (db1,) = read_whole(tmp_path / "poolaudit.toml").servers
    target, warnings = db1.target({})
    assert (target.user, target.password, target.host, warnings) == (
        "poolaudit",
        "a long secret",
        "db1.example.com",
        (),
    )


def test_the_page_knows_every_time_of_sending() -> None:
    assert all(f"`{when}`" in PAGE for when in When)


def test_the_table_of_codes_is_the_programs() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d) +\|", PAGE, re.MULTILINE)}
    assert codes == {code.value for code in ExitCode if code.value <= ExitCode.IN_PART}


def test_the_times() -> None:
    report, prune = CronTab(tab=CRONTAB)
    assert (str(report.slices), str(prune.slices)) == ("0 6 * * *", "30 6 1 * *")
    assert all(job.is_valid() and "%" not in job.command for job in (report, prune))


class Home:
    """A home folder as the page makes it, but for where the servers are."""

    def __init__(self, folder: Path, db1: int) -> None:
        """Put the command where pipx puts it, and name a db1 at a port of this machine."""
        self.folder = folder
        self.db1 = db1
        program = folder / ".local/bin/poolaudit"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m poolaudit "$@"\n', "utf-8")
        program.chmod(0o755)
        (folder / "poolaudit").mkdir()
        (folder / "poolaudit/poolaudit.cnf").write_text(blocks("ini")[0], "utf-8")

    def write_settings(self, mail: int) -> None:
        """Write the page's settings for one server, with the mail server at a port of this machine."""
        text = SETTINGS.rpartition("[[servers]]")[0].replace(
            'user = "poolaudit"\npassword-file = "smtp-password"\n', ""
        )
        text = text.replace('"db1.example.com"', f'"127.0.0.1"\nport = {self.db1}')
        text = text.replace('"mail.example.com:587"', f'"127.0.0.1:{mail}"\nsecurity = "none"')
        (self.folder / "poolaudit/poolaudit.toml").write_text(text, "utf-8")

    def run(self, line: str) -> "subprocess.CompletedProcess[str]":
        """Run a line of the crontab as cron does: by sh, in the home folder, with next to no environment."""
        variables = dict(re.findall(r"^([A-Z]+)=(.*)$", CRONTAB, re.MULTILINE))
        environment = {"SHELL": "/bin/sh", "LOGNAME": "dba", "HOME": str(self.folder), **variables}
        return subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture(name="closed")
def _closed() -> Iterator[int]:
    """Keep a port at which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_cron_has_nothing_to_mail_of_its_own(tmp_path: Path, closed: int) -> None:
    home = Home(tmp_path, closed)
    report, prune = JOBS
    with post_office() as office:
        home.write_settings(office.port)
        runs = [home.run(report), home.run(report), home.run(prune)]
    assert [(run.stdout, run.stderr) for run in runs] == [("", "")] * 3
    assert [run.returncode for run in runs] == [ExitCode.CANNOT_AUDIT, ExitCode.CANNOT_AUDIT, 0]
    (letter,) = office.messages
    assert letter["Subject"] == "[poolaudit] db1: 1 error"
    assert [office.letters[0].mail_from, *office.letters[0].rcpt_tos] == ["poolaudit@example.com", "dba@example.com"]
    assert (tmp_path / ".local/state/poolaudit/history.sqlite3").exists()


def test_a_mail_that_could_not_go_is_said_and_goes_with_the_next_report(tmp_path: Path, closed: int) -> None:
    home = Home(tmp_path, closed)
    home.write_settings(mail=closed)
    first = home.run(JOBS[0])
    assert first.stdout == ""
    assert "it is kept, and goes with the next report" in first.stderr
    with post_office() as office:
        home.write_settings(office.port)
        second = home.run(JOBS[0])
    assert (second.stdout, second.stderr) == ("", "")
    (letter,) = office.messages
    assert "db1: 1 error" in letter["Subject"]
    assert "late" in letter.as_string()


def test_where_nothing_can_be_kept_the_report_is_printed_for_cron_to_mail(tmp_path: Path, closed: int) -> None:
    home = Home(tmp_path, closed)
    home.write_settings(mail=closed)
    (tmp_path / ".local/state").write_text("no folder", "utf-8")
    run = home.run(JOBS[0])
    assert run.returncode == ExitCode.CANNOT_AUDIT
    assert "PA110 server-out-of-reach" in run.stdout
    assert "history.sqlite3 cannot be used" in run.stderr
    assert "this run goes on without one" in run.stderr


def test_settings_that_are_wrong_are_said(tmp_path: Path, closed: int) -> None:
    home = Home(tmp_path, closed)
    home.write_settings(mail=closed)
    file = tmp_path / "poolaudit/poolaudit.toml"
    file.write_text(file.read_text("utf-8").replace("smtp = ", "smpt = "), "utf-8")
    run = home.run(JOBS[0])
    assert run.returncode == ExitCode.USAGE
    assert "smtp" in run.stderr
