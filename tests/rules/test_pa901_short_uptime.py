"""PA901 at its threshold by either counter, and without its section."""

import pytest

from poolaudit.audit import audit
from poolaudit.facts.server import Sections
from poolaudit.policy import Policy
from tests.facts_toml import facts_from
from tests.rules.run import RULES, run, severities


@pytest.mark.parametrize(
    ("uptime", "flushed", "expected"),
    [
        (86399, 86399, ["info"]),
        (86400, 86400, []),
        (86401, 86401, []),
        (900_000, 86399, ["info"]),
        (900_000, 86400, []),
        (0, 0, ["info"]),
    ],
)
def test_threshold(uptime: int, flushed: int, expected: list[str]) -> None:
    toml = f"counters = {{ Uptime = {uptime}, Uptime_since_flush_status = {flushed} }}"
    assert severities(run("PA901", toml)) == expected


def test_says_what_happened() -> None:
    (started,) = run("PA901", "counters = { Uptime = 60, Uptime_since_flush_status = 60 }").findings
    (flushed,) = run("PA901", "counters = { Uptime = 90000, Uptime_since_flush_status = 60 }").findings
    assert started.message.startswith("the server started 1 min ago")
    assert flushed.message.startswith("its status was flushed 1 min ago")
    assert flushed.evidence == {"uptime_seconds": 90000, "counted_seconds": 60}


@pytest.mark.parametrize(("uptime", "expected"), [(86399, 1), (86400, 0)])
def test_a_server_that_does_not_tell_of_flushes(uptime: int, expected: int) -> None:
    facts = facts_from("")
    sections: Sections = facts.servers[0].sections
    assert isinstance(sections.counters, dict)
    del sections.counters["Uptime_since_flush_status"]
    sections.counters["Uptime"] = uptime
    assert len(audit(facts, (RULES["PA901"],), Policy()).findings) == expected


def test_unanswered_without_counters() -> None:
    report = run("PA901", 'missing = ["counters"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA901", "counters")]
