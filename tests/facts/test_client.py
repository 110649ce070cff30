"""Sessions grouped into clients."""

import pytest

from poolaudit.facts.client import ClientKey, clients_of, host_of
from poolaudit.facts.session import LastStatement, ProcessRow, Program, Transaction, Use


def row(number: int, user: str = "app", host: str = "10.0.0.1:5") -> ProcessRow:
    return ProcessRow(number, user, host, None, "Sleep", number, "")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("10.0.3.7:50123", "10.0.3.7"),
        ("db1.example:50123", "db1.example"),
        ("localhost", "localhost"),
        ("", ""),
        ("2001:db8::17", "2001:db8::17"),
        ("[2001:db8::17]:50123", "2001:db8::17"),
        ("host:name", "host:name"),
    ],
)
def test_host(address: str, host: str) -> None:
    assert host_of(address) == host


def test_one_client_is_one_account_host_program_and_process() -> None:
    rows = [row(1), row(2), row(3, host="10.0.0.2:9"), row(4, user="other"), row(5)]
    programs = {1: Program(1, "web", 10), 2: Program(2, "web", 11), 5: Program(5, "web", 10)}
    clients = clients_of(rows, programs, {}, {})
    assert [(str(client.key), [session.id for session in client.sessions]) for client in clients] == [
        ("app@10.0.0.1 (web, pid 10)", [1, 5]),
        ("app@10.0.0.1 (web, pid 11)", [2]),
        ("app@10.0.0.2", [3]),
        ("other@10.0.0.1", [4]),
    ]


def test_the_order_does_not_depend_on_the_servers() -> None:
    rows = [row(number, user=f"u{number % 3}") for number in range(20)]
    assert clients_of(rows, {}, {}, {}) == clients_of(reversed(rows), {}, {}, {})


def test_one_sessions_reset_speaks_for_its_clients_others_and_for_no_one_elses() -> None:
    rows = [row(1), row(2), row(3, user="other")]
    statements = {1: LastStatement(1, "rollback"), 2: LastStatement(2, "select"), 3: LastStatement(3, "select")}
    first, other = clients_of(rows, {}, {}, statements)
    assert [session.use for session in first.sessions] == [Use.POOLED, Use.HELD]
    assert [session.use for session in other.sessions] == [Use.UNKNOWN]
    assert (len(first.pooled), len(first.held), len(first.unknown), len(first.running)) == (1, 1, 0, 0)


def test_a_held_session_has_been_idle_since_its_transaction_began_whatever_a_ping_says() -> None:
    (client,) = clients_of([row(1)], {}, {1: Transaction(1, 500)}, {})
    assert client.sessions[0].idle_seconds == 500


def test_lasting_name_has_no_process_id() -> None:
    assert ClientKey("app", "10.0.0.1", "web", 10).lasting == "app@10.0.0.1 (web)"
    assert ClientKey("app", "10.0.0.1").lasting == "app@10.0.0.1"
    assert ClientKey("app", "", None, 10).lasting == "app"
