"""Which sessions come through a proxy."""

import pytest

from poolaudit.facts.proxy import hidden_by, proxies_of
from poolaudit.facts.session import ProcessRow, Program


def row(number: int, user: str = "app") -> ProcessRow:
    return ProcessRow(number, user, "10.0.0.1:1", None, "Sleep", 0, "")


@pytest.mark.parametrize(
    ("program", "proxy"),
    [
        (Program(1, "proxysql", 7), {1: "ProxySQL"}),
        (Program(1, "proxysql_killer", 7), {1: "ProxySQL"}),
        (Program(1, "my-proxysql-tool", 7), {}),
        (Program(1, "web", 7, routed_for="10.0.0.9"), {1: "MySQL Router"}),
        (Program(1, None, None), {}),
    ],
)
def test_by_what_the_client_says(program: Program, proxy: dict[int, str]) -> None:
    assert proxies_of([row(1)], {1: program}) == proxy


def test_rds_proxy_takes_all_that_show_no_other() -> None:
    rows = (row(1), row(2), row(3, "rdsproxyadmin"))
    assert proxies_of(rows, {2: Program(2, "proxysql", 1)}) == {1: "RDS Proxy", 2: "ProxySQL", 3: "RDS Proxy"}


def test_the_error_names_them_once() -> None:
    missing = hidden_by(["ProxySQL", "MySQL Router", "ProxySQL"]).missing
    assert (missing.part, missing.remedy) == ("proxy", "look at the clients in MySQL Router and ProxySQL itself")
