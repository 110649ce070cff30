"""A job summary: verdict, findings in one table, gaps and sums; whatever names hold, they are text."""

from collections.abc import Callable

import pytest
from hypothesis import given

from poolaudit.render import render
from poolaudit.render.text import ascii_only as to_ascii
from poolaudit.render.text import safe
from poolaudit.report import Ignore, Ignored, Report, Severity
from tests.render.markup import LOOKED_FOR, PARSERS, Seen, by_github, plain
from tests.render.names import a_few, is_clean, reports
from tests.render.past import ALL
from tests.render.samples import SAMPLES, facts_of, finding, incident_0a, report, server

OWN = {"p", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code"}


def shown(one: Report, *, ascii_only: bool = False) -> str:
    return render(one, "markdown", width=None, color=True, ascii_only=ascii_only)


@pytest.mark.parametrize("html_of", PARSERS)
@pytest.mark.parametrize("ascii_only", [False, True])
@a_few
@given(reports())
def test_nothing_from_outside_is_interpreted(html_of: Callable[[str], str], ascii_only: bool, one: Report) -> None:
    text = shown(one, ascii_only=ascii_only)
    assert is_clean(text)
    assert text.isascii() or not ascii_only
    seen = Seen(html_of(text))
    assert seen.tags <= OWN
    assert seen.attributes == set()
    assert [part for part in seen.loose if LOOKED_FOR.search(part)] == []
    assert [row[2:] for row in rows(seen)] == [row_of(one, number, ascii_only) for number in range(len(one.findings))]


def rows(seen: Seen) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in seen.rows[1:]]


def row_of(one: Report, number: int, ascii_only: bool) -> list[str]:
    found = one.findings[number]
    place = f" at {safe(str(found.at))}" if found.at is not None and str(found.at) else ""
    cells = [safe(found.about or found.subject) + place, safe(found.message), safe(found.fix)]
    return [plain(to_ascii(cell) if ascii_only else cell) for cell in cells]


@pytest.mark.parametrize("name", ALL)
def test_samples_hold_only_what_is_ours(name: str) -> None:
    assert Seen(by_github(shown(ALL[name]()))).tags <= OWN


def test_the_findings_are_a_table() -> None:
    seen = Seen(by_github(shown(incident_0a())))
    assert seen.rows[0] == ["severity", "rule", "who", "what", "do"]
    assert rows(seen)[1] == [
        "error",
        "PA701 recycle-exceeds-timeout",
        "db1:3306 at app.yaml:5",
        "app.yaml:database never recycles, and the server ends a session after 8 h without a word",
        "pool_recycle: -1 → 25000, and pool_pre_ping: true",
    ]


def test_the_verdict_comes_first_and_the_sums_last() -> None:
    blocks = shown(incident_0a()).strip().split("\n\n")
    assert blocks[0].startswith("**ERROR**: `app@10.0.3.7` (flask-todo, pid 4211) holds 5 of its 5 connections")
    assert blocks[1].startswith("**do**: close the session")
    assert blocks[2].startswith("- server `db1:3306`: MySQL 5.6.24")
    assert "; connections: 7 of 151 in use" in blocks[2]
    assert blocks[-1] == "3 errors, 0 warnings, 1 info; 30 rules ran, 1 unanswered; 0 ignored"


def test_where_nothing_was_found_there_is_no_table() -> None:
    text = shown(SAMPLES["healthy"]())
    assert text.startswith("**OK**: Nothing wrong found\n\n- server")
    assert "|" not in text
    assert "Unanswered" not in text
    assert "**do**" not in text


def test_what_could_not_be_judged_is_listed_with_what_would_help() -> None:
    (block,) = [block for block in shown(incident_0a()).split("\n\n") if "PA202" in block]
    assert block == (
        "- 1 rule (PA202 idle-blocker): lock waits could not be read: SELECT was denied (1142);"
        r" **do**: GRANT PROCESS ON \*.\* TO the account that audits"
    )
    one = incident_0a()
    gaps = (
        one.unanswered[0]._replace(missing=one.unanswered[0].missing._replace(remedy="")),
        one.unanswered[0]._replace(subject="db2:3306", missing=one.unanswered[0].missing._replace(remedy="")),
    )
    text = shown(report(one.facts, (), gaps))
    assert "- 1 rule (PA202 idle-blocker): db1:3306, db2:3306: lock waits could not be read: SELECT was denied" in text
    assert "SELECT was denied (1142)\n" in text


def test_what_is_ignored_is_counted_with_its_reason() -> None:
    found = finding("PA203", "checked-out-idle", Severity.WARNING, "held")
    text = shown(report(facts_of(server()), (), (), (Ignored(found, Ignore("PA203", "nightly export")),)))
    assert "**Ignored**\n\n- 1 finding of PA203: nightly export\n" in text


def test_a_server_that_refused_has_no_numbers() -> None:
    assert "connections:" not in shown(SAMPLES["server-full"]()).split("\n\n")[2]
