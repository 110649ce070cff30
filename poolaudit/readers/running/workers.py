"""How many processes and threads workers of queues run, by their commands.

Options and defaults are those of celery 5.7 (as many processes as processors) and dramatiq 2.2 (8 threads, as many
processes as processors), found by running them.
"""

from poolaudit.facts.setting import Setting
from poolaudit.readers.located import Located
from poolaudit.readers.running.arguments import Call, by_cpus, default, positional, whole
from poolaudit.readers.running.process import NOTHING_SAID, Counts, Running

CELERY_COUNTS = ("worker_concurrency", "CELERY_WORKER_CONCURRENCY", "CELERYD_CONCURRENCY")
CELERY_POOLS = ("worker_pool", "CELERY_WORKER_POOL", "CELERYD_POOL")
CELERY_WORDS = (*CELERY_COUNTS, *CELERY_POOLS)
PREFORK = frozenset({"prefork", "processes"})
"""Celery's names for its pool of processes that are forked."""


def celery(call: Call) -> Running:
    """Read a worker of celery's; its other commands carry no pool."""
    sub = next((word for word in call.words if word in {"worker", "beat", "flower", "multi", "events"}), "")
    application = call.text("-A", "--app")
    if sub != "worker":
        return Running("celery", application, is_lasting=False)
    kind = call.text("-P", "--pool") or "prefork"
    autoscale = call.text("--autoscale").partition(",")[0]
    most = whole("--autoscale", Located(autoscale, call.place)) if autoscale else None
    concurrency = call.last("-c", "--concurrency")
    said = most or (call.whole("-c", "--concurrency") if concurrency and concurrency[1] != "auto" else None)
    counts, defaults = _celery_counts(kind, said, call)
    return Running("celery", application, counts, defaults=defaults)


def _celery_counts(kind: str, said: Setting[int] | None, call: Call) -> tuple[Counts, Counts]:
    """Give what a worker's command says, and what is in force where neither it nor a settings file does."""
    one: Setting[int] = Setting(1, call.place, note=f"celery's {kind} pool is one process", word="processes")
    if kind == "solo":
        return Counts(one, one._replace(word="threads")), NOTHING_SAID
    by_default = by_cpus("concurrency", "celery", call.cpus)
    if kind in {"gevent", "eventlet", "threads"}:
        return Counts(one, said), Counts(threads=by_default)
    thread: Setting[int] = Setting(
        1, default_of="celery", note="a process of celery's works on one task", word="threads"
    )
    is_said = call.text("-P", "--pool") in PREFORK
    return Counts(said, thread, preload=call.place if is_said else None), Counts(by_default, preload=call.place)


def dramatiq(call: Call) -> Running:
    """Read a worker of dramatiq's."""
    counts = Counts(call.whole("-p", "--processes"), call.whole("-t", "--threads"))
    defaults = Counts(by_cpus("processes", "dramatiq", call.cpus), default("threads", 8, "dramatiq"))
    return Running("dramatiq", positional(call.words), counts, defaults=defaults)


def rq(call: Call) -> Running:
    """Read a worker of RQ's."""
    one = Counts(default("processes", 1, "rq"), default("threads", 1, "rq"))
    return Running("rq", defaults=one, is_lasting="worker" in call.words)
