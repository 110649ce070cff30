"""One run of `poolaudit report`: audit all, compare with the last time, keep, render, deliver."""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.cli.delivering import deliver_due, outlets_of
from poolaudit.cli.errors import ExitCode
from poolaudit.cli.files import write_bytes, write_file
from poolaudit.cli.judge import rendered
from poolaudit.cli.letters import Sending, says_something
from poolaudit.cli.lock import LONGEST_WAIT_SECONDS, AlreadyRunningError, NoLockError, one_at_a_time
from poolaudit.cli.output import Look, Output, look_of
from poolaudit.cli.say import remark, write_stdout
from poolaudit.cli.scan_several import shown_progress
from poolaudit.cli.servers import Named
from poolaudit.cli.several import Audited, Judgement, Progress, Read, audit_all, in_silence, whole_of
from poolaudit.collect.gather import gather
from poolaudit.errors import CannotAuditError, HistoryError, PoolauditError
from poolaudit.history import Past, changes_between, open_history
from poolaudit.history.store import History, Keeping
from poolaudit.mail.addresses import FileTo
from poolaudit.report import Report

if TYPE_CHECKING:
    from poolaudit.mail.settings import MailSettings  # which brings smtplib

FORMATS_BY_ENDING = {
    ".html": "html", ".htm": "html", ".json": "json", ".md": "markdown", ".prom": "openmetrics", ".sarif": "sarif",
    ".xml": "junit",
}  # fmt: skip

WAIT_SECONDS = 10.0
"""For how long a history that another program writes is waited for."""


class Job(NamedTuple):
    """All that is decided before a server is asked.

    `is_whole` is whether these are all servers of the settings, so that ignores can be judged by what they met on all.
    `mail` gives the settings of mail, and raises where they are wrong; `now` is the moment of deliveries.
    """

    servers: tuple[Named, ...]
    judgement: Judgement
    sending: Sending
    output: Output
    history: str | None
    mail: Callable[[], "MailSettings"]
    jobs: int
    strict: bool = False
    dry_run: bool = False
    is_whole: bool = False
    now: datetime | None = None


def run_alone(job: Job, lock: str) -> ExitCode:
    """Run while no other report of the same history runs on this machine, as `--lock` says."""
    if lock == "none":
        return _run_shown(job)
    try:
        with one_at_a_time(job.history, wait_seconds=LONGEST_WAIT_SECONDS if lock == "wait" else 0):
            return _run_shown(job)
    except AlreadyRunningError as error:
        remark(f"poolaudit: {error.message}", f"  {error.hint}")
        return ExitCode.IN_PART
    except NoLockError as error:
        # What forbids a lock mostly forbids the history too; the audit is what somebody waits for.
        remark(f"poolaudit: warning: {error.message}; this run goes on without one")
        return _run_shown(job)


def _run_shown(job: Job) -> ExitCode:
    with shown_progress(job.output) as progress:
        return run(job, progress)


def run(job: Job, progress: Progress = in_silence, read: Read = gather) -> ExitCode:
    """Do it, and give the exit code; whatever fails, what was found is kept, delivered or printed."""
    with ExitStack() as stack:
        history = _opened(job.history, stack)
        pasts: dict[str, Past] = {}

        def past_of(label: str) -> Past:
            nonlocal history
            try:
                pasts[label] = history.before(label) if history is not None else Past(label)
            except HistoryError as error:
                _say(error)
                history, pasts[label] = None, Past(label)
            return pasts[label]

        found = audit_all(job.servers, job.judgement, job.jobs, progress, past_of=past_of, read=read)
        audited = found if history is None else tuple(_compared(one, pasts[one.name]) for one in found)
        whole, code = whole_of(audited, job.judgement, strict=job.strict, is_every=job.is_whole)
        if job.dry_run:
            _write_letters(job, audited)
            return code
        outcome = _kept_and_delivered(job, history, audited)
        _show(job, whole, audited, is_safe=outcome is not _Outcome.FAILED)
        return code if outcome is _Outcome.DONE else code or ExitCode.IN_PART


class _Outcome(Enum):
    """What came of keeping and delivering: all of it, kept with some left for the next run, or the history failed."""

    DONE = 1
    LEFT = 2
    FAILED = 3


def _kept_and_delivered(job: Job, history: History | None, audited: Sequence[Audited]) -> _Outcome:
    """Keep every server's report with its letters, then deliver what is due."""
    if history is None:
        return _Outcome.FAILED
    keepings = [Keeping(one.name, one.report, job.sending.of_server(one)) for one in audited]
    try:
        history.keep_all(keepings, job.sending.of_run(audited))
        is_all = deliver_due(history, outlets_of(job.sending.addresses, job.mail), job.now)
    except HistoryError as error:
        _say(error)
        return _Outcome.FAILED
    return _Outcome.DONE if is_all else _Outcome.LEFT


def _opened(url: str | None, stack: ExitStack) -> History | None:
    """Open the history; without one there is still a report, which is then printed."""
    try:
        return stack.enter_context(open_history(url, wait_seconds=WAIT_SECONDS))
    except HistoryError as error:
        _say(error)
        return None


def _say(error: PoolauditError) -> None:
    remark(f"poolaudit: error: {error.message}", *([f"  {error.hint}"] if error.hint else []))


def _compared(audited: Audited, past: Past) -> Audited:
    return audited._replace(report=audited.report._replace(changes=changes_between(past, audited.report)))


def _show(job: Job, whole: Report, audited: Sequence[Audited], *, is_safe: bool) -> None:
    """Write files, which are always of now; print where nothing else was asked for, or where something failed.

    CannotAuditError, after all that can be done, where a file could not be written.
    """
    failures: list[CannotAuditError] = []
    for file in (one for one in job.sending.addresses if isinstance(one, FileTo)):
        try:
            write_file(file.path, rendered(whole, _look_of(file, job.output)))
        except CannotAuditError as error:
            failures.append(error)
    says = any(says_something(one.report, job.sending.when) for one in audited)
    if failures or not is_safe or (not job.sending.addresses and says):
        write_stdout(rendered(whole, job.output.look()))
    if failures:
        raise failures[0]


def _look_of(file: FileTo, output: Output) -> Look:
    """Give a file's look by what was asked for, else by its ending."""
    ending = os.path.splitext(file.path)[1].lower()
    name = output.format or FORMATS_BY_ENDING.get(ending, "plain")
    return look_of(None, os.environ, format=name, no_color=output.no_color)


def _write_letters(job: Job, audited: Sequence[Audited]) -> None:
    """Write what would go out into files here, and say their names."""
    letters = [(f"poolaudit-{_slug(one.name)}", job.sending.of_server(one)) for one in audited]
    for name, of_one in letters:
        for number, letter in enumerate(of_one):
            _write(f"{name}{f'-{number + 1}' if number else ''}.eml", letter.message)
    for number, letter in enumerate(job.sending.of_run(audited)):
        _write(f"poolaudit-hook{f'-{number + 1}' if number else ''}.json", letter.message)


def _write(path: str, content: bytes) -> None:
    write_bytes(path, content)
    write_stdout(f"{path}\n")


def _slug(name: str) -> str:
    return "".join(one if one.isalnum() or one in "-." else "-" for one in name).strip(".-") or "server"
