"""PA204 at its threshold, by the session's own timeout, and by what the pool does in time."""

import pytest

from tests.rules.run import run, severities


def facts(asleep: int, *, last: str = "rollback", pool: str = "") -> str:
    return f"""
        processlist = [{{ id = 7, time_seconds = {asleep} }}]
        statements = [{{ id = 7, kind = "{last}" }}]
        variables = {{ wait_timeout = "60" }}
        {pool}
    """


def pool(settings: str) -> str:
    return f'pools = [{{ url = "mysql+pymysql://app@db1/shop", {settings} }}]'


@pytest.mark.parametrize(("asleep", "expected"), [(53, []), (54, ["warning"]), (59, ["warning"]), (61, ["warning"])])
def test_threshold(asleep: int, expected: list[str]) -> None:
    assert severities(run("PA204", facts(asleep))) == expected


def test_seconds_left_are_said_for_each() -> None:
    report = run(
        "PA204",
        """
        variables = { wait_timeout = "60" }
        processlist = [{ id = 7, time_seconds = 55 }, { id = 8, time_seconds = 59 }, { id = 9, time_seconds = 20 }]
        """,
    )
    (finding,) = report.findings
    assert finding.evidence["seconds_left"] == "8: 1, 7: 5"
    assert "in 1 s" in finding.message


def test_the_sessions_own_timeout_wins() -> None:
    own = facts(54) + "wait_timeouts = { 7 = 100 }"
    assert severities(run("PA204", own)) == []


def test_aurora_ends_sessions_at_the_smaller_timeout() -> None:
    aurora = """
        flavor = "aurora"
        variables = { wait_timeout = "28800", interactive_timeout = "60" }
        processlist = [{ id = 7, time_seconds = 54 }]
    """
    assert severities(run("PA204", aurora)) == ["warning"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("pool_pre_ping = true", "info"),
        ("pool_recycle = 59", "info"),
        ("pool_recycle = 60", "warning"),
        ("pool_recycle = -1", "warning"),
        ("pool_recycle = 0", "warning"),
    ],
)
def test_a_pool_that_replaces_it_in_time_makes_it_information(settings: str, expected: str) -> None:
    assert severities(run("PA204", facts(54, pool=pool(settings)))) == [expected]


HELD = "\ntransactions = [{ id = 7, age_seconds = 54 }]"


def test_nothing_saves_a_session_that_is_checked_out() -> None:
    (finding,) = run("PA204", facts(54, last="select", pool=pool("pool_pre_ping = true")) + HELD).findings
    assert finding.severity.word == "warning"
    assert finding.fix.startswith("close what is checked out in the code; pre-ping and recycle act at checkout")


def test_a_well_kept_pool_is_believed_where_the_server_does_not_tell_what_is_checked_out() -> None:
    kept = pool("pool_pre_ping = true")
    told, untold = (run("PA204", facts(54, last=last, pool=kept)).findings[0] for last in ("rollback", "select"))
    assert told.severity == untold.severity
    assert untold.severity.word == "info"
    assert told.why.endswith("will not notice")
    assert untold.why.endswith("but for what is checked out, which the server does not tell apart here")
    assert untold.fix.startswith("nothing has to be done")


def test_settings_are_advised_for_what_is_not_held() -> None:
    mixed = facts(54).replace("]", ", { id = 8, time_seconds = 54 }]", 1)
    settings = "set pool_pre_ping = True and pool_recycle below wait_timeout"
    assert [one.fix for one in run("PA204", mixed).findings] == [settings]
    assert [one.fix for one in run("PA204", mixed + HELD).findings] == [
        f"{settings}; close what is checked out in the code"
    ]


def test_unanswered_without_its_sections() -> None:
    assert [gap.missing.part for gap in run("PA204", 'missing = ["processlist"]').unanswered] == ["processlist"]
    blind = 'missing = ["variables"]\nprocesslist = [{ id = 7, time_seconds = 54 }]'
    assert [gap.missing.part for gap in run("PA204", blind).unanswered] == ["variables"]
