"""What follows from one server's sections, and what is raised where they are missing."""

import pytest

from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.server import Refusal, Server
from poolaudit.facts.session import Use
from tests.facts_toml import facts_from


def server(toml: str = "") -> Server:
    return facts_from(toml).servers[0]


@pytest.mark.parametrize("text", ["", "ON", "inf", "nan", "9" * 5000])
def test_a_variable_that_is_no_number_is_a_missing_fact(text: str) -> None:
    odd = server(f'variables = {{ wait_timeout = "{text}" }}')
    with pytest.raises(FactMissingError, match="wait_timeout"):
        odd.number("wait_timeout")


@pytest.mark.parametrize(("text", "number"), [("151", 151), ("10.000000", 10), ("0.5", 0), ("-1", -1)])
def test_decimals_are_cut(text: str, number: int) -> None:
    assert server(f'variables = {{ max_connections = "{text}" }}').max_connections == number


def test_what_a_server_does_not_have_is_missing_by_name() -> None:
    with pytest.raises(FactMissingError, match="no variable extra_port"):
        server().number("extra_port")
    with pytest.raises(FactMissingError, match="no counter Com_ping"):
        server().counter("Com_ping")
    assert server().has("wait_timeout")
    assert not server().has("extra_port")


@pytest.mark.parametrize(("limit", "reserve"), [(10, 10), (151, 10), (200, 10), (201, 11), (1000, 50)])
def test_reserve_is_ten_or_a_twentieth(limit: int, reserve: int) -> None:
    assert server(f'variables = {{ max_connections = "{limit}" }}').reserve_connections == reserve


def test_what_a_counter_gained_is_guarded_by_itself() -> None:
    two = server(
        """
        counters = { Aborted_clients = 5, Connections = 100 }
        later = { after_seconds = 10, counters = { Aborted_clients = 2, Connections = 130 } }
        """
    )
    assert two.gained("Connections") == 30
    assert two.gained("Aborted_clients") == 2  # flushed in between
    assert two.gained("Questions") is None
    assert server().gained("Connections") is None


def test_who_is_the_servers_own_and_who_has_not_logged_in_are_nobodys_clients() -> None:
    rows = [
        '{ id = 1, user = "system user", host = "" }',
        '{ id = 2, user = "event_scheduler", command = "Daemon", host = "localhost" }',
        '{ id = 3, user = "repl", command = "Binlog Dump GTID" }',
        '{ id = 4, user = "unauthenticated user", command = "Connect" }',
        '{ id = 5, user = "app" }',
    ]
    one = server(f"processlist = [{', '.join(rows)}]")
    assert [session.id for session in one.sessions] == [5]
    assert [row.id for row in one.unauthenticated] == [4]


def test_missing_evidence_makes_a_sleeper_unknown_and_no_more() -> None:
    one = server('missing = ["statements", "programs", "transactions"]\nprocesslist = [{ id = 5 }]')
    assert [session.use for session in one.sessions] == [Use.UNKNOWN]
    with pytest.raises(FactMissingError):
        _ = one.transactions
    with pytest.raises(FactMissingError):
        _ = one.statements


def test_a_full_server_was_read_only_if_the_audit_got_in_by_another_way() -> None:
    refusal = Refusal(1040, "Too many connections")
    assert server().was_read
    assert server()._replace(refused=refusal).was_read
    assert not server('missing = ["counters"]')._replace(refused=refusal).was_read


def test_a_server_is_called_by_its_name_and_shown_with_its_address() -> None:
    named = server()._replace(name="orders")
    assert (named.label, named.title) == ("orders", "orders (db1:3306)")
    nameless = server()
    assert (nameless.label, nameless.title) == ("db1:3306", "db1:3306")
    assert nameless._replace(name="db1:3306").title == "db1:3306"
