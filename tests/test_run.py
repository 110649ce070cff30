"""Reports put together: nothing lost, nothing twice, the same whatever the order; and ignores judged over all."""

from datetime import timedelta
from typing import Any

from poolaudit.audit import audit
from poolaudit.facts.unreached import Unreached
from poolaudit.facts.usage import Usage
from poolaudit.policy import Policy
from poolaudit.report import Changes, Facts, Ignore, Report, Severity, Standing
from poolaudit.rules import load_rules
from poolaudit.run import judge_ignores, together
from tests.cli.conftest import LEAK
from tests.facts_toml import TAKEN_AT, facts_from

RULES = load_rules()
POOL = '[[pools]]\nurl = "mysql://app@db1/shop"\npool_size = 5\n'
DOWN = Unreached("db9", "db9:3306", "nothing listens at db9:3306", "check host and port")


def report(name: str, toml: str = "", **policy: Any) -> Report:  # noqa: ANN401 - the fields of Policy
    """Audit a server of this name."""
    facts = facts_from(toml)
    server = facts.servers[0]._replace(name=name)
    fits = tuple(fit._replace(server=server) for fit in facts.fits)
    named = facts._replace(servers=(server,), fits=fits, usage={name: (Usage(TAKEN_AT),)})
    return audit(named, RULES, Policy(**policy)._replace(server=name))


def of_one_out_of_reach() -> Report:
    return audit(Facts(TAKEN_AT - timedelta(hours=1), unreached=(DOWN,)), RULES, Policy(server="db9"))


def test_one_report_is_itself() -> None:
    alone = report("db1", LEAK)
    assert together([alone]) is alone


def test_what_is_said_of_each_server_is_kept_worst_first() -> None:
    reports = [report("db1"), report("db2", LEAK), report("db3", 'missing = ["errors"]'), of_one_out_of_reach()]
    whole = together(reports)
    assert [server.label for server in whole.facts.servers] == ["db1", "db2", "db3"]
    assert whole.facts.unreached == (DOWN,)
    assert [(one.code, one.subject) for one in whole.findings if one.severity is Severity.ERROR] == [
        ("PA110", "db9"),
        ("PA201", "db2"),
    ]
    assert len(whole.findings) == sum(len(one.findings) for one in reports)
    assert set(whole.unanswered) == {gap for one in reports for gap in one.unanswered}
    assert {gap.subject for gap in whole.unanswered} == {"db3"}
    assert set(whole.facts.usage) == {"db1", "db2", "db3"}
    assert whole.facts.taken_at == TAKEN_AT - timedelta(hours=1)
    assert set(whole.judged) == {one for each in reports for one in each.judged}
    assert whole.rules_run == len({one.code for one in whole.judged})


def test_the_findings_do_not_depend_on_the_order_of_the_servers() -> None:
    reports = [report("db1", LEAK), report("db2", LEAK), of_one_out_of_reach()]
    forth, back = together(reports), together(reports[::-1])
    assert (forth.findings, forth.unanswered, forth.judged) == (back.findings, back.unanswered, back.judged)


def test_what_an_application_says_of_its_pool_is_said_once_and_what_a_server_makes_of_it_for_each() -> None:
    never = POOL + "pool_recycle = -1\n"
    short = never + '[variables]\nwait_timeout = "60"\n'
    reports = [report("db1", never), report("db2", never), report("db3", short)]
    whole = together(reports)
    assert len(whole.facts.pools) == 1
    assert len(whole.facts.fits) == 3
    of_recycle = [one for one in whole.findings if one.code == "PA601"]
    assert len(of_recycle) == 1
    assert sorted(one.subject for one in whole.findings if one.code == "PA701") == ["db1", "db2", "db3"]


def changed(one: Report, hours: int, audits: int) -> Report:
    """Compare a report with an audit before, in which all of it was found already."""
    standing = Standing(TAKEN_AT - timedelta(hours=hours), audits)
    return one._replace(
        changes=Changes(
            before=TAKEN_AT - timedelta(hours=1),
            standing={finding.fingerprint: standing for finding in one.findings},
            new=frozenset(finding.fingerprint for finding in one.findings[:1]),
        )
    )


def test_the_pasts_are_put_together() -> None:
    first, second = changed(report("db1", LEAK), 5, 3), changed(report("db2", LEAK), 9, 4)
    changes = together([first, second, report("db3")]).changes
    assert changes is not None
    assert set(changes.standing) == {finding.fingerprint for one in (first, second) for finding in one.findings}
    assert len(changes.new) == 2
    assert changes.before == TAKEN_AT - timedelta(hours=1)
    assert together([report("db1"), report("db2")]).changes is None


def test_of_a_finding_that_servers_share_the_longest_time_counts() -> None:
    shared = report("db1", POOL + "pool_recycle = -1\n")
    changes = together([changed(shared, 5, 3), changed(shared, 9, 4)]).changes
    assert changes is not None
    assert {one.audits for one in changes.standing.values()} == {4}


# Ignores

LEAKS = Ignore("idle-in-transaction", "nightly export")


def unused(reports: list[Report], *ignores: Ignore, **policy: Any) -> Report:  # noqa: ANN401 - the fields of Policy
    return judge_ignores(reports, RULES, Policy(ignores=ignores, **policy))


def test_an_ignore_that_met_something_on_one_server_is_used() -> None:
    reports = [report("db1", ignores=(LEAKS,)), report("db2", LEAK, ignores=(LEAKS,))]
    assert unused(reports, LEAKS).findings == ()


def test_an_ignore_that_met_nothing_on_any_server_is_unused_and_said_once() -> None:
    reports = [report("db1", ignores=(LEAKS,)), report("db2", ignores=(LEAKS,))]
    judged = unused(reports, LEAKS)
    assert [finding.code for finding in judged.findings] == ["PA902"]
    assert judged.facts.servers == ()
    assert [one.code for one in together([*reports, judged]).findings].count("PA902") == 1


def test_it_may_be_needed_where_a_rule_could_not_look() -> None:
    reports = [report("db1", ignores=(LEAKS,)), report("db2", 'missing = ["transactions"]', ignores=(LEAKS,))]
    judged = unused(reports, LEAKS)
    assert (judged.findings, [gap.missing.part for gap in judged.unanswered]) == ((), ["transactions"])


def test_it_may_be_needed_for_a_server_that_was_out_of_reach() -> None:
    judged = unused([report("db1", ignores=(LEAKS,)), of_one_out_of_reach()], LEAKS)
    assert (judged.findings, [gap.missing.part for gap in judged.unanswered]) == ((), ["db9"])


def test_one_that_ran_out_is_unused_all_the_same() -> None:
    over = LEAKS._replace(until=TAKEN_AT.date() - timedelta(days=1))
    judged = unused([report("db1", LEAK, ignores=(over,)), of_one_out_of_reach()], over)
    assert [finding.code for finding in judged.findings] == ["PA902"]


def test_an_ignore_for_one_server_is_judged_with_that_server() -> None:
    assert unused([report("db1"), report("db2")], LEAKS._replace(server="db1")).findings == ()


def test_an_ignore_of_a_rule_that_judged_nothing_is_not_judged() -> None:
    assert unused([of_one_out_of_reach()], LEAKS).findings == ()
    assert unused([report("db1"), report("db2")], LEAKS, deselect=("PA902",)).findings == ()
