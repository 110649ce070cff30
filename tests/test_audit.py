"""The audit: which rules judge what, what becomes of gaps, contexts and ignores, and that nothing else decides."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.audit import audit
from poolaudit.facts.fit import Fit
from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.pool import Pool
from poolaudit.facts.server import Server
from poolaudit.policy import AnyRule, Policy
from poolaudit.report import Facts, Found, Ignore, Judged, Report, Severity
from poolaudit.rule import NoOptions, Rule, rule
from poolaudit.rules import load_rules
from tests.facts_toml import TAKEN_AT, facts_from, server_over_healthy

ONE_SERVER = Facts(taken_at=TAKEN_AT, servers=(server_over_healthy({}),))
ONE_POOL = '[[pools]]\nurl = "mysql://app@db1/shop"\npool_size = 5\npool_recycle = 300\n'
GAP = Missing("transactions", "PROCESS is not granted", "GRANT PROCESS")


def said(about: str = "", severity: Severity | None = None, lasting: str = "", message: str = "it is so") -> Found:
    return Found(message=message, why="why", fix="fix", about=about, lasting=lasting, severity=severity)


def saying(
    code: str, *found: Found, gap: Missing | None = None, about: type = Server, **context: tuple[str, ...]
) -> AnyRule:
    """Make a rule that says what it is told to, then lacks what it is told to lack."""

    def check(subject: object, options: NoOptions) -> Iterator[Found]:
        assert isinstance(subject, about)
        assert isinstance(options, NoOptions)
        yield from found
        if gap is not None:
            raise FactMissingError(gap)

    made: Callable[[Any], AnyRule] = rule(
        code, f"rule-{code.lower()}", about=about, severity=Severity.WARNING, since="0.1", **context
    )
    return made(check)


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def gaps(report: Report) -> list[str]:
    return [gap.code for gap in report.unanswered]


def test_a_finding_is_stamped_with_its_rule_and_subject() -> None:
    report = audit(ONE_SERVER, [saying("PA201", said("app@h"))], Policy())
    (finding,) = report.findings
    assert (finding.code, finding.rule, finding.subject) == ("PA201", "rule-pa201", "db1:3306")
    assert (finding.about, finding.message, finding.severity) == ("app@h", "it is so", Severity.WARNING)
    assert report.facts is ONE_SERVER


def test_a_finding_may_have_a_severity_of_its_own() -> None:
    (finding,) = audit(ONE_SERVER, [saying("PA201", said(severity=Severity.INFO))], Policy()).findings
    assert finding.severity is Severity.INFO


def test_a_rule_that_cannot_look_is_unanswered_with_what_it_lacked() -> None:
    report = audit(ONE_SERVER, [saying("PA201", gap=GAP)], Policy())
    (gap,) = report.unanswered
    assert (gap.code, gap.rule, gap.subject, gap.missing) == ("PA201", "rule-pa201", "db1:3306", GAP)
    assert not report.findings
    assert report.rules_run == 1


def test_what_was_found_before_the_gap_is_kept() -> None:
    report = audit(ONE_SERVER, [saying("PA201", said("app@h"), gap=GAP)], Policy())
    assert (codes(report), gaps(report)) == (["PA201"], ["PA201"])


def test_one_gap_stops_no_other_rule() -> None:
    report = audit(ONE_SERVER, [saying("PA201", gap=GAP), saying("PA202", said())], Policy())
    assert (codes(report), gaps(report), report.rules_run) == (["PA202"], ["PA201"], 2)


def test_only_a_missing_fact_is_a_gap() -> None:
    def check(server: Server, options: NoOptions) -> Iterator[Found]:
        raise KeyError(server, options)
        yield

    broken = replace(saying("PA201"), check=check)
    with pytest.raises(KeyError):
        audit(ONE_SERVER, [broken], Policy())


def test_worst_first_then_by_code_subject_and_name() -> None:
    servers = tuple(server_over_healthy({"address": address}) for address in ("db2:3306", "db1:3306"))
    rules = [
        saying("PA203", said("b"), said("a"), said("a", message="a second time")),
        saying("PA202", said(severity=Severity.INFO)),
        saying("PA201", said(severity=Severity.ERROR)),
    ]
    report = audit(Facts(TAKEN_AT, servers), rules, Policy())
    assert [(one.severity.word, one.code, one.subject, one.about, one.message) for one in report.findings] == [
        ("error", "PA201", "db1:3306", "", "it is so"),
        ("error", "PA201", "db2:3306", "", "it is so"),
        ("warning", "PA203", "db1:3306", "a", "a second time"),
        ("warning", "PA203", "db1:3306", "a", "it is so"),
        ("warning", "PA203", "db1:3306", "b", "it is so"),
        ("warning", "PA203", "db2:3306", "a", "a second time"),
        ("warning", "PA203", "db2:3306", "a", "it is so"),
        ("warning", "PA203", "db2:3306", "b", "it is so"),
        ("info", "PA202", "db1:3306", "", "it is so"),
        ("info", "PA202", "db2:3306", "", "it is so"),
    ]
    assert report.worst is Severity.ERROR
    assert [report.count_of(severity) for severity in Severity] == [2, 6, 2]


RULES = (
    saying("PA201", said("b"), said("a"), gap=GAP),
    saying("PA202", said(), unless=("PA201",)),
    saying("PA203", said(), beside=("PA201",)),
    saying("PA204", gap=GAP._replace(because="other")),
    saying("PA205", said("c"), said("a")),
    saying("PA902", said("unused"), about=Ignore),
)
IGNORES = (Ignore("PA205", "x", "a"), Ignore("PA201", "x", "z"), Ignore("PA205", "x"))


@given(st.permutations(RULES))
def test_the_same_facts_give_the_same_report_in_whatever_order_the_rules_come(rules: list[AnyRule]) -> None:
    policy = Policy(ignores=IGNORES)
    assert audit(ONE_SERVER, rules, policy) == audit(ONE_SERVER, RULES, policy)
    assert codes(audit(ONE_SERVER, rules, policy)) == ["PA201", "PA201", "PA203", "PA902", "PA902"]


def test_all_rules_are_quiet_and_answered_on_a_healthy_server() -> None:
    report = audit(facts_from(""), load_rules(), Policy())
    assert (codes(report), gaps(report)) == ([], [])
    assert report.worst is None
    assert report.rules_run >= 20


# Selection and subjects


def test_only_selected_rules_judge() -> None:
    rules = [saying(code, said()) for code in ("PA201", "PA202", "PA301")]
    assert codes(audit(ONE_SERVER, rules, Policy(select=("PA2",), deselect=("rule-pa201",)))) == ["PA202"]
    assert audit(ONE_SERVER, rules, Policy(select=("PA2",))).rules_run == 2


def test_a_rule_gets_its_own_options() -> None:
    class Options(NamedTuple):
        least_seconds: int = 1

    seen = []

    def check(server: Server, options: Options) -> Iterator[Found]:
        assert isinstance(server, Server)
        seen.append(options.least_seconds)
        yield from ()

    made = rule("PA201", "some-rule", about=Server, severity=Severity.INFO, since="0.1")(check)
    audit(ONE_SERVER, [made], Policy())
    audit(ONE_SERVER, [made], Policy(options={"PA201": Options(7), "PA202": Options(9)}))
    assert seen == [1, 7]


def test_each_rule_is_given_the_subjects_that_it_is_about() -> None:
    facts = facts_from(ONE_POOL)
    rules = [saying("PA101", said()), saying("PA601", said(), about=Pool), saying("PA701", said(), about=Fit)]
    report = audit(facts, rules, Policy())
    assert [(one.code, one.subject) for one in report.findings] == [
        ("PA101", "db1:3306"),
        ("PA601", "app.yaml"),
        ("PA701", "db1:3306"),
    ]


def test_a_rule_without_a_subject_has_not_run() -> None:
    rules = [saying("PA601", said(), about=Pool), saying("PA701", said(), about=Fit), saying("PA902", about=Ignore)]
    report = audit(ONE_SERVER, rules, Policy())
    assert (codes(report), gaps(report), report.rules_run) == ([], [], 0)


def with_pools(code: str) -> AnyRule:
    made: Rule[Any, Any] = saying(code, said("server"))

    @made.with_pools
    def check_fit(fit: Fit, options: NoOptions) -> Iterator[Found]:
        assert isinstance(fit, Fit)
        assert isinstance(options, NoOptions)
        yield said(f"{len(fit.deployments)} pool")

    return made


def test_a_server_is_judged_with_its_pools_where_they_are_known() -> None:
    assert [one.about for one in audit(ONE_SERVER, [with_pools("PA205")], Policy()).findings] == ["server"]
    report = audit(facts_from(ONE_POOL), [with_pools("PA205")], Policy())
    assert [one.about for one in report.findings] == ["1 pool"]


def test_each_server_is_judged_with_its_own_pools_only() -> None:
    with_one = facts_from(ONE_POOL)
    other = server_over_healthy({"address": "db2:3306"})
    facts = with_one._replace(servers=(other, with_one.servers[0]._replace()))
    report = audit(facts, [with_pools("PA205")], Policy())
    assert [(one.subject, one.about) for one in report.findings] == [("db1:3306", "1 pool"), ("db2:3306", "server")]


def with_server(code: str) -> AnyRule:
    made: Rule[Any, Any] = saying(code, said("pool"), about=Pool)

    @made.with_server
    def check_fit(fit: Fit, options: NoOptions) -> Iterator[Found]:
        assert isinstance(options, NoOptions)
        (deployment,) = fit.deployments
        yield said(f"{deployment.pool.name} on {fit.server.address}")

    return made


def test_a_pool_is_judged_with_its_server_where_that_is_known() -> None:
    facts = facts_from(ONE_POOL + ONE_POOL.replace("shop", "stock"))
    alone = facts._replace(servers=(), fits=())
    assert [one.about for one in audit(alone, [with_server("PA614")], Policy()).findings] == ["pool", "pool"]
    report = audit(facts, [with_server("PA614")], Policy())
    assert [one.about for one in report.findings] == ["app.yaml on db1:3306", "app.yaml on db1:3306"]


def test_what_several_readings_of_a_pool_say_is_said_once() -> None:
    facts = facts_from(ONE_POOL)
    (fit,) = facts.fits
    (deployment,) = fit.deployments
    readings = tuple(deployment._replace(pool=deployment.pool._replace(reading=label)) for label in ("2", "3"))

    def check(fit: Fit, options: NoOptions) -> Iterator[Found]:
        assert isinstance(options, NoOptions)
        yield said("either way")
        yield said(f"read as {fit.deployments[0].pool.reading}")

    rules = [replace(saying("PA701", about=Fit), check=check)]
    report = audit(facts._replace(fits=(fit._replace(deployments=readings),)), rules, Policy())
    assert [one.about for one in report.findings] == ["either way", "read as 2", "read as 3"]


# Context


@pytest.mark.parametrize("fires", [True, False])
def test_beside(*, fires: bool) -> None:
    rules = [
        saying("PA102", *([said()] if fires else [])),
        saying("PA103"),
        saying("PA301", said(), beside=("PA102", "PA103")),
    ]
    assert codes(audit(ONE_SERVER, rules, Policy())) == (["PA102", "PA301"] if fires else [])


@pytest.mark.parametrize("fires", [True, False])
def test_unless(*, fires: bool) -> None:
    rules = [saying("PA702", *([said()] if fires else [])), saying("PA704", said(), unless=("PA702",))]
    assert codes(audit(ONE_SERVER, rules, Policy())) == (["PA702"] if fires else ["PA704"])


def test_unless_goes_before_beside() -> None:
    both = saying("PA301", said(), beside=("PA102",), unless=("PA103",))
    rules = [saying("PA102", said()), saying("PA103", said()), both]
    assert codes(audit(ONE_SERVER, rules, Policy())) == ["PA102", "PA103"]
    rules = [saying("PA102", gap=GAP), saying("PA103", said()), both]
    assert gaps(audit(ONE_SERVER, rules, Policy())) == ["PA102"]


@pytest.mark.parametrize("select", [("PA301",), ("rule-pa301",)])
def test_context_is_judged_but_not_reported_where_it_is_not_selected(select: tuple[str, ...]) -> None:
    rules = [saying("PA102", said(), gap=GAP), saying("PA301", said(), beside=("PA102",))]
    report = audit(ONE_SERVER, rules, Policy(select=select))
    assert (codes(report), gaps(report), report.rules_run) == (["PA301"], [], 1)


def test_a_context_that_could_not_be_judged_leaves_the_rule_unanswered() -> None:
    rules = [saying("PA102", gap=GAP), saying("PA103"), saying("PA301", said(), beside=("PA102", "PA103"))]
    report = audit(ONE_SERVER, rules, Policy())
    assert [(gap.code, gap.missing) for gap in report.unanswered] == [("PA102", GAP), ("PA301", GAP)]
    assert not report.findings


def test_a_rule_that_says_nothing_needs_no_context() -> None:
    rules = [saying("PA102", gap=GAP), saying("PA301", beside=("PA102",))]
    assert gaps(audit(ONE_SERVER, rules, Policy())) == ["PA102"]


def test_a_rules_own_gap_outlives_its_context() -> None:
    other = GAP._replace(part="processlist")
    rules = [saying("PA102"), saying("PA301", said(), gap=other, beside=("PA102",))]
    report = audit(ONE_SERVER, rules, Policy())
    assert [gap.missing for gap in report.unanswered] == [other]
    assert not report.findings


def test_context_is_of_the_same_server() -> None:
    def check(server: Server, options: NoOptions) -> Iterator[Found]:
        assert isinstance(options, NoOptions)
        if server.address == "db1:3306":
            yield said()

    servers = tuple(server_over_healthy({"address": address}) for address in ("db1:3306", "db2:3306"))
    rules = [replace(saying("PA102"), check=check), saying("PA301", said(), beside=("PA102",))]
    report = audit(Facts(TAKEN_AT, servers), rules, Policy())
    assert [(one.code, one.subject) for one in report.findings] == [("PA102", "db1:3306"), ("PA301", "db1:3306")]


# Fingerprints


def fingerprint(code: str = "PA201", address: str = "db1:3306", about: str = "", lasting: str = "") -> str:
    facts = Facts(TAKEN_AT, (server_over_healthy({"address": address}),))
    (finding,) = audit(facts, [saying(code, said(about, lasting=lasting))], Policy()).findings
    return finding.fingerprint


def test_a_fingerprint_outlives_process_ids() -> None:
    before = fingerprint(about="app@h (web, pid 1)", lasting="app@h (web)")
    assert before == fingerprint(about="app@h (web, pid 2)", lasting="app@h (web)")
    assert len(before) == 16


def test_a_fingerprint_tells_rules_servers_and_clients_apart() -> None:
    given_ = [
        ("PA201", "db1:3306", "a"),
        ("PA202", "db1:3306", "a"),
        ("PA201", "db2:3306", "a"),
        ("PA201", "db1:3306", "b"),
    ]
    assert len({fingerprint(code, address, about) for code, address, about in given_}) == 4


def test_a_fingerprint_outlives_a_restart_of_the_application() -> None:
    def prints(thread: int, port: int, pid: int, age: int) -> set[str]:
        report = audit(
            facts_from(f"""
                processlist = [{{ id = {thread}, host = "10.0.3.7:{port}", time_seconds = {age} }}]
                transactions = [{{ id = {thread}, age_seconds = {age} }}]
                programs = [{{ id = {thread}, name = "web", pid = {pid} }}]
            """),
            load_rules(),
            Policy(select=("PA201",)),
        )
        return {one.fingerprint for one in report.findings}

    assert prints(7, 50000, 4211, 700) == prints(9001, 61000, 15, 90)
    assert len(prints(7, 50000, 4211, 700)) == 1


# Ignores


def test_an_ignored_finding_is_counted_with_its_ignore() -> None:
    ignore = Ignore("PA201", "nightly export", "etl@*")
    report = audit(ONE_SERVER, [saying("PA201", said("etl@h"), said("app@h"))], Policy(ignores=(ignore,)))
    assert [one.about for one in report.findings] == ["app@h"]
    assert [(one.finding.about, one.ignore) for one in report.ignored] == [("etl@h", ignore)]


@pytest.mark.parametrize(("day", "ignored"), [(20, 0), (21, 1), (22, 1)])
def test_an_ignore_holds_to_the_end_of_its_day(day: int, ignored: int) -> None:
    facts = ONE_SERVER._replace(taken_at=datetime(2026, 11, 21, 23, 59, tzinfo=UTC))
    policy = Policy(ignores=(Ignore("PA201", "x", until=date(2026, 11, day)),))
    assert len(audit(facts, [saying("PA201", said())], policy).ignored) == ignored


def test_an_ignored_finding_still_is_context() -> None:
    rules = [saying("PA102", said()), saying("PA301", said(), beside=("PA102",))]
    assert codes(audit(ONE_SERVER, rules, Policy(ignores=(Ignore("PA102", "x"),)))) == ["PA301"]


def about_ignores(seen: list[Ignore]) -> AnyRule:
    def check(ignore: Ignore, options: NoOptions) -> Iterator[Found]:
        assert isinstance(options, NoOptions)
        seen.append(ignore)
        yield from ()

    return replace(saying("PA902", about=Ignore), check=check)


def test_a_rule_about_ignores_is_told_what_they_met_and_whether_they_are_over() -> None:
    seen: list[Ignore] = []
    ignores = (
        Ignore("PA201", "x", "a"),
        Ignore("PA201", "x", "nobody"),
        Ignore("rule-pa201", "x", "b", date(2026, 11, 20)),
        Ignore("PA299", "of a rule that does not judge"),
    )
    audit(ONE_SERVER, [saying("PA201", said("a"), said("a"), said("b")), about_ignores(seen)], Policy(ignores=ignores))
    assert [(one.client, one.met, one.expired) for one in seen] == [
        ("a", 2, False),
        ("nobody", 0, False),
        ("b", 0, True),
    ]


def test_equal_ignores_are_told_apart() -> None:
    seen: list[Ignore] = []
    ignores = (Ignore("PA201", "x"), Ignore("PA201", "x"))
    audit(ONE_SERVER, [saying("PA201", said()), about_ignores(seen)], Policy(ignores=ignores))
    assert [one.met for one in seen] == [1, 0]


@pytest.mark.parametrize("name", ["PA201", "rule-pa201"])
def test_an_ignore_whose_rule_could_not_look_cannot_be_judged(name: str) -> None:
    rules = [saying("PA201", gap=GAP), saying("PA902", said(), about=Ignore)]
    report = audit(ONE_SERVER, rules, Policy(ignores=(Ignore(name, "x"),)))
    assert [(gap.code, gap.subject, gap.missing) for gap in report.unanswered] == [
        ("PA201", "db1:3306", GAP),
        ("PA902", "settings", GAP),
    ]
    assert codes(report) == []


def test_the_same_gap_is_said_once() -> None:
    rules = [saying("PA201", gap=GAP), saying("PA902", said(), about=Ignore)]
    report = audit(ONE_SERVER, rules, Policy(ignores=(Ignore("PA201", "x", "a"), Ignore("PA201", "x", "b"))))
    assert gaps(report) == ["PA201", "PA902"]


def test_an_ignore_that_met_something_needs_no_further_answer() -> None:
    seen: list[Ignore] = []
    rules = [saying("PA201", said(), gap=GAP), about_ignores(seen)]
    report = audit(ONE_SERVER, rules, Policy(ignores=(Ignore("PA201", "x"),)))
    assert (gaps(report), [one.met for one in seen]) == (["PA201"], [1])


def test_what_was_judged_is_told_whatever_came_of_it() -> None:
    rules = (saying("PA998"), saying("PA997", said()), saying("PA996", gap=GAP), saying("PA995", about=Pool))
    address = ONE_SERVER.servers[0].address
    report = audit(ONE_SERVER, rules, Policy(deselect=("PA998",)))
    assert report.judged == (
        Judged("PA996", rules[2].name, address),
        Judged("PA997", rules[1].name, address),
    )
    assert report.rules_run == len(report.judged)
