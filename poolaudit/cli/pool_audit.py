"""One audit of applications' files: read, judged, and ready to be shown; again where the files were changed."""

import io
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cached_property

from poolaudit.audit import audit
from poolaudit.cli.config_options import STDIN, Over, Sources
from poolaudit.cli.configured import facts_of
from poolaudit.cli.errors import ExitCode
from poolaudit.cli.in_place import ignores_in
from poolaudit.cli.judge import exit_code, policy_of
from poolaudit.cli.say import remark
from poolaudit.cli.settings import Judging
from poolaudit.errors import CannotAuditError
from poolaudit.facts.fit import Application, Fit
from poolaudit.facts.missing import Missing
from poolaudit.facts.pool import Pool
from poolaudit.facts.server import Server
from poolaudit.facts.setting import Place
from poolaudit.facts.unread import Unread
from poolaudit.policy import AnyRule, Policy
from poolaudit.readers.again import Texts
from poolaudit.readers.document import Kind
from poolaudit.readers.reading import Reading, read_paths
from poolaudit.readers.source import decoded, read_text
from poolaudit.report import Facts, Ignore, Report
from poolaudit.rules import ABOUT_FITS, ABOUT_SERVERS, load_rules

LARGEST_INPUT_BYTES = 1_000_001
"""One byte more than a file may have, so that one too large is still refused as such."""
OBSERVED = frozenset({"PA705", "PA706"})
"""Rules about what a server's sessions show, which nothing but a server or its capture can answer."""
SECRETS = "PA616"


class PoolAudit:
    """What `check-config` does, step by step; `server_of` gives the server that is meant, None where none is."""

    def __init__(
        self,
        paths: tuple[str, ...],
        sources: Sources,
        over: Over,
        judging: Judging,
        server_of: Callable[[], Server | None],
    ) -> None:
        """Read nothing yet but standard input, which can be read only once."""
        self._paths, self._sources, self._over, self._judging = paths, sources, over, judging
        self._server_of = server_of
        self._input = sys.stdin.buffer.read(LARGEST_INPUT_BYTES) if STDIN in paths and sys.stdin is not None else b""
        self._policy = Policy()
        self._rules: tuple[AnyRule, ...] = ()
        self._failures: tuple[Unread, ...] = ()
        self.began_ns = 0
        self.texts = Texts()
        self.report = Report(Facts(datetime.now(UTC)), (), (), (), 0)
        if sources.env_file is not None:
            read_text(sources.env_file)

    def prepare(self, baseline: str | None) -> None:
        """Find the rules and what is decided of them; UsageError where the settings are wrong."""
        says_something = self._judging.says_something()
        rules = load_rules(without=() if says_something else (*ABOUT_SERVERS, *ABOUT_FITS))
        self._policy = policy_of(self._judging, rules)
        self._rules = _of_applications(rules)
        if baseline is not None:
            from poolaudit.cli.baseline import read_baseline  # noqa: PLC0415 - only for --baseline

            self._policy = self._policy._replace(baseline=read_baseline(baseline))

    @cached_property
    def unjudged(self) -> Report:
        """What was read, in a report that judges nothing."""
        return Report(self._facts(), (), (), (), 0)

    def run(self) -> None:
        """Read the files and judge them, as they now are; `report` is what came of it."""
        facts = self._facts()
        if facts.fits:
            self._rules = _of_applications(load_rules(without=ABOUT_SERVERS))
        is_observed = any(not isinstance(fit.server.sections.processlist, Missing) for fit in facts.fits)
        rules = tuple(rule for rule in self._rules if is_observed or rule.code not in OBSERVED)
        ignores = ignores_in(facts.deployments, self.texts, self._rules)
        policy = self._policy._replace(ignores=self._policy.ignores + ignores)
        self.report = audit(facts, rules, policy)

    def _facts(self) -> Facts:
        self.began_ns = time.time_ns()
        reading, failures = self._read()
        self._failures = tuple(unread for unread, _ in failures)
        for _, error in failures:
            remark(f"poolaudit: error: {error.message}", *([f"  {error.hint}"] if error.hint else []))
        self.texts = self._fresh_texts()
        reading = reading._replace(unread=(*self._failures, *reading.unread))
        return facts_of(reading, datetime.now(UTC), self._server_of(), self._over.options())

    def _fresh_texts(self) -> Texts:
        if STDIN not in self._paths or self._kind is None:
            return Texts()
        try:
            text = decoded(self._input, STDIN)
        except CannotAuditError:
            text = ""
        return Texts({STDIN: text}, self._kind)

    @property
    def _kind(self) -> Kind | None:
        return Kind(self._sources.as_kind) if self._sources.as_kind is not None else None

    def _read(self) -> tuple[Reading, list[tuple[Unread, CannotAuditError]]]:
        """Read all paths at once, for they belong together; where that fails, without those that cannot be read."""
        rest = list(dict.fromkeys(self._paths))
        failures: list[tuple[Unread, CannotAuditError]] = []
        while rest:
            try:
                return self._read_paths(tuple(rest)), failures
            except CannotAuditError as error:
                failed = next((path for path in rest if error.message.startswith((f"{path}:", f"{path} "))), rest[0])
                if not error.message.startswith(failed) and len(rest) > 1:
                    raise
                failures.append((_unread(failed, error), error))
                rest.remove(failed)
        return Reading(()), failures

    def _read_paths(self, paths: tuple[str, ...]) -> Reading:
        if STDIN in paths:
            # It was read already, for its lines are to be shown; the readers read it from here.
            sys.stdin = io.TextIOWrapper(io.BytesIO(self._input))
        return read_paths(paths, as_kind=self._kind, env_file=self._sources.env_file, cpus=self._sources.cpus)

    @property
    def shown(self) -> Report:
        """The report with the lines that its findings point to."""
        findings = self.report.findings
        if not any(finding.at is not None for finding in findings):
            return self.report
        from poolaudit.readers.excerpts import excerpts_of  # noqa: PLC0415 - only where something is to be shown

        places = [finding.at for finding in findings if finding.at is not None]
        secrets = [finding.at for finding in findings if finding.at is not None and finding.code == SECRETS]
        excerpts = excerpts_of(places, secrets, self.texts)
        return self.report._replace(facts=self.report.facts._replace(excerpts=excerpts))

    @property
    def unread_code(self) -> ExitCode | None:
        """CANNOT_AUDIT where a file that was named could not be read, else None."""
        named = {path.removeprefix("./") for path in self._paths}
        unread = self.report.facts.unread
        is_named = any(one.place.file.removeprefix("./") in named for one in unread)
        return ExitCode.CANNOT_AUDIT if self._failures or is_named else None

    @property
    def exit_code(self) -> ExitCode:
        """What the report earns; a named file that could not be read wins over what was found in others."""
        return self.unread_code or exit_code(self.report, self._policy, strict=self._judging.strict)


def _of_applications(rules: Iterable[AnyRule]) -> tuple[AnyRule, ...]:
    return tuple(rule for rule in rules if rule.about in {Pool, Application, Fit, Unread, Ignore})


def _unread(path: str, error: CannotAuditError) -> Unread:
    """Make a blind spot of an error: its line, where it names one, and its sentence without the path."""
    rest = error.message.removeprefix(path)
    line = None
    if rest.startswith(":"):
        number, _, said = rest[1:].partition(":")
        if number.isdigit():
            line, rest = int(number), f"line {number}: {said.strip()}"
    because = rest.removeprefix(": ").strip().removeprefix("cannot be read: ")
    return Unread(Place(path, line), Missing(path, because, error.hint))
