"""Which settings file counts, what is said of a wrong one, and that the command line lies over it."""

from pathlib import Path

import pytest

from poolaudit.cli.judge import policy_of
from poolaudit.cli.settings import Judging, read_settings
from poolaudit.errors import UsageError
from poolaudit.policy import Policy
from poolaudit.report import Severity
from tests.rules.run import RULES


def policy(**over: object) -> Policy:
    said: dict[str, object] = {"fail_on": None, "strict": False, "select": (), "ignore": (), "config": None}
    return policy_of(Judging(**(said | over)), RULES.values())  # type: ignore[arg-type] # each test says what it means


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(None, str(tmp_path)) == (None, {})
    assert policy() == Policy(options={})


def test_the_nearest_file_counts(clean_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(clean_place / "poolaudit.toml", 'fail-on = "info"')
    (clean_place / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(clean_place / "a" / "b")
    assert read_settings(None, str(Path.cwd())) == ("../../poolaudit.toml", {"fail-on": "info"})
    write(clean_place / "a" / "pyproject.toml", '[tool.poolaudit]\nfail-on = "warning"')
    assert read_settings(None, str(Path.cwd())) == ("../pyproject.toml", {"fail-on": "warning"})


def test_poolaudit_toml_wins_over_pyproject_beside_it(clean_place: Path) -> None:
    write(clean_place / "pyproject.toml", '[tool.poolaudit]\nfail-on = "warning"')
    write(clean_place / "poolaudit.toml", 'fail-on = "info"')
    assert policy().fail_on is Severity.INFO


@pytest.mark.parametrize("text", ["", '[project]\nname = "x"', "[tool.ruff]", "this is no TOML at all"])
def test_a_pyproject_that_does_not_speak_of_poolaudit_is_passed_over(clean_place: Path, text: str) -> None:
    write(clean_place / "pyproject.toml", text)
    assert read_settings(None, str(clean_place)) == (None, {})


def test_a_dependency_on_poolaudit_is_no_setting(clean_place: Path) -> None:
    write(clean_place / "pyproject.toml", '[project]\nname = "x"\ndependencies = ["poolaudit"]')
    assert read_settings(None, str(clean_place)) == (None, {})


def test_config_names_the_file(clean_place: Path) -> None:
    write(clean_place / "poolaudit.toml", 'fail-on = "info"')
    write(clean_place / "other.toml", 'fail-on = "never"')
    assert policy(config="other.toml").fail_on is None


def test_config_may_name_a_pyproject(clean_place: Path) -> None:
    write(clean_place / "app" / "pyproject.toml", '[tool.poolaudit]\nfail-on = "warning"')
    assert policy(config="app/pyproject.toml").fail_on is Severity.WARNING


def test_a_byte_order_mark_is_passed_over(clean_place: Path) -> None:
    (clean_place / "poolaudit.toml").write_bytes(b'\xef\xbb\xbffail-on = "info"')
    assert policy().fail_on is Severity.INFO


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["PA1"]', r"^poolaudit.toml: unknown setting 'selct'; did you mean 'select'\?$"),
        ("[rules.idle-in-transction]", r"^poolaudit.toml: rules: .*did you mean 'idle-in-transaction'\?$"),
        ("[rules.idle-in-transaction]\nwarn_seconds = 1", r"did you mean 'warning_seconds'\?$"),
        ('fail-on = "fatal"', "fail-on is 'fatal', which is none of info, warning, error, never$"),
        ('select = ["PA1"]\nselect = []\n', r"^poolaudit.toml:2: no TOML: Cannot overwrite a value$"),
        ("a = ", r"^poolaudit.toml: no TOML: Invalid value \(at end of document\)$"),
        ('[[ignore]]\nrule = "idle-in-transaction"', "gives no reason"),
        ("x = " + "[" * 5000, "nested too deeply|no TOML"),
    ],
)
def test_a_wrong_file_is_one_sentence(clean_place: Path, text: str, message: str) -> None:
    write(clean_place / "poolaudit.toml", text)
    with pytest.raises(UsageError, match=message):
        policy()


def test_a_file_that_is_not_utf8(clean_place: Path) -> None:
    (clean_place / "poolaudit.toml").write_bytes(b'reason = "\xe4"')
    with pytest.raises(UsageError, match="is not UTF-8"):
        policy()


def test_a_file_without_an_end(clean_place: Path) -> None:
    with pytest.raises(UsageError, match="/dev/zero is larger than 1 MiB"):
        policy(config="/dev/zero")
    with pytest.raises(UsageError, match=r"settings file nowhere\.toml cannot be read: No such file"):
        policy(config="nowhere.toml")
    with pytest.raises(UsageError, match="Is a directory"):
        policy(config=str(clean_place))


def test_a_pyproject_named_but_silent(clean_place: Path) -> None:
    write(clean_place / "pyproject.toml", "[tool.ruff]")
    with pytest.raises(UsageError, match=r"^pyproject.toml has no \[tool.poolaudit\]$"):
        policy(config="pyproject.toml")
    write(clean_place / "pyproject.toml", "[tool]\npoolaudit = 1")
    with pytest.raises(UsageError, match=r"tool\.poolaudit is to be a table"):
        policy()


@pytest.mark.parametrize(
    "text",
    [
        '[tool.poolaudit]\nfail-on = "info"',
        '[ "tool" . \'poolaudit\' ]\nfail-on = "info"',
        '[project]\r\n\r\n  [tool]\r\npoolaudit.fail-on = "info"',
        'tool.poolaudit.fail-on = "info"',
        'tool = { poolaudit = { fail-on = "info" } }',
        '"tool".poolaudit = { fail-on = "info" }',
    ],
)
def test_a_pyproject_may_write_the_table_in_any_way(clean_place: Path, text: str) -> None:
    (clean_place / "pyproject.toml").write_bytes(text.encode())
    assert policy().fail_on is Severity.INFO


def test_a_pyproject_without_the_table_is_not_read(clean_place: Path) -> None:
    write(clean_place / "pyproject.toml", '[project]\nname = "poolaudit"\n[tool.ruff]\nno TOML at all')
    assert read_settings(None, str(clean_place)) == (None, {})


def test_the_command_line_lies_over_the_file(clean_place: Path) -> None:
    write(clean_place / "poolaudit.toml", 'fail-on = "info"\nselect = ["PA2"]')
    assert policy().select == ("PA2",)
    over = policy(fail_on="never", select=("idle-in-transaction",), ignore=("PA201",))
    assert (over.fail_on, over.select, over.deselect) == (None, ("idle-in-transaction",), ("PA201",))


def test_selectors_on_the_command_line_are_checked() -> None:
    with pytest.raises(UsageError, match=r"^--select: no rule is called 'idle-in-transction'; did you mean"):
        policy(select=("idle-in-transction",))
    with pytest.raises(UsageError, match=r"^--ignore: no rule is called ''"):
        policy(ignore=("",))
