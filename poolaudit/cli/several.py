"""Audits servers side by side: a report for each, whatever becomes of the others.

They are read in threads, for reading is waiting. They are judged in the calling thread, one by one as they come, so
that what is handed in (`past_of`, `progress`) need know of no thread, and in the order in which they were named where
that shows.
"""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Event, Thread
from types import TracebackType
from typing import NamedTuple, Self

from poolaudit.audit import audit
from poolaudit.cli.errors import ExitCode, say_fault
from poolaudit.cli.judge import exit_code, facts_of, policy_of
from poolaudit.cli.reading import GOODBYE_SECONDS
from poolaudit.cli.say import remark
from poolaudit.cli.server_apps import Apps
from poolaudit.cli.servers import Named
from poolaudit.cli.settings import Judging
from poolaudit.collect.gather import Depth, gather
from poolaudit.collect.target import Target
from poolaudit.errors import PoolauditError
from poolaudit.facts.server import Server
from poolaudit.facts.unreached import Unreached
from poolaudit.history.past import Past
from poolaudit.policy import AnyRule, Policy
from poolaudit.report import Facts, Report
from poolaudit.rules import load_rules
from poolaudit.run import judge_ignores, together

OUT_OF_REACH_RULE = "PA110"
JOBS = 8
_FAULT = "a fault of poolaudit's own, which standard error tells of"

Read = Callable[[Target, Depth], Server]
PastOf = Callable[[str], Past]
Progress = Callable[[int, int, tuple[str, ...]], None]
"""Is told after every server how many are done, of how many, and which are being read."""


class Judgement(NamedTuple):
    """The rules there are, and what the person who runs the audit decided of them."""

    rules: tuple[AnyRule, ...]
    policy: Policy


class Audited(NamedTuple):
    """One server of a run, by its name, and its report; `is_fault` where poolaudit itself failed on it.

    A server that could not be audited has a report too: it says just that. `is_whole` is whether every file was read
    that its settings name as an application's.
    """

    name: str
    report: Report
    is_fault: bool = False
    is_whole: bool = True

    @property
    def unreached(self) -> Unreached | None:
        """Why it could not be audited, None where it was."""
        return next(iter(self.report.facts.unreached), None)


class _Failure(NamedTuple):
    """Stands for the facts of a server that could not be read."""

    error: BaseException


def judgement_of(judging: Judging) -> Judgement:
    """Read the settings and load the rules; UsageError where the settings are wrong."""
    rules = load_rules()
    return Judgement(rules, policy_of(judging, rules))


def in_silence(done: int, total: int, reading: tuple[str, ...]) -> None:
    """Show no progress."""
    _ = done, total, reading


def no_past(label: str) -> Past:
    """Know nothing of a server's past: there is no history."""
    return Past(label)


def audit_all(  # noqa: PLR0913 - what a run is made of; what most leave out has a default
    servers: Sequence[Named],
    judgement: Judgement,
    jobs: int = JOBS,
    progress: Progress = in_silence,
    *,
    past_of: PastOf = no_past,
    depth: Depth = Depth(),  # noqa: B008 - it is frozen
    read: Read = gather,
) -> tuple[Audited, ...]:
    """Audit servers, at most `jobs` at once; give what came of each, in the order in which they were given.

    No server's fault touches another's report. It takes as long as the timeouts of each server allow, divided by
    `jobs`. `past_of` is asked for what is known of a server's past, by its name, before it is judged, also where it is
    out of reach; it is called in this thread, as `progress` is, and what it raises ends the run.
    """
    # main() switches it off for the tenth of a second that one scan takes; a run may take minutes.
    gc.enable()
    targets = [_target_of(server) for server in servers]
    apps = Apps()
    audited: dict[int, Audited] = {}
    with _Readers(targets, min(jobs, len(servers)), depth, read) as readers:
        progress(0, len(servers), ())
        for number, outcome in readers.outcomes():
            server = servers[number]
            past = past_of(server.name)
            facts, is_fault = _facts_of(server, targets[number], outcome, past, apps)
            usage = {server.name: past.usage} if past.usage else {}
            audited[number] = _judged(server, facts._replace(usage=usage), judgement, is_fault=is_fault)
            progress(len(audited), len(servers), tuple(servers[one].name for one in readers.at_work()))
    return tuple(audited[number] for number in range(len(servers)))


def whole_of(
    audited: Sequence[Audited], judgement: Judgement, *, strict: bool, is_every: bool
) -> tuple[Report, ExitCode]:
    """Put a run into one report, and say its exit code.

    `is_every` is whether these are all servers of the settings: only then can an ignore be judged that met nothing on
    any of them, for else it may be for another.
    """
    reports, code = [one.report for one in audited], exit_code_of(audited, judgement.policy, strict=strict)
    if is_every:
        reports.append(judge_ignores(reports, judgement.rules, judgement.policy))
        of_ignores = exit_code(reports[-1], judgement.policy, strict=strict)
        code = of_ignores if of_ignores is ExitCode.FOUND and code is not ExitCode.FAULT else code or of_ignores
    return together(reports), code


def exit_code_of(audited: Sequence[Audited], policy: Policy, *, strict: bool) -> ExitCode:
    """Say the exit code of a run: what was found wins; then 3 where no server could be audited, 4 where some could not.

    That a server is out of reach is a finding too, but has a code of its own; an ignore may accept it.
    """
    if any(one.is_fault for one in audited):
        return ExitCode.FAULT
    codes = [_code_of(one, policy, strict=strict) for one in audited]
    if ExitCode.FOUND in codes:
        return ExitCode.FOUND
    if codes and all(code is ExitCode.CANNOT_AUDIT for code in codes):
        return ExitCode.CANNOT_AUDIT
    return ExitCode.IN_PART if any(codes) else ExitCode.OK


def _code_of(audited: Audited, policy: Policy, *, strict: bool) -> ExitCode:
    """Say the exit code that one server alone earns."""
    report = audited.report
    if audited.unreached is not None:
        is_accepted = any(one.finding.code == OUT_OF_REACH_RULE for one in report.ignored)
        return ExitCode.OK if is_accepted else ExitCode.CANNOT_AUDIT
    code = exit_code(report, policy, strict=strict)
    return ExitCode.IN_PART if code is ExitCode.OK and not audited.is_whole else code


def _target_of(server: Named) -> Target | _Failure:
    """Find where a server is; its warnings are said, each once, whatever number of servers they are about."""
    try:
        target, warnings = server.target(os.environ)
    except PoolauditError as error:
        return _Failure(error)
    for warning in warnings:
        remark(f"poolaudit: warning: {server.name}: {warning}")
    return target


def _judged(server: Named, facts: Facts, judgement: Judgement, *, is_fault: bool) -> Audited:
    """Judge what is known of a server; where that is a fault of poolaudit's own, say so and nothing of the server."""
    rules, policy = judgement.rules, judgement.policy._replace(server=server.name)
    try:
        is_whole = not any(unread.place.file in server.apps for unread in facts.unread)
        return Audited(server.name, audit(facts, rules, policy), is_fault, is_whole)
    except Exception as error:  # noqa: BLE001 - a fault on one server is to leave the others alone
        say_fault(error)
    address = facts.servers[0].address if facts.servers else facts.unreached[0].address
    nothing = _nothing_of(Unreached(server.name, address, _FAULT))
    return Audited(server.name, audit(nothing, rules, policy), is_fault=True)


def _facts_of(
    server: Named, target: Target | _Failure, outcome: Server | _Failure, past: Past, apps: Apps
) -> tuple[Facts, bool]:
    """Give what is known of a server, be it only that it is out of reach, and whether that is poolaudit's own fault."""
    address = "" if isinstance(target, _Failure) else target.address
    try:
        return _read_facts(server, outcome, past, apps), False
    except PoolauditError as error:
        return _nothing_of(Unreached(server.name, address, error.message, error.hint)), False
    except Exception as error:  # noqa: BLE001 - see above
        say_fault(error)
        return _nothing_of(Unreached(server.name, address, _FAULT)), True


def _read_facts(server: Named, outcome: Server | _Failure, past: Past, apps: Apps) -> Facts:
    if isinstance(outcome, _Failure):
        raise outcome.error
    given = apps.of(server)
    known = outcome._replace(name=server.name, earlier=past.earlier)
    return facts_of(known, given.deployments)._replace(unread=given.unread)


def _nothing_of(unreached: Unreached) -> Facts:
    return Facts(datetime.now(UTC).replace(microsecond=0), unreached=(unreached,))


class _Readers:
    """Threads that read servers, from the beginning of the `with` block on."""

    def __init__(self, targets: Sequence[Target | _Failure], jobs: int, depth: Depth, read: Read) -> None:
        self._targets = targets
        self._depth = depth._replace(pause=self._pause)
        self._read = read
        self._given_up = Event()
        self._waiting: SimpleQueue[int | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[int, Server | _Failure]] = SimpleQueue()
        self._at_work: dict[int, None] = {}
        # Daemons, so that an interrupt ends the program at once, whatever the servers do.
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(jobs)]

    def outcomes(self) -> Iterator[tuple[int, Server | _Failure]]:
        """Give what came of each server, by its number, as it comes."""
        for _ in self._targets:
            yield self._done.get()

    def at_work(self) -> tuple[int, ...]:
        """Name the servers that are being read, by their numbers, those that have been for longest first."""
        return tuple(self._at_work)

    def _work(self) -> None:
        while (number := self._waiting.get()) is not None and not self._given_up.is_set():
            self._at_work[number] = None
            outcome = self._outcome(self._targets[number])
            del self._at_work[number]
            self._done.put((number, outcome))

    def _outcome(self, target: Target | _Failure) -> Server | _Failure:
        if isinstance(target, _Failure):
            return target
        try:
            return self._read(target, self._depth)
        except PoolauditError as error:
            # Without its frames, which hold what was read so far.
            return _Failure(error.with_traceback(None))
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is judged
            return _Failure(error)

    def _pause(self, seconds: float) -> None:
        """Wait between two readings, but no longer than anybody wants them."""
        if self._given_up.wait(seconds):
            raise KeyboardInterrupt

    def __enter__(self) -> Self:
        """Begin."""
        for number in range(len(self._targets)):
            self._waiting.put(number)
        for thread in self._threads:
            self._waiting.put(None)
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Where the run is interrupted, let the connections end in good order: they count as no aborts."""
        if kind is not None:
            self._given_up.set()
        for thread in self._threads:
            thread.join(GOODBYE_SECONDS / len(self._threads))
