"""What a report says, in which order, and what it keeps to itself."""

from collections.abc import Iterator

import pytest
from hypothesis import given

from poolaudit.facts.missing import Missing
from poolaudit.facts.pool import PoolUrl
from poolaudit.facts.setting import Setting
from poolaudit.render.shape import View
from poolaudit.render.view import view_of
from poolaudit.report import Ignore, Ignored, Report, Severity, Unanswered
from tests.render.names import a_few, is_clean, reports
from tests.render.samples import (
    FLASK,
    SAMPLES,
    default,
    deployment,
    facts_of,
    finding,
    five_thousand,
    healthy,
    incident_0a,
    nobody,
    pool,
    report,
    said,
    server,
)

STATEMENT = "SELECT id, title FROM todo WHERE id = 4711"


def texts_in(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for member in part:
            yield from texts_in(member)


@a_few
@given(reports())
def test_every_text_is_safe(one: Report) -> None:
    for text in texts_in(view_of(one, show_queries=True)):
        assert is_clean(text)
        assert "\n" not in text


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_report_gives_the_same_view(name: str) -> None:
    assert view_of(SAMPLES[name]()) == view_of(SAMPLES[name]())


def test_findings_are_all_there_in_their_order() -> None:
    found = tuple(finding("PA201", "idle-in-transaction", Severity.ERROR, f"finding {n}") for n in range(300))
    view = view_of(report(facts_of(server()), found))
    assert [row.message for row in view.findings] == [f"finding {n}" for n in range(300)]


def clients(view: View) -> list[str]:
    rows = view.servers[0].clients.rows
    assert rows is not None
    return [row.name for row in rows]


def test_twenty_clients_are_shown_and_the_rest_summed_up() -> None:
    view = view_of(five_thousand())
    assert len(clients(view)) == 20
    assert view.servers[0].clients.rest == "and 40 more clients with 3,322 connections"


def test_all_clients_are_shown_where_asked_for() -> None:
    view = view_of(five_thousand(), all_clients=True)
    assert len(clients(view)) == 60
    assert view.servers[0].clients.rest == ""


def test_clients_with_findings_come_first_then_those_that_hold_then_the_largest() -> None:
    rows = [{"id": n, "user": user} for n, user in enumerate(["big", "big", "big", "holder", "named", "big"])]
    one = server(processlist=rows, transactions=[{"id": 3, "age_seconds": 9}])
    about = "named@10.0.3.7"
    found = finding("PA204", "sleep-near-timeout", Severity.WARNING, "named is old", about=about)
    assert clients(view_of(report(facts_of(one), (found,)))) == [about, "holder@10.0.3.7", "big@10.0.3.7"]


def test_connections_that_have_not_logged_in_are_counted_apart() -> None:
    assert view_of(five_thousand()).servers[0].clients.note == "1 more connection not logged in yet"


def oldest(one: Report, *, show_queries: bool) -> str:
    rows = view_of(one, show_queries=show_queries).servers[0].clients.rows
    assert rows is not None
    return rows[0].oldest


def test_a_statement_is_its_digest_unless_its_text_is_asked_for() -> None:
    start = "oldest held: thread 38, 10 h 34 min, last statement: "
    digest = "SELECT `id` , `title` FROM `todo` WHERE `id` = ? (digest)"
    assert oldest(incident_0a(), show_queries=False) == start + digest
    assert oldest(incident_0a(), show_queries=True) == start + STATEMENT


@pytest.mark.parametrize("name", SAMPLES)
def test_no_statement_is_shown_unasked(name: str) -> None:
    assert "4711" not in "".join(texts_in(view_of(SAMPLES[name]())))


def test_a_long_statement_is_cut_and_says_so() -> None:
    one = server(
        processlist=[{"id": 1}],
        transactions=[{"id": 1, "age_seconds": 9}],
        statements=[{"id": 1, "kind": "insert", "digest": "d" * 2000, "text": "INSERT\n  " + "x" * 50_000}],
    )
    text = oldest(report(facts_of(one)), show_queries=True)
    assert text.endswith("… (50,007 characters)")
    assert len(text) < 1100
    assert len(oldest(report(facts_of(one)), show_queries=False)) < 300


@pytest.mark.parametrize(
    ("pid", "size", "overflow", "processes", "limit"),
    [
        (7, 5, 0, 4, "5"),
        (7, 5, 10, None, "15"),
        (7, 5, -1, 4, "none"),
        (None, 5, 0, 4, "20"),
        (None, 5, 0, None, "5 each"),
        (None, 5, -1, None, "none"),
        (7, None, 0, 4, "?"),
    ],
)
def test_the_limit_is_that_of_the_clients_own_pool(
    pid: int | None, size: int | None, overflow: int, processes: int | None, limit: str
) -> None:
    one = server(processlist=[{"id": 1}], programs=[{"id": 1, "name": "web", "pid": pid}])
    setting = said(size, 3) if size is not None else Setting(unknown="environment variable")
    web = deployment(pool(size=setting, max_overflow=said(overflow, 4)), processes)
    rows = view_of(report(facts_of(one, web))).servers[0].clients.rows
    assert rows is not None
    assert rows[0].limit == limit


def test_a_client_of_nobodys_pool_has_no_limit_shown() -> None:
    one = server(processlist=[{"id": 1, "user": "someone"}])
    rows = view_of(report(facts_of(one, deployment(pool())))).servers[0].clients.rows
    assert rows is not None
    assert rows[0].limit == ""


def usage_words(one: Report) -> str:
    return view_of(one).servers[0].usage.words


def test_usage_in_words() -> None:
    assert usage_words(healthy()) == "12 of 151 in use (7.9 %), peak 40, 2 threads running"


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (["variables"], "12 of ? in use, peak 40, 2 threads running"),
        (["counters"], "? of 151 in use, peak ?"),
        (["variables", "counters"], "not known"),
    ],
)
def test_usage_that_is_not_known(missing: list[str], words: str) -> None:
    assert usage_words(report(facts_of(server(missing=missing)))) == words


def test_usage_takes_the_severity_of_what_was_found_about_capacity() -> None:
    assert view_of(five_thousand()).servers[0].usage.severity is Severity.ERROR
    assert view_of(incident_0a()).servers[0].usage.severity is None


def test_a_server_in_one_line() -> None:
    one = server(flavor="mariadb", version="11.8.9-MariaDB", later={"after_seconds": 10, "counters": {}})
    words = view_of(report(facts_of(one))).servers[0].words
    assert words == "MariaDB 11.8.9-MariaDB, up 30 d, read 2026-11-21 06:00:00 UTC, and again after 10 s"


def test_twenty_rules_that_lack_one_grant_are_one_line() -> None:
    first, second = view_of(SAMPLES["no-privilege"]()).gaps
    assert (first.rule_count, first.remedy) == (20, "GRANT PROCESS ON *.* TO the account that audits")
    assert first.rules.startswith("PA201, PA202, PA203")
    assert second.rules == "PA402 reaped-by-timeout"


def test_a_gap_names_what_is_missing_and_for_whom() -> None:
    parts = ["lock_waits", "transactions", "programs", "statements", "errors"]
    gaps = tuple(Unanswered("PA202", "idle-blocker", f"db{n}", Missing(part, "no")) for n, part in enumerate(parts))
    (gap,) = view_of(report(facts_of(server()), (), gaps)).gaps
    assert gap.sentence == "lock waits, transactions, programs, statements and 1 more could not be read: no"
    assert gap.subjects == "db0, db1, db2, db3, db4"
    assert gap.rule_count == 1


def test_a_variables_name_is_kept_as_it_is() -> None:
    gap = Unanswered("PA103", "connections-peaked", "db1:3306", Missing("Max_used_connections", "there is none"))
    (one,) = view_of(report(facts_of(server()), (), (gap,))).gaps
    assert one.sentence == "Max_used_connections could not be read: there is none"


def test_what_is_ignored_is_counted_with_its_reason() -> None:
    found = finding("PA203", "checked-out-idle", Severity.WARNING, "held")
    ignores = Ignore("checked-out-idle", "nightly export"), Ignore("PA203", "known", "app@*")
    ignored = (Ignored(found, ignores[0]), Ignored(found, ignores[0]), Ignored(found, ignores[1]))
    view = view_of(report(facts_of(server()), (), (), ignored))
    assert view.ignored == ("2 findings of checked-out-idle: nightly export", "1 finding of PA203 about app@*: known")
    assert view.sums.endswith("3 ignored")


def test_sums() -> None:
    assert view_of(incident_0a()).sums == "3 errors, 0 warnings, 1 info; 30 rules ran, 1 unanswered; 0 ignored"


def test_a_pool_in_short() -> None:
    (row,) = view_of(incident_0a()).pools
    assert row.name == "app.yaml:database"
    assert row.settings == (
        "size 5, overflow 0, checkout timeout 30 s, recycle never; by default QueuePool, pre-ping off"
    )
    assert row.demand == "demand (5 + 0) × 1 process × 1 host = 5; max_connections is 151"


def test_a_pool_that_keeps_nothing_has_no_size() -> None:
    none = Setting[int](unknown="NullPool has none")
    null = pool(pool_class=said("NullPool", 3), size=none, max_overflow=none, recycle_seconds=default(-1))
    (row,) = view_of(report(facts_of(server())._replace(pools=(null,)))).pools
    assert row.settings == "NullPool; by default recycle never, pre-ping off"
    assert row.demand == "ceiling unknown"


def test_a_pool_without_a_server_says_its_ceiling() -> None:
    value = True
    settings_ = {
        "recycle_seconds": said(3600, 3),
        "pre_ping": said(value, 4),
        "checkout_timeout_seconds": said(None, 5),
    }
    alone = (pool(**settings_), pool(max_overflow=said(-1, 4), reading="SQLAlchemy 2"))
    first, second = view_of(report(facts_of(server())._replace(pools=alone))).pools
    assert first.demand == "at most 5 connections a process"
    assert first.settings.startswith("size 5, overflow 0, no checkout timeout, recycle 1 h, pre-ping on")
    assert second.name == "app.yaml:database read as SQLAlchemy 2"
    assert second.demand == "no limit to its connections"


def test_demand_that_is_not_known_says_why() -> None:
    (row,) = view_of(report(facts_of(server(), deployment(pool(), processes=None)))).pools
    assert row.demand.startswith("at most 5 connections a process; demand unknown: how many processes run is not said")


def test_a_pool_that_leads_elsewhere_is_named_and_left_alone() -> None:
    other = pool(name="stats", url=said(PoolUrl("postgresql"), 1))
    view = view_of(report(facts_of(server())._replace(pools=(other,))))
    assert (view.pools, view.left_alone) == ((), ("stats (postgresql)",))


def test_the_subject_is_said_only_where_it_does_not_go_without_saying() -> None:
    found = (
        finding("PA102", "connections-near-limit", Severity.WARNING, "141 of 151"),
        finding("PA602", "pre-ping-off", Severity.INFO, "app.yaml does not test", subject="app.yaml"),
        finding("PA602", "pre-ping-off", Severity.INFO, "no pre-ping", subject="jobs.yaml"),
    )
    one = report(facts_of(server()), found)
    assert [row.subject for row in view_of(one).findings] == ["", "", "jobs.yaml"]
    two = one.facts._replace(servers=(server(), server(address="db2:3306")))
    assert [row.subject for row in view_of(one._replace(facts=two)).findings] == ["db1:3306", "", "jobs.yaml"]


def test_numbers_that_a_finding_was_judged_by() -> None:
    found = finding(
        "PA201", "idle-in-transaction", Severity.ERROR, "m",
        evidence={"sessions": 5, "share": 1 / 3, "threads": "1, 2", "cap": None, "user": "app", "host": ""},
    )  # fmt: skip
    (row,) = view_of(report(facts_of(server()), (found,))).findings
    assert row.numbers == 'sessions=5 share=0.333333 threads="1, 2" cap=? user=app host=""'


def test_nobody_is_connected() -> None:
    assert view_of(nobody()).servers[0].clients.rows == ()


def test_clients_that_could_not_be_read_are_not_no_clients() -> None:
    part = view_of(SAMPLES["no-privilege"]()).servers[0].clients
    assert (part.rows, part.note) == (None, "not known: no processlist here")


def test_a_client_is_named_as_its_findings_name_it() -> None:
    assert FLASK in clients(view_of(incident_0a()))
