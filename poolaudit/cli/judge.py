"""From facts to a report on its way out, and the exit code it earns.

A scan imports this while the server is read, for it brings the audit and the rules' own modules with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from poolaudit.audit import audit
from poolaudit.cli.errors import ExitCode
from poolaudit.cli.output import Look
from poolaudit.cli.settings import Judging, read_settings
from poolaudit.errors import UsageError
from poolaudit.facts.server import Server
from poolaudit.facts.unread import Unread
from poolaudit.policy import AnyRule, Policy, PolicyError, check_selectors, fail_on_named, policy_from
from poolaudit.render import render
from poolaudit.report import Facts, Report
from poolaudit.rules import load_rules

if TYPE_CHECKING:
    # Types alone: a scan of a server without applications has no pools, and imports nothing of them.
    from poolaudit.facts.fit import Application, Deployment

REFUSED_RULE = "PA101"
T = TypeVar("T")


def policy_of(judging: Judging, rules: Iterable[AnyRule]) -> Policy:
    """Read the settings file there is and lay the command line over it; UsageError where either is wrong."""
    rules = tuple(rules)
    file, table = read_settings(judging.config, os.getcwd())
    policy = _named(file, lambda: policy_from(table, rules, file))
    if judging.select:
        policy = policy._replace(select=_named(None, lambda: check_selectors(judging.select, rules, "--select")))
    if judging.ignore:
        policy = policy._replace(deselect=_named(None, lambda: check_selectors(judging.ignore, rules, "--ignore")))
    return policy if judging.fail_on is None else policy._replace(fail_on=fail_on_named(judging.fail_on))


def _named(file: str | None, read: Callable[[], T]) -> T:
    """Turn a PolicyError into a UsageError that names the file it was met in."""
    try:
        return read()
    except PolicyError as error:
        raise UsageError(f"{file}: {error}" if file else str(error)) from None


def report_on(
    server: Server,
    deployments: tuple[Deployment, ...],
    rules: Iterable[AnyRule],
    policy: Policy,
) -> Report:
    """Audit one server with the deployments that are said to lead to it."""
    return audit(facts_of(server, deployments), rules, policy)


def accepting(policy: Policy, deployments: Iterable[Deployment], rules: Iterable[AnyRule]) -> Policy:
    """Lay the ignores in the applications' own files over a policy; UsageError where one of them is not right."""
    from poolaudit.cli.in_place import ignores_in  # noqa: PLC0415 - only where an application is given
    from poolaudit.readers.again import Texts  # noqa: PLC0415 - the same

    return policy._replace(ignores=policy.ignores + ignores_in(deployments, Texts(), rules))


def facts_of(
    server: Server,
    deployments: tuple[Deployment, ...],
    applications: tuple[Application, ...] = (),
    unread: tuple[Unread, ...] = (),
) -> Facts:
    """Put together what one audit judges: a server, what leads to it, and the applications that carry their pools."""
    facts = Facts(taken_at=server.taken_at, servers=(server,), applications=applications, unread=unread)
    if not deployments:
        return facts
    from poolaudit.facts.fit import Fit, one_of_each_pool  # noqa: PLC0415 - only where there are pools

    pools = tuple(deployment.pool for deployment in one_of_each_pool(deployments))
    return facts._replace(pools=pools, fits=(Fit(server, deployments),))


def rendered(report: Report, look: Look, *, show_queries: bool = False, all_clients: bool = False) -> str:
    """Give the report's text by a look."""
    return render(
        report,
        look.format,
        width=look.width,
        color=look.color,
        ascii_only=look.ascii_only,
        show_queries=show_queries,
        all_clients=all_clients,
        rules=load_rules,
    )


def exit_code(report: Report, policy: Policy, *, strict: bool) -> ExitCode:
    """Say the exit code: findings win over what was left unanswered.

    A server that let nobody in was not audited, unless the report says so itself (PA101).
    """
    worst = report.worst
    if worst is not None and policy.fail_on is not None and worst >= policy.fail_on:
        return ExitCode.FOUND
    servers = (*report.facts.servers, *(fit.server for fit in report.facts.fits))
    if not all(server.was_read for server in servers) and not _says_so(report):
        return ExitCode.CANNOT_AUDIT
    return ExitCode.IN_PART if strict and report.unanswered else ExitCode.OK


def exit_code_for(look: Look, report: Report, code: ExitCode) -> int:
    """Give the exit code that whoever reads a format expects: Nagios has four of its own."""
    if look.format != "nagios":
        return code
    from poolaudit.render.nagios import state_of  # noqa: PLC0415 - only for this format

    return state_of(report)


def _says_so(report: Report) -> bool:
    return any(finding.code == REFUSED_RULE for finding in report.findings)
