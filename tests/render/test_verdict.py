"""The one line that a person reads first."""

from typing import Any

import pytest

from poolaudit.facts.missing import Missing
from poolaudit.render.verdict import shortened
from poolaudit.render.view import view_of
from poolaudit.report import Finding, Ignore, Ignored, Severity, Unanswered
from tests.render.samples import (
    FLASK,
    LONG_NAME,
    SAMPLES,
    deployment,
    facts_of,
    finding,
    pool,
    report,
    said,
    server,
)

NEAR = finding("PA102", "connections-near-limit", Severity.ERROR, "141 of 151 connections are in use", fix="find who")
GAP = Unanswered("PA202", "idle-blocker", "db1:3306", Missing("lock_waits", "denied", "GRANT PROCESS"))
INFO = finding("PA303", "timeouts-differ", Severity.INFO, "they differ")


def holding(sessions: int, held: int, user: str = "app", ids: int = 0) -> dict[str, Any]:
    rows = [{"id": ids + n, "user": user, "time_seconds": 1} for n in range(sessions)]
    return {"processlist": rows, "transactions": [{"id": ids + n, "age_seconds": 700 + n} for n in range(held)]}


def held_by(user: str, code: str = "PA201", severity: Severity = Severity.ERROR) -> Finding:
    about = f"{user}@10.0.3.7"
    return finding(
        code, "idle-in-transaction", severity, f"{about} has sessions open", fix=f"close {user}", about=about
    )


def rows_of(*clients: tuple[str, str, int]) -> dict[str, Any]:
    hosts = [(user, host) for user, host, sessions in clients for _ in range(sessions)]
    return {"processlist": [{"id": n, "user": user, "host": host} for n, (user, host) in enumerate(hosts)]}


@pytest.mark.parametrize(
    ("rows", "who"),
    [
        (rows_of(("app", "10.0.3.7:1", 6), ("jobs", "10.0.3.8:1", 5)), "; app@10.0.3.7 has 6 of them"),
        (rows_of(("app", "web1:1", 4), ("app", "web2:1", 3), ("jobs", "web3:1", 6)), "; app has 7 of them"),
        (rows_of(("app", "10.0.3.7:1", 5), ("jobs", "10.0.3.8:1", 5)), ""),
        ({"processlist": []}, ""),
        ({"missing": ["processlist"]}, ""),
    ],
)
def test_who_has_most_of_the_connections_is_named_where_none_is_seen_to_be_held(rows: dict[str, Any], who: str) -> None:
    verdict = view_of(report(facts_of(server(**rows)), (NEAR,))).verdict
    assert verdict.sentence == f"141 of 151 connections are in use{who}"
    past = finding("PA103", "connections-peaked", Severity.ERROR, "connections peaked at 151")
    assert view_of(report(facts_of(server(**rows)), (past,))).verdict.sentence == "connections peaked at 151"


@pytest.mark.parametrize(
    ("sessions", "held", "sentence"),
    [
        (7, 5, "app@10.0.3.7 holds 5 of its 7 open connections, the oldest for 11 min 44 s"),
        (5, 5, "app@10.0.3.7 holds all of its 5 open connections, the oldest for 11 min 44 s"),
        (1, 1, "app@10.0.3.7 holds its one open connection, the oldest for 11 min 40 s"),
    ],
)
def test_without_a_pool_the_open_connections_are_the_measure(sessions: int, held: int, sentence: str) -> None:
    verdict = view_of(report(facts_of(server(**holding(sessions, held))), (held_by("app"),))).verdict
    assert verdict == ("ERROR", Severity.ERROR, sentence, "close app")


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (5, "app@10.0.3.7 holds 5 of its 5 connections, the oldest for 11 min 44 s"),
        (20, "app@10.0.3.7 holds 5 of its 20 connections, the oldest for 11 min 44 s"),
        (3, "app@10.0.3.7 holds 5 connections where its pool allows 3, the oldest for 11 min 44 s"),
    ],
)
def test_with_a_pool_its_limit_is_the_measure(size: int, sentence: str) -> None:
    facts = facts_of(server(**holding(5, 5)), deployment(pool(size=said(size, 3)), processes=1))
    assert view_of(report(facts, (held_by("app"),))).verdict.sentence == sentence


def test_what_the_server_suffers_from_is_said_before_who_does_it() -> None:
    verdict = view_of(report(facts_of(server(**holding(7, 5))), (NEAR, held_by("app")))).verdict
    assert verdict.sentence.startswith("141 of 151 connections are in use; app@10.0.3.7 holds 5 of its 7")
    assert verdict.advice == "close app"


def test_a_lesser_finding_about_a_client_does_not_get_into_the_verdict() -> None:
    small = held_by("app", severity=Severity.WARNING)
    verdict = view_of(report(facts_of(server(**holding(7, 5))), (NEAR, small))).verdict
    sentence = "141 of 151 connections are in use; app@10.0.3.7 has 7 of them"
    assert (verdict.sentence, verdict.advice) == (sentence, "find who")


def test_the_client_that_holds_most_is_named_and_the_others_counted() -> None:
    small, large = holding(3, 2, "small"), holding(9, 8, "large", ids=100)
    one = server(
        processlist=small["processlist"] + large["processlist"],
        transactions=small["transactions"] + [{"id": 100 + n, "age_seconds": 900} for n in range(8)],
    )
    found = (held_by("small"), held_by("large"), held_by("small", "PA706"))
    verdict = view_of(report(facts_of(one), found)).verdict
    assert verdict.sentence == (
        "large@10.0.3.7 holds 8 of its 9 open connections, the oldest for 15 min; so does 1 more client"
    )
    assert verdict.advice == "close large"


def test_any_other_finding_speaks_for_itself() -> None:
    found = finding("PA701", "recycle-exceeds-timeout", Severity.WARNING, "app.yaml never recycles", fix="recycle")
    verdict = view_of(report(facts_of(server()), (found, INFO))).verdict
    assert verdict == ("WARNING", Severity.WARNING, "app.yaml never recycles", "recycle")


def test_a_client_that_is_not_in_the_list_any_more_is_named_by_its_finding() -> None:
    verdict = view_of(report(facts_of(server(missing=["processlist"])), (held_by("app"),))).verdict
    assert verdict.sentence == "app@10.0.3.7 has sessions open"


def test_a_long_name_is_cut_in_the_verdict_alone() -> None:
    found = finding("PA204", "sleep-near-timeout", Severity.ERROR, f"{LONG_NAME} sleeps", about=LONG_NAME)
    view = view_of(report(facts_of(server()), (found,)))
    assert view.verdict.sentence == f"{shortened(LONG_NAME)} sleeps"
    assert len(view.verdict.sentence) < 72
    assert view.findings[0].message == f"{LONG_NAME} sleeps"
    assert shortened(FLASK) == FLASK


def test_nothing_is_wrong_only_where_everything_was_looked_at() -> None:
    clean = report(facts_of(server()))
    assert view_of(clean).verdict == ("OK", None, "Nothing wrong found", "")
    partial = view_of(clean._replace(unanswered=(GAP, GAP._replace(subject="db2:3306")))).verdict
    assert partial == ("PARTIAL", None, "Nothing found, but 1 rule of 30 could not look", "GRANT PROCESS")


def test_what_is_ignored_or_for_information_is_said() -> None:
    ignored = Ignored(held_by("app"), Ignore("idle-in-transaction", "known"))
    one = report(facts_of(server()), (INFO,), (), (ignored,))
    sentence = "Nothing wrong found; 1 thing to know; 1 finding ignored"
    assert view_of(one).verdict == ("OK", Severity.INFO, sentence, "")
    both = one._replace(ignored=(ignored, ignored), unanswered=(GAP,))
    assert view_of(both).verdict.sentence == (
        "Nothing above info found, but 1 rule of 30 could not look; 2 findings ignored"
    )


def test_an_audit_without_rules_calls_nothing_right() -> None:
    verdict = view_of(report(facts_of(server()))._replace(rules_run=0)).verdict
    assert verdict == ("PARTIAL", None, "Nothing was judged: no rule ran", "")


@pytest.mark.parametrize(
    ("name", "word"),
    [("incident-0a", "ERROR"), ("healthy", "OK"), ("no-privilege", "PARTIAL"), ("server-full", "ERROR")],
)
def test_word(name: str, word: str) -> None:
    assert view_of(SAMPLES[name]()).verdict.word == word
