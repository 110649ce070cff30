"""PA501 at its thresholds, by own and shared caps, where accounts cannot be told apart, and without its sections."""

import pytest

from tests.rules.run import run, severities


def sessions(*groups: tuple[str, str, int]) -> str:
    numbered = enumerate((user, host) for user, host, many in groups for _ in range(many))
    rows = ", ".join(f'{{ id = {n}, user = "{user}", host = "{host}" }}' for n, (user, host) in numbered)
    return f"processlist = [{rows}]\n"


def accounts(*caps: tuple[str, str, int]) -> str:
    rows = ", ".join(f'{{ user = "{user}", host = "{host}", cap_connections = {cap} }}' for user, host, cap in caps)
    return f"accounts = [{rows}]\n"


def shared(cap: int) -> str:
    return f'variables = {{ max_user_connections = "{cap}" }}\n'


@pytest.mark.parametrize(
    ("many", "cap", "expected"),
    [
        (7, 10, []),
        (8, 10, ["warning"]),
        (9, 10, ["warning"]),
        (10, 10, ["error"]),
        (11, 10, ["error"]),
        (1, 1, ["error"]),
        (0, 1, []),
        (50, 0, []),
    ],
)
def test_thresholds_of_an_own_cap(many: int, cap: int, expected: list[str]) -> None:
    toml = sessions(("app", "10.0.3.7:5000", many)) + accounts(("app", "%", cap))
    assert severities(run("PA501", toml)) == expected


@pytest.mark.parametrize(("many", "expected"), [(3, []), (4, ["warning"]), (5, ["error"])])
def test_thresholds_of_the_shared_cap(many: int, expected: list[str]) -> None:
    toml = shared(5) + sessions(("app", "10.0.3.7:5000", many)) + accounts(("app", "%", 0))
    assert severities(run("PA501", toml)) == expected


def test_an_own_cap_goes_before_the_shared_one() -> None:
    toml = shared(5) + sessions(("app", "10.0.3.7:5000", 5)) + accounts(("app", "%", 100))
    assert severities(run("PA501", toml)) == []


def test_each_account_has_a_cap_of_its_own() -> None:
    toml = sessions(("app", "10.0.3.7:5000", 4), ("app", "10.0.4.1:5000", 4)) + accounts(
        ("app", "10.0.3.%", 5), ("app", "%", 5)
    )
    assert [one.about for one in run("PA501", toml).findings] == ["app@%", "app@10.0.3.%"]


def test_says_the_numbers() -> None:
    toml = sessions(("app", "10.0.3.7:5000", 9)) + accounts(("app", "10.0.%", 10))
    (finding,) = run("PA501", toml).findings
    assert finding.message == "app@10.0.% has 9 of the 10 connections (90 %) that it may have"
    assert finding.evidence == {"account_connections": 9, "cap_connections": 10, "in_use_share": 0.9}


def test_unanswered_where_the_account_cannot_be_told_and_matters() -> None:
    toml = sessions(("app", "web1.example:5000", 4)) + accounts(("app", "10.0.3.%", 5), ("app", "%", 0))
    report = run("PA501", toml)
    assert [gap.missing.part for gap in report.unanswered] == ["accounts"]
    assert "app@10.0.3.%" in report.unanswered[0].missing.because
    assert not report.findings


def test_answered_where_the_account_cannot_be_told_but_does_not_matter() -> None:
    toml = sessions(("app", "web1.example:5000", 3)) + accounts(("app", "10.0.3.%", 5), ("app", "%", 0))
    assert severities(run("PA501", toml)) == []


def test_a_doubt_about_one_account_hides_no_other() -> None:
    toml = sessions(("app", "web1.example:5000", 4), ("etl", "10.0.0.1:5", 5)) + accounts(
        ("app", "10.0.3.%", 5), ("app", "%", 0), ("etl", "%", 5)
    )
    report = run("PA501", toml)
    assert [one.about for one in report.findings] == ["etl@%"]
    assert len(report.unanswered) == 1


def test_a_user_without_any_account_is_held_against_the_shared_cap_only_as_far_as_that_is_sure() -> None:
    assert severities(run("PA501", shared(5) + sessions(("gone", "10.0.3.7:5", 3)))) == []
    assert run("PA501", shared(5) + sessions(("gone", "10.0.3.7:5", 4))).unanswered
    assert severities(run("PA501", sessions(("gone", "10.0.3.7:5", 40)))) == []


def test_without_accounts_users_are_held_against_the_shared_cap() -> None:
    toml = 'missing = ["accounts"]\n' + shared(5) + sessions(("app", "h1:5", 2), ("app", "h2:5", 2), ("etl", "h1:5", 3))
    (finding,) = run("PA501", toml).findings
    assert (finding.about, finding.severity.word) == ("app", "warning")


@pytest.mark.parametrize("variable", [0, -1])
def test_unanswered_without_accounts_and_shared_cap(variable: int) -> None:
    report = run("PA501", 'missing = ["accounts"]\n' + shared(variable) + sessions(("app", "h1:5", 2)))
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA501", "accounts")]


@pytest.mark.parametrize("part", ["variables", "processlist"])
def test_unanswered_without(part: str) -> None:
    report = run("PA501", f'missing = ["{part}"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA501", part)]
