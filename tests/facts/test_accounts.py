"""Sessions matched to accounts: what the server would decide, and where the processlist does not tell."""

import time

import pytest

from poolaudit.facts.accounts import AccountUse, account_uses, candidates_of, host_matches
from poolaudit.facts.server import Account
from tests.facts_toml import server_over_healthy


@pytest.mark.parametrize(
    ("pattern", "shown", "expected"),
    [
        ("%", "10.0.3.7", True),
        ("", "10.0.3.7", True),
        ("10.0.3.7", "10.0.3.7", True),
        ("10.0.3.7", "10.0.3.70", False),
        ("10.0.3.%", "10.0.3.7", True),
        ("10.0.3._", "10.0.3.70", False),
        ("10.0.%.7", "10.0.3.7", True),
        ("10.0.3.0/255.255.255.0", "10.0.3.7", True),
        ("10.0.3.0/255.255.255.0", "10.0.4.7", False),
        ("10.0.3.0/24", "10.0.3.7", True),
        ("10.0.3.0/nonsense", "10.0.3.7", None),
        ("10.0.3.0/24", "fd00::2", False),
        ("fd00::%", "fd00::2", True),
        ("web%", "10.0.3.7", False),
        ("localhost", "10.0.3.7", False),
        ("WEB1.example", "web1.EXAMPLE", True),
        ("%.example", "web1.example", True),
        ("%.example", "web1.example.org", False),
        ("db1.example", "web1.example", False),
        ("web\\_1", "web_1", True),
        ("web\\_1", "webx1", False),
        ("w[ab]*?", "w[ab]*?", True),
        ("w[ab]*?", "wa", False),
        ("10.0.3.%", "web1.example", None),
        ("10.0.3.0/24", "web1.example", None),
        ("10.0.3.%", "", None),
        ("web1", "", None),
    ],
)
def test_host_patterns(pattern: str, shown: str, *, expected: bool | None) -> None:
    assert host_matches(pattern, shown, ported=True) is expected


@pytest.mark.parametrize(
    ("pattern", "ported", "expected"),
    [
        ("localhost", False, True),
        ("localhost", True, True),
        ("127.0.0.1", False, False),
        ("127.0.0.1", True, None),
        ("::1", True, None),
        ("10.%", True, False),
        ("web1", True, False),
    ],
)
def test_localhost_has_an_address_only_over_tcp(pattern: str, *, ported: bool, expected: bool | None) -> None:
    assert host_matches(pattern, "localhost", ported=ported) is expected


def test_a_hostile_pattern_costs_no_time() -> None:
    began = time.process_time()
    assert host_matches("%x" * 100 + "y", "x" * 250, ported=True) is False
    assert time.process_time() - began < 1


def chosen(origin: tuple[str, str, bool], *accounts: tuple[str, str]) -> list[str]:
    return [
        f"{one.user}@{one.host}" for one in candidates_of(origin, [Account(user, host, 0) for user, host in accounts])
    ]


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ([("app", "%"), ("app", "10.0.3.7")], ["app@10.0.3.7"]),
        ([("app", "%"), ("app", "10.0.3.0/255.255.255.0"), ("app", "10.0.%")], ["app@10.0.3.0/255.255.255.0"]),
        ([("app", "10.%"), ("app", "10.0.%"), ("app", "%")], ["app@10.0.%"]),
        ([("app", "10.0.3._"), ("app", "10.0.%")], ["app@10.0.3._"]),
        ([("app", "%"), ("app", "")], ["app@%"]),
        ([("app", "%.7"), ("app", "%")], ["app@%.7", "app@%"]),
        ([("app", "10.0.3.%"), ("", "10.0.3.7")], ["@10.0.3.7"]),
        ([("app", "10.0.3.7"), ("", "10.0.3.7")], ["app@10.0.3.7"]),
        ([("etl", "%")], []),
        ([("app", "10.9.9.9")], []),
    ],
)
def test_the_most_specific_account_is_the_sessions(accounts: list[tuple[str, str]], expected: list[str]) -> None:
    assert chosen(("app", "10.0.3.7", True), *accounts) == expected


def test_a_name_hides_the_address_that_may_have_been_matched() -> None:
    origin = ("app", "web1.example", True)
    assert chosen(origin, ("app", "10.0.3.7"), ("app", "%")) == ["app@10.0.3.7", "app@%"]
    assert chosen(origin, ("app", "10.0.3.7")) == ["app@10.0.3.7"]
    assert chosen(origin, ("app", "10.0.%"), ("app", "web1.example")) == ["app@web1.example"]


def test_counts_what_is_certain_and_what_is_possible() -> None:
    server = server_over_healthy(
        {
            "variables": {"max_user_connections": "7"},
            "processlist": [
                {"id": 1, "host": "10.0.3.7:1"},
                {"id": 2, "host": "10.0.3.7:2"},
                {"id": 3, "host": "web1.example:3"},
                {"id": 4, "user": "gone", "host": "localhost"},
                {"id": 5, "user": "system user", "host": ""},
            ],
            "accounts": [
                {"user": "app", "host": "10.0.3.%", "cap_connections": 5},
                {"user": "app", "host": "%", "cap_connections": 0},
            ],
        }
    )
    assert account_uses(server) == (
        AccountUse("app@%", 7, 0, 1),
        AccountUse("app@10.0.3.%", 5, 2, 3),
        AccountUse("gone@?", 7, 0, 1),
    )


@pytest.mark.parametrize(("shared", "cap"), [("0", None), ("7", 7)])
def test_users_stand_for_accounts_that_cannot_be_read(shared: str, cap: int | None) -> None:
    server = server_over_healthy(
        {
            "missing": ["accounts"],
            "variables": {"max_user_connections": shared},
            "processlist": [{"id": 1, "host": "h1:1"}, {"id": 2, "host": "h2:1"}, {"id": 3, "user": "etl"}],
        }
    )
    assert account_uses(server) == (AccountUse("app", cap, 2, 2), AccountUse("etl", cap, 1, 1))


def test_an_account_is_quoted_for_a_statement() -> None:
    assert AccountUse("o'b\\r@ien@10.0.%", 0, 1, 1).quoted == "'o''b\\\\r@ien'@'10.0.%'"
