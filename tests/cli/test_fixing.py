"""`--diff` and `--fix`: the change alone, atomically, in the file's own language, and once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poolaudit.cli import fixing
from poolaudit.cli.fixing import Fixes, fixes_of, make_fixes, patch_of
from poolaudit.facts.setting import Change, Place, Replacement
from poolaudit.readers.again import Texts
from poolaudit.report import Finding, Severity
from tests.cli.conftest import Run

APP = """\
# settings
database:
  url: mysql+pymysql://app:hunter2@db1/shop
  pool_size: 10
  max_overflow: -1   # no limit
  pool_recycle: 28800
  pool_pre_ping: no
other: {url: "mysql://app:hunter2@db1/other", pool_recycle: "28800", pool_pre_ping: false}
"""
FIXED = (
    APP.replace("-1 ", "10 ").replace("recycle: 28800", "recycle: 25000").replace("ping: no", "ping: true")
    .replace('"28800"', "25000").replace("ping: false", "ping: true")
)  # fmt: skip
SERVER = ("--server", "max_connections=1510,wait_timeout=28800")


@pytest.fixture(name="app")
def _app(clean_place: Path) -> Path:
    path = clean_place / "app.yaml"
    path.write_text(APP)
    return path


def test_fix_changes_the_literals_and_nothing_else(poolaudit: Run, app: Path) -> None:
    app.chmod(0o640)
    code, out, err = poolaudit("check-config", "app.yaml", *SERVER, "--fix")
    assert app.read_text() == FIXED
    assert app.stat().st_mode & 0o777 == 0o640
    assert code == 0
    assert "PA701" not in out
    assert "poolaudit: fixed app.yaml:6: pool_recycle → 25000 (PA701" in err
    assert err.endswith("poolaudit: 5 changed\n")
    assert [one.name for one in app.parent.iterdir()] == ["app.yaml"]


def test_the_second_time_nothing_changes(poolaudit: Run, app: Path) -> None:
    poolaudit("check-config", "app.yaml", *SERVER, "--fix")
    before = app.stat().st_mtime_ns
    code, _, err = poolaudit("check-config", "app.yaml", *SERVER, "--fix")
    assert (code, err) == (0, "poolaudit: nothing to change\n")
    assert app.stat().st_mtime_ns == before


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("ends", [True, False])
def test_encoding_line_ends_and_the_last_line_stay(
    newline: str, encoding: str, ends: bool, poolaudit: Run, app: Path
) -> None:
    def content(text: str) -> bytes:
        text = ("# é中\n" + text).replace("\n", newline)
        bom = b"\xfe\xff" if encoding == "utf-16-be" else b""
        return bom + (text if ends else text.removesuffix(newline)).encode(encoding)

    app.write_bytes(content(APP))
    code, _, _ = poolaudit("check-config", "app.yaml", *SERVER, "--fix")
    assert code == 0
    assert app.read_bytes() == content(FIXED)


def test_a_link_stays_a_link(poolaudit: Run, app: Path) -> None:
    link = app.with_name("link.yaml")
    link.symlink_to(app)
    poolaudit("check-config", "link.yaml", *SERVER, "--fix")
    assert link.is_symlink()
    assert app.read_text() == FIXED


def test_diff_is_a_patch_that_can_be_applied(poolaudit: Run, app: Path) -> None:
    app.write_text(APP.replace("other: {url", "#other: {url"))
    code, patch, err = poolaudit("check-config", "app.yaml", *SERVER, "--diff")
    assert (code, err) == (1, "")
    assert app.read_text().startswith("# settings")
    assert patch.startswith("--- a/app.yaml\n+++ b/app.yaml\n@@ -")
    assert "hunter2" not in patch
    subprocess.run(["git", "apply", "--unidiff-zero", "-"], input=patch, text=True, check=True, cwd=app.parent)
    assert app.read_text() == FIXED.replace('other: {url: "mysql://app:hunter2@db1/other", pool_recycle: 25000,',
                                            '#other: {url: "mysql://app:hunter2@db1/other", pool_recycle: "28800",'
                                            ).replace("ping: true}", "ping: false}")  # fmt: skip


def test_a_changed_line_that_may_hold_a_secret_is_shown_without_it(poolaudit: Run, app: Path) -> None:
    _, patch, err = poolaudit("check-config", "app.yaml", *SERVER, "--diff")
    assert "hunter2" not in patch + err
    assert "a changed line may hold a secret" in err
    assert app.read_text() == APP


def test_a_last_line_without_an_end(poolaudit: Run, app: Path) -> None:
    app.write_text("url: mysql://app@db/x\npool_recycle: 28800")
    _, patch, _ = poolaudit("check-config", "app.yaml", *SERVER, "--diff", "--select", "PA701")
    assert patch.endswith(
        "-pool_recycle: 28800\n\\ No newline at end of file\n+pool_recycle: 25000\n\\ No newline at end of file\n"
    )


def test_nothing_to_change_is_an_empty_patch(poolaudit: Run, app: Path) -> None:
    app.write_text("url: mysql://app@db/x\npool_recycle: 3600\npool_pre_ping: true\n")
    assert poolaudit("check-config", "app.yaml", "--diff") == (0, "", "")


def test_a_file_changed_while_it_was_read_is_refused(
    poolaudit: Run, app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fixing.make_fixes

    def late(fixes: Fixes, texts: Texts, began_ns: int) -> tuple[int, tuple[str, ...]]:
        app.write_text(APP + "# meanwhile\n")
        os.utime(app, ns=(began_ns + 1, began_ns + 1))
        return real(fixes, texts, began_ns)

    monkeypatch.setattr(fixing, "make_fixes", late)
    code, _, err = poolaudit("check-config", "app.yaml", *SERVER, "--fix")
    assert code == 1
    assert "app.yaml is left as it is: it was changed while it was read" in err
    assert app.read_text() == APP + "# meanwhile\n"


def test_a_folder_that_cannot_be_written_to(poolaudit: Run, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    code, _, err = poolaudit("check-config", "app.yaml", *SERVER, "--fix")
    assert code == 1
    assert "app.yaml is left as it is: it could not be written: Permission denied" in err
    assert app.read_text() == APP
    assert [one.name for one in app.parent.iterdir()] == ["app.yaml"]


def found(code: str, *changes: Change, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code, "x", severity, "s", "m", "w", "f", {}, "a", None, "0" * 16, changes)


def change(line: int, column: int, end: int, value: Replacement, file: str = "a.yaml") -> Change:
    return Change(Place(file, line, column, end), "word", value)


@pytest.mark.parametrize(
    ("findings", "value", "given_way"),
    [
        ([("PA701", 25000), ("PA803", 310)], 310, 1),
        ([("PA608", 28800), ("PA701", 25000)], 25000, 0),
        ([("PA608", -1), ("PA601", 25000)], 25000, 0),
        ([("PA608", 2), ("PA607", 6)], 6, 0),
        ([("PA608", 30)], 30, 0),
        ([("PA609", "rollback"), ("PA999", 5)], "rollback", 1),
        ([("PA602", True), ("PA601", True)], True, 0),
    ],
)
def test_several_changes_of_one_place(findings: list[tuple[str, Replacement]], value: object, given_way: int) -> None:
    fixes = fixes_of([found(code, change(1, 4, 5, wanted)) for code, wanted in findings])
    ((fix,),) = fixes.by_file.values()
    assert fix.change.value == value
    assert fix.codes == tuple(code for code, _ in findings)
    assert len(fixes.given_way) == given_way


def test_of_two_that_overlap_the_worst_finding_wins() -> None:
    fixes = fixes_of([found("PA701", change(1, 4, 9, 5)), found("PA602", change(1, 8, 12, value=True))])
    ((fix,),) = fixes.by_file.values()
    assert fix.codes == ("PA701",)
    assert fixes.given_way == ("a.yaml:1: word → true (PA602) gives way to a.yaml:1: word → 5 (PA701)",)
    beside = fixes_of([found("PA701", change(1, 4, 9, 5)), found("PA602", change(1, 9, 12, value=True))])
    assert len(beside.by_file["a.yaml"]) == 2


def test_files_that_are_gone_or_say_something_else(clean_place: Path) -> None:
    (clean_place / "a.yaml").write_text("x: hunter2\n")
    (clean_place / "latin.yaml").write_bytes(b"x: \xe9\n")
    fixes = fixes_of(found("PA701", change(1, 4, 11, 5, file)) for file in ("a.yaml", "gone.yaml", "latin.yaml"))
    patch, remarks = patch_of(fixes, Texts())
    assert patch == ""
    assert remarks == (
        "a.yaml:1 is left as it is: what stands there is no literal that can be replaced",
        "gone.yaml cannot be read any more",
        "latin.yaml cannot be read any more",
    )
    made, said = make_fixes(fixes, Texts(), sys.maxsize)
    assert made == 0
    assert said[1:] == (
        "gone.yaml is left as it is: No such file or directory",
        "latin.yaml is left as it is: it is not text in UTF-8 or UTF-16",
    )


def test_an_absolute_path_and_a_name_that_cannot_be_printed(clean_place: Path) -> None:
    path = clean_place / "a\n.yaml"
    path.write_text("x: 6\n")
    patch, _ = patch_of(fixes_of([found("PA701", change(1, 4, 5, 5, str(path)))]), Texts())
    assert patch.splitlines()[:2] == [f"--- {clean_place}/a\\n.yaml", f"+++ {clean_place}/a\\n.yaml"]


numbers = st.sampled_from([-1, 0, 1, 5, 30, 90, 3600, 28800, 100_000])
switches = st.sampled_from(["true", "false", "no", '"false"', "off", "True"])


@st.composite
def apps(draw: st.DrawFn) -> str:
    """Write a pool with settings of any kind, in one line or in several, some numbers in quotes."""
    words = {
        word: draw(st.sampled_from([f"{number}", f'"{number}"']))
        for word in draw(st.sets(st.sampled_from(["pool_size", "max_overflow", "pool_recycle", "pool_timeout"])))
        for number in [draw(numbers)]
    }
    if draw(st.booleans()):
        words["pool_pre_ping"] = draw(switches)
    if draw(st.booleans()):
        words["pool_reset_on_return"] = draw(st.sampled_from(["null", "none", "rollback"]))
    deployment = draw(
        st.sampled_from(["", "threads: 8", "path_idle_timeout_seconds: 350", "request_timeout_seconds: 20"])
    )
    words |= {"deployment": "{" + deployment + "}"} if deployment else {}
    words = {"url": "mysql://app@db/x"} | words
    if draw(st.booleans()):
        return "db: {" + ", ".join(f"{word}: {value}" for word, value in words.items()) + "}\n"
    return "".join(f"{word}:   {value}  # as it was\n" for word, value in words.items())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(apps())
def test_a_fixed_file_gives_no_such_finding_and_is_fixed_once(poolaudit: Run, clean_place: Path, text: str) -> None:
    path = clean_place / "app.yaml"
    path.write_text(text)
    poolaudit("check-config", "app.yaml", "--server", "wait_timeout=600,max_connections=90000", "--fix")
    once = path.read_text()
    code, patch, err = poolaudit(
        "check-config", "app.yaml", "--server", "wait_timeout=600,max_connections=90000", "--diff"
    )
    assert (patch, err) == ("", "")
    assert code in {0, 1}
    poolaudit("check-config", "app.yaml", "--server", "wait_timeout=600,max_connections=90000", "--fix")
    assert path.read_text() == once
    assert once.count("\n") == text.count("\n")
    assert [line.partition(":")[0] for line in once.splitlines()] == [
        line.partition(":")[0] for line in text.splitlines()
    ]
