"""The policy: what selects a rule, what a settings file may say, and what it is told where it is wrong."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest

from poolaudit.facts.server import Server
from poolaudit.policy import AnyRule, Policy, PolicyError, check_selectors, fail_on_named, nearest, policy_from
from poolaudit.report import Finding, Found, Ignore, Severity
from poolaudit.rule import NoOptions, rule

TODAY = date(2026, 11, 21)


class Options(NamedTuple):
    """Thresholds of either kind."""

    warning_seconds: int = 60
    warning_share: float = 0.5


@rule("PA201", "idle-in-transaction", about=Server, severity=Severity.WARNING, since="0.1")
def idle(server: Server, options: Options) -> Iterator[Found]:
    """Never fires."""
    raise NotImplementedError(server, options)


@rule("PA202", "idle-blocker", about=Server, severity=Severity.ERROR, since="0.1")
def blocker(server: Server, options: NoOptions) -> Iterator[Found]:
    """Never fires."""
    raise NotImplementedError(server, options)


@rule("PA301", "wait-timeout-long", about=Server, severity=Severity.INFO, since="0.1")
def timeout(server: Server, options: NoOptions) -> Iterator[Found]:
    """Never fires."""
    raise NotImplementedError(server, options)


RULES: tuple[AnyRule, ...] = (idle, blocker, timeout)


def selected(policy: Policy) -> list[str]:
    return [one.code for one in RULES if policy.selects(one)]


@pytest.mark.parametrize(
    ("select", "deselect", "expected"),
    [
        ((), (), ["PA201", "PA202", "PA301"]),
        (("PA2",), (), ["PA201", "PA202"]),
        (("pa2",), (), ["PA201", "PA202"]),
        (("PA201",), (), ["PA201"]),
        (("idle-blocker",), (), ["PA202"]),
        (("PA3", "idle-blocker"), (), ["PA202", "PA301"]),
        ((), ("PA2",), ["PA301"]),
        ((), ("idle-in-transaction",), ["PA202", "PA301"]),
        (("PA2",), ("PA201",), ["PA202"]),
        (("PA201",), ("PA2",), []),
        (("idle",), (), []),
    ],
)
def test_selection(select: tuple[str, ...], deselect: tuple[str, ...], expected: list[str]) -> None:
    assert selected(Policy(select=select, deselect=deselect)) == expected


@pytest.mark.parametrize("selectors", [(), ("PA2",), ("idle-blocker", "PA301")])
def test_selectors_that_name_rules_are_given_back(selectors: tuple[str, ...]) -> None:
    assert check_selectors(iter(selectors), iter(RULES), "--select") == selectors


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("idle-in", "--select: no rule is called 'idle-in'; did you mean 'idle-in-transaction'?"),
        ("idle-blocke", "--select: no rule is called 'idle-blocke'; did you mean 'idle-blocker'?"),
        ("PA9", "--select: no rule is called 'PA9'"),
        ("", "--select: no rule is called ''"),
        ("zzz", "--select: no rule is called 'zzz'"),
    ],
)
def test_selectors_that_name_no_rule_are_refused(selector: str, message: str) -> None:
    with pytest.raises(PolicyError) as refused:
        check_selectors([selector], RULES, "--select")
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("word", ["error", "warning", "info"])
def test_severities_by_their_words(word: str) -> None:
    assert fail_on_named(word) is Severity[word.upper()]


def test_never_is_no_severity() -> None:
    assert fail_on_named("never") is None
    assert policy_from({"fail-on": "never"}, RULES).fail_on is None


@pytest.mark.parametrize("word", ["ERROR", "fatal", "", None, 3, True, ["error"]])
def test_other_severities_are_refused(word: object) -> None:
    with pytest.raises(PolicyError, match="none of info, warning, error, never"):
        fail_on_named(word)


def test_an_empty_file_is_the_default_policy() -> None:
    assert policy_from({}, RULES) == Policy(options={})
    assert Policy().fail_on is Severity.ERROR


def test_a_whole_file() -> None:
    policy = policy_from(
        {
            "fail-on": "warning",
            "select": ["PA2"],
            "rules": {"idle-in-transaction": {"warning_seconds": 5}},
            "ignore": [
                {"rule": "PA201", "client": "etl@*", "reason": "nightly export", "until": date(2026, 12, 31)},
                {"rule": "idle-blocker", "reason": "known"},
            ],
        },
        iter(RULES),
        "poolaudit.toml",
    )
    assert policy.fail_on is Severity.WARNING
    assert policy.select == ("PA2",)
    assert policy.options_of(idle) == Options(warning_seconds=5)
    assert policy.options_of(blocker) == NoOptions()
    first, second = policy.ignores
    assert (first.rule, first.client, first.until, str(first.place)) == (
        "PA201",
        "etl@*",
        date(2026, 12, 31),
        "poolaudit.toml",
    )
    assert (second.rule, second.client, second.until) == ("idle-blocker", None, None)


def test_options_by_code_and_a_whole_number_where_a_fraction_may_be() -> None:
    policy = policy_from({"rules": {"PA201": {"warning_share": 1, "warning_seconds": 0}}}, RULES)
    assert policy.options_of(idle) == Options(warning_seconds=0, warning_share=1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"selct": []}, "unknown setting 'selct'; did you mean 'select'?"),
        ({"zzz": 1}, "unknown setting 'zzz'; there are fail-on, history, ignore, mail, report, rules, select, servers"),
        ({"select": "PA2"}, "select is to be a list"),
        ({"select": ["idle-blokcer"]}, "select: no rule is called 'idle-blokcer'; did you mean 'idle-blocker'?"),
        ({"select": [2]}, "select: no rule is called 2"),
        ({"fail-on": "sometimes"}, "fail-on is 'sometimes'"),
        ({"rules": []}, "rules is to hold a table for each rule"),
        ({"rules": {"idle-blockr": {}}}, "rules: no rule is called 'idle-blockr'; did you mean 'idle-blocker'?"),
        ({"rules": {"idle-blocker": 60}}, "rules.idle-blocker is to be a table"),
        (
            {"rules": {"idle-in-transaction": {"warning_second": 5}}},
            "unknown option of idle-in-transaction 'warning_second'; did you mean 'warning_seconds'?",
        ),
        ({"rules": {"PA202": {"x": 5}}}, "unknown option of idle-blocker 'x'; there are none"),
        (
            {"rules": {"PA201": {}, "idle-in-transaction": {}}},
            "rules.idle-in-transaction and rules.PA201 are one rule; give its options in one table",
        ),
        ({"ignore": {}}, "ignore is to be a list of tables"),
        ({"ignore": ["PA201"]}, "ignore is to be a list of tables"),
        ({"ignore": [{"reason": "x"}]}, "an [[ignore]] says no rule"),
        ({"ignore": [{"rule": 201, "reason": "x"}]}, "an [[ignore]] says no rule"),
        (
            {"ignore": [{"rule": "PA2O1", "reason": "x"}]},
            "[[ignore]]: no rule is called 'PA2O1'; did you mean 'PA201'?",
        ),
        (
            {"ignore": [{"rule": "wait-timeout-lon", "reason": "x"}]},
            "[[ignore]]: no rule is called 'wait-timeout-lon'; did you mean 'wait-timeout-long'?",
        ),
        ({"ignore": [{"rule": "PA201"}]}, "the [[ignore]] of PA201 gives no reason"),
        ({"ignore": [{"rule": "PA201", "reason": "  "}]}, "the [[ignore]] of PA201 gives no reason"),
        ({"ignore": [{"rule": "PA201", "reason": 7}]}, "the [[ignore]] of PA201 gives no reason"),
        ({"ignore": [{"rule": "PA201", "reason": "x", "client": 7}]}, "the [[ignore]] of PA201 has a client that is"),
        ({"ignore": [{"rule": "PA201", "reason": "x", "until": "soon"}]}, "the [[ignore]] of PA201 has until = 'soon'"),
        (
            {"ignore": [{"rule": "PA201", "reason": "x", "until": datetime(2026, 1, 1, tzinfo=UTC)}]},
            "the [[ignore]] of PA201 has until = ",
        ),
        (
            {"ignore": [{"rule": "PA201", "reason": "x", "clients": "a"}]},
            "unknown key of [[ignore]] 'clients'; did you mean 'client'?",
        ),
    ],
)
def test_what_is_not_right_is_refused_with_the_nearest_right_name(settings: Mapping[str, Any], message: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy_from(settings, RULES)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("value", ["60", -1, True, None, 1.5, [60], float("nan")])
def test_a_whole_number_is_asked_for(value: object) -> None:
    with pytest.raises(PolicyError, match=r"rules\.idle-in-transaction\.warning_seconds is .* a whole number from 0"):
        policy_from({"rules": {"idle-in-transaction": {"warning_seconds": value}}}, RULES)


@pytest.mark.parametrize("value", ["0.5", -0.1, False, None, float("nan"), float("inf")])
def test_a_number_is_asked_for(value: object) -> None:
    with pytest.raises(PolicyError, match=r"warning_share is .* a number from 0"):
        policy_from({"rules": {"PA201": {"warning_share": value}}}, RULES)


def test_nearest_says_nothing_where_nothing_is_near() -> None:
    assert nearest("qqqq", ["select"]) == ""
    assert nearest("selects", ["select"]) == "; did you mean 'select'?"


FINDING = Finding(
    code="PA201",
    rule="idle-in-transaction",
    severity=Severity.WARNING,
    subject="db1:3306",
    message="",
    why="",
    fix="",
    evidence={},
    about="app@10.0.3.7 (flask-todo, pid 4211)",
    at=None,
    fingerprint="",
)


@pytest.mark.parametrize(
    ("ignore", "accepted"),
    [
        (Ignore("PA201", "x"), True),
        (Ignore("idle-in-transaction", "x"), True),
        (Ignore("PA202", "x"), False),
        (Ignore("PA2", "x"), False),
        (Ignore("PA201", "x", "app@10.0.3.7"), True),
        (Ignore("PA201", "x", "app@10.0.3.7 (flask-todo, pid 4211)"), True),
        (Ignore("PA201", "x", "app@*"), True),
        (Ignore("PA201", "x", "*flask-todo*"), True),
        (Ignore("PA201", "x", "app"), False),
        (Ignore("PA201", "x", "APP@10.0.3.7"), False),
        (Ignore("PA201", "x", "app@10.0.3.?"), False),
        (Ignore("PA201", "x", "app@10.0.3.[7]"), False),
        (Ignore("PA201", "x", ""), False),
        (Ignore("PA201", "x", until=TODAY), True),
        (Ignore("PA201", "x", until=date(2026, 11, 20)), False),
        (Ignore("PA201", "x", "app@*", date(2026, 11, 20)), False),
    ],
)
def test_what_an_ignore_accepts(ignore: Ignore, *, accepted: bool) -> None:
    assert Policy(ignores=(ignore,)).ignore_of(FINDING, TODAY) == (ignore if accepted else None)


def test_signs_in_a_name_are_only_signs() -> None:
    finding = FINDING._replace(about="app@h (gunicorn: worker [main]?)")
    assert Policy(ignores=(Ignore("PA201", "x", "*worker [main]?)"),)).ignore_of(finding, TODAY) is not None


def test_the_first_ignore_that_accepts_is_given() -> None:
    over, first, second = Ignore("PA201", "x", until=date(2020, 1, 1)), Ignore("PA201", "y"), Ignore("PA201", "z")
    assert Policy(ignores=(over, first, second)).ignore_of(FINDING, TODAY) is first
