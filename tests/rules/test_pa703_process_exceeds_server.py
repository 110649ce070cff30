"""PA703 against the server's limit and against the account's cap."""

import pytest

from tests.rules.run import run, severities


def words(size: int, facts: str = "", url: str = "mysql://app@db/shop") -> str:
    return f'{facts}\n[[pools]]\nurl = "{url}"\npool_size = {size}\nmax_overflow = 0\n'


def cap(connections: int, user: str = "app") -> str:
    return f'accounts = [{{ user = "{user}", host = "%", cap_connections = {connections} }}]'


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words(141), []),
        (words(142), ["error"]),
        (words(10, cap(10)), []),
        (words(11, cap(10)), ["error"]),
        (words(11, cap(10, user="other")), []),
        (words(21, 'variables = { max_user_connections = "20" }'), ["error"]),
        (words(20, 'variables = { max_user_connections = "20" }'), []),
        (words(21, 'missing = ["accounts"]\nvariables = { max_user_connections = "20" }'), ["error"]),
        (words(142, 'missing = ["accounts"]'), ["error"]),
        ("[[pools]]\nmax_overflow = -1", ["error"]),
        (words(142, url="postgresql://app@db/shop"), []),
        ('[[pools]]\npoolclass = "StaticPool"', []),
    ],
)
def test_thresholds(toml: str, expected: list[str]) -> None:
    assert severities(run("PA703", toml)) == expected


def test_a_server_that_leaves_nothing_is_what_to_change() -> None:
    (tight,) = run("PA703", words(5, 'variables = { max_connections = "11" }')).findings
    (none,) = run("PA703", words(5, 'variables = { max_connections = "10" }')).findings
    assert tight.fix == "set pool_size + max_overflow to 1 or less"
    assert none.fix == "raise max_connections: nothing is left for a pool"


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        (words(5, 'missing = ["accounts"]'), "accounts"),
        (words(5, 'missing = ["variables"]'), "variables"),
        ('[[pools]]\npoolclass = "NullPool"', "threads"),
    ],
)
def test_unanswered_without(toml: str, part: str) -> None:
    report = run("PA703", toml)
    assert [gap.missing.part for gap in report.unanswered] == [part]
    assert not report.findings


def test_says_by_what() -> None:
    (server,) = run("PA703", words(142)).findings
    assert server.message == (
        "one process of app.yaml may open 142 connections, (142 + 0),"
        " but max_connections 151 less a reserve of 10 leaves 141"
    )
    (account,) = run("PA703", words(11, cap(10))).findings
    assert account.evidence == {"ceiling_connections": 11, "allowed_connections": 10}
    assert "1203 or 1226" in account.why
