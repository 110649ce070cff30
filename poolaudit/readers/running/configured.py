"""What the settings files of programs say of their processes and threads: gunicorn's, celery's, uWSGI's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from poolaudit.facts.setting import Setting
from poolaudit.readers.located import Located
from poolaudit.readers.running.arguments import seconds, whole
from poolaudit.readers.running.process import Configured, Counts, Environment
from poolaudit.readers.running.web_servers import gunicorn_counts
from poolaudit.readers.running.workers import CELERY_COUNTS, CELERY_POOLS, PREFORK

T = TypeVar("T")


def configured(said: Configured, environment: Environment, cpus: int | None) -> Counts:
    """Give what a program's settings file says, in an environment that may decide some of it."""
    words = {word: in_environment(found, environment) for word, found in said.words.items()}
    if said.by_cpus is not None and cpus is not None:
        factor, more = said.by_cpus
        note = f"{cpus} processors, as given"
        words["workers"] = Located(factor * cpus + more, words["workers"].place, note=note)
    if said.program == "gunicorn":
        return _gunicorn_file(words)
    if said.program == "celery":
        count = _first(words, whole, *CELERY_COUNTS)
        pool = next((str(words[word].value) for word in CELERY_POOLS if word in words), "prefork")
        # whichever of the two the worker's command leaves open
        return Counts(count, count, is_lazy=pool not in PREFORK)
    is_lazy = any(_is_on(words.get(word)) for word in ("lazy-apps", "lazy"))
    return Counts(
        _first(words, whole, "processes", "workers", "p"),
        _first(words, whole, "threads"),
        _first(words, seconds, "harakiri"),
        is_lazy=is_lazy,
    )


def _gunicorn_file(words: Mapping[str, Located]) -> Counts:
    preload = words.get("preload_app")
    counts = Counts(
        _first(words, whole, "workers"),
        _first(words, whole, "threads"),
        _first(words, seconds, "timeout"),
        preload.place if preload is not None and _is_on(preload) else None,
    )
    kind = words.get("worker_class")
    if kind is None:
        return counts
    if kind.why_unknown is not None:
        return replace(
            counts, threads=Setting(place=kind.place, unknown=f"worker_class: {kind.why_unknown}", word="threads")
        )
    return gunicorn_counts(counts, str(kind.value), _first(words, whole, "worker_connections"))


def in_environment(found: Located, environment: Environment) -> Located:
    """Take what the environment says where a variable decides."""
    said = environment.get(found.variable) if found.variable is not None else None
    return said if said is not None else found


def _first(words: Mapping[str, Located], read: Callable[[str, Located], T], *names: str) -> T | None:
    return next((read(name, words[name]) for name in names if name in words), None)


def _is_on(found: Located | None) -> bool:
    return found is not None and str(found.value).strip().lower() in {"true", "1", "yes", "on"}
