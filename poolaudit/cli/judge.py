"""From facts to a report on its way out, and the exit code it earns."""

from collections.abc import Iterable

from poolaudit.audit import audit
from poolaudit.cli.errors import ExitCode
from poolaudit.cli.output import Look
from poolaudit.facts.fit import Deployment, Fit
from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Server
from poolaudit.policy import AnyRule, Policy
from poolaudit.report import Facts, Report

REFUSED_RULE = "PA101"


def report_on(server: Server, deployments: tuple[Deployment, ...], rules: Iterable[AnyRule], policy: Policy) -> Report:
    """Audit one server with the deployments that are said to lead to it."""
    return audit(facts_of(server, deployments), rules, policy)


def facts_of(server: Server, deployments: tuple[Deployment, ...]) -> Facts:
    """Put together what one audit judges."""
    return Facts(
        taken_at=server.taken_at,
        servers=(server,),
        pools=tuple(deployment.pool for deployment in deployments),
        fits=(Fit(server, deployments),) if deployments else (),
    )


def rendered(report: Report, look: Look, *, show_queries: bool = False, all_clients: bool = False) -> str:
    """Give the report's text by a look."""
    from poolaudit.render import render  # noqa: PLC0415 - a format is imported once there is something to show

    return render(
        report,
        look.format,
        width=look.width,
        color=look.color,
        ascii_only=look.ascii_only,
        show_queries=show_queries,
        all_clients=all_clients,
    )


def exit_code(report: Report, policy: Policy, *, strict: bool) -> ExitCode:
    """Say the exit code: findings win over what was left unanswered.

    A server that let nobody in was not audited, unless the report says so itself (PA101).
    """
    worst = report.worst
    if worst is not None and policy.fail_on is not None and worst >= policy.fail_on:
        return ExitCode.FOUND
    if any(_let_nobody_in(server) for server in report.facts.servers) and not _says_so(report):
        return ExitCode.CANNOT_AUDIT
    return ExitCode.IN_PART if strict and report.unanswered else ExitCode.OK


def _let_nobody_in(server: Server) -> bool:
    return server.refused is not None and isinstance(server.sections.counters, Missing)


def _says_so(report: Report) -> bool:
    return any(finding.code == REFUSED_RULE for finding in report.findings)
