"""PA101 when the server refuses the audit, and when it does not."""

import pytest

from poolaudit.audit import audit
from poolaudit.policy import Policy
from poolaudit.rules import load_rules
from tests.facts_toml import HEALTHY, facts_from
from tests.rules.run import run, severities

SECTIONS = [key for key, value in HEALTHY.items() if isinstance(value, (dict, list)) and key != "later"]


def refused(error: int) -> str:
    return f'refused = {{ error = {error}, message = "no" }}\nmissing = {SECTIONS}'


@pytest.mark.parametrize(("error", "expected"), [(1040, ["error"]), (1039, []), (1041, []), (1203, []), (1129, [])])
def test_fires_for_1040_alone_and_needs_no_section(error: int, expected: list[str]) -> None:
    assert severities(run("PA101", refused(error))) == expected


def test_a_server_that_let_the_audit_in_is_not_full() -> None:
    assert severities(run("PA101", "")) == []


def test_names_every_way_in() -> None:
    (finding,) = run("PA101", refused(1040)).findings
    for way in ("admin_address", "admin_port", "8.0.14", "extra_port", "CONNECTION_ADMIN", "SUPER", "--admin-port"):
        assert way in finding.fix
    assert finding.evidence == {"refusal_error": 1040}
    assert "1040 (no)" in finding.message


FULL = 'refused = { error = 1040, message = "no" }\n'


def test_who_got_in_by_the_admin_port_is_told_whose_sleepers_to_end() -> None:
    rows = (
        '{ id = 1, user = "idle", command = "Sleep", time_seconds = 9 },'
        '{ id = 2, user = "idle", command = "Sleep", time_seconds = 20 },'
        '{ id = 3, user = "busy", command = "Query" }, { id = 4, user = "busy", command = "Query" },'
    )
    (finding,) = run("PA101", f"{FULL}processlist = [{rows}]").findings
    assert "stop a process of idle@" in finding.fix
    assert finding.fix.endswith("KILL 2; KILL 1;")


@pytest.mark.parametrize(
    "facts", ['processlist = [{ id = 1, command = "Query" }]', "processlist = []", 'missing = ["processlist"]']
)
def test_where_nobody_is_seen_asleep_it_names_nobody(facts: str) -> None:
    (finding,) = run("PA101", FULL + facts).findings
    assert finding.fix.startswith("stop one process of the application with the most connections")


def test_it_is_the_only_finding_on_a_full_server_and_the_others_say_so() -> None:
    report = audit(facts_from(refused(1040)), load_rules(), Policy())
    assert [finding.code for finding in report.findings] == ["PA101"]
    assert {"PA102", "PA103", "PA201", "PA401", "PA501", "PA901"} <= {gap.code for gap in report.unanswered}
