"""`deployment:`, poolaudit's own words for what runs: how many copies of a pool, on what, and behind what.

    deployment:
      processes: 4                    # on each host
      hosts: 2                        # 1 where processes are said and hosts are not
      threads: 8                      # in each process
      request_timeout_seconds: 30     # after which a worker is killed
      path_idle_timeout_seconds: 350  # of a balancer or firewall on the way to the server
      sqlalchemy: "2.0"               # versions, where they decide what a setting means
      flask_sqlalchemy: "3.1"

It stands beside a pool's settings or above them; the nearest counts.
"""

import re
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Setting
from poolaudit.readers.located import Located
from poolaudit.readers.settings import Read, any_number, setting, whole_number

N = TypeVar("N", int, float)

COUNTS = ("processes", "hosts", "threads")
TIMES = ("request_timeout_seconds", "path_idle_timeout_seconds")
VERSIONS = ("sqlalchemy", "flask_sqlalchemy")
_OTHER_NAMES = {"workers": "processes", "replicas": "hosts", "instances": "hosts", "request_timeout": TIMES[0]}
_NOT_SAID = {
    "processes": ("how many processes run is not said", "say deployment: {processes: …}, or give --processes"),
    "hosts": ("how many hosts run it is not said", "say deployment: {hosts: …}, or give --hosts"),
    "threads": ("how many threads a process has is not said", "say deployment: {threads: …}, or give --threads"),
    "request_timeout_seconds": (
        "how long a request may take is not said",
        "say deployment: {request_timeout_seconds: …}",
    ),
    "path_idle_timeout_seconds": (
        "whether anything on the way ends idle connections is not said",
        "say deployment: {path_idle_timeout_seconds: …}",
    ),
}
ONE_HOST: Setting[int] = Setting(1, default_of="poolaudit", word="hosts")


class Deployed(NamedTuple):
    """What `deployment:` says; versions are None where it does not say them."""

    processes: Setting[int]
    hosts: Setting[int]
    threads: Setting[int]
    request_timeout_seconds: Setting[float]
    path_idle_timeout_seconds: Setting[float]
    sqlalchemy: tuple[int, ...] | None
    flask_sqlalchemy: tuple[int, ...] | None


def deployed_from(found: Located | None) -> Deployed:
    """Read `deployment:`; CannotAuditError where it says what it cannot mean."""
    table = found.table if found is not None else {}
    for word, value in table.items():
        _refuse_near_miss(word, value)
    processes, hosts, threads = (_number(word, table.get(word), whole_number, not_said(word)) for word in COUNTS)
    request, path = (_number(word, table.get(word), any_number, time_not_said(word)) for word in TIMES)
    return Deployed(
        processes=processes,
        hosts=hosts_beside(processes, hosts),
        threads=threads,
        request_timeout_seconds=request,
        path_idle_timeout_seconds=path,
        sqlalchemy=_version("sqlalchemy", table.get("sqlalchemy")),
        flask_sqlalchemy=_version("flask_sqlalchemy", table.get("flask_sqlalchemy")),
    )


def hosts_beside(processes: Setting[int], hosts: Setting[int]) -> Setting[int]:
    """Take one host where processes are known and nobody said on how many hosts they run."""
    return ONE_HOST if processes.is_known and not hosts.is_known and hosts.place is None else hosts


def not_said(word: str) -> Setting[int]:
    """Give the setting of a count that is not said."""
    unknown, remedy = _NOT_SAID[word]
    return Setting(unknown=unknown, remedy=remedy, word=word)


def time_not_said(word: str) -> Setting[float]:
    """Give the setting of a time that is not said."""
    unknown, remedy = _NOT_SAID[word]
    return Setting(unknown=unknown, remedy=remedy, word=word)


def _number(word: str, found: Located | None, read: Callable[[object], Read[N]], otherwise: Setting[N]) -> Setting[N]:
    number = setting(word, found, read, otherwise)
    if found is None or found.why_unknown is not None:
        return number
    if not number.is_known or number.value < 1:
        raise _wrong(found, word, f"is to be a {'whole ' if word in COUNTS else ''}number from 1")
    return number


def _version(word: str, found: Located | None) -> tuple[int, ...] | None:
    if found is None or found.why_unknown is not None:
        return None
    match = re.fullmatch(r"v?([0-9]{1,4}(?:\.[0-9]{1,4}){0,3})(\.x)?", str(found.value))
    if match is None:
        raise _wrong(found, word, 'is to be a version such as "2.0"')
    return tuple(int(part) for part in match[1].split("."))


def _refuse_near_miss(word: str, found: Located) -> None:
    """Refuse what is nearly a word: unread, it would leave a sum too small. Words of others' are none of ours."""
    known = (*COUNTS, *TIMES, *VERSIONS)
    if word in known:
        return
    from difflib import get_close_matches  # noqa: PLC0415 - only where a word is strange

    meant = _OTHER_NAMES.get(word) or next(iter(get_close_matches(word, known, n=1, cutoff=0.8)), None)
    if meant is not None:
        raise _wrong(found, word, f"is not a word of poolaudit's; did you mean {meant}?")


def _wrong(found: Located, word: str, what: str) -> CannotAuditError:
    where = f"{found.place}: " if found.place is not None else ""
    return CannotAuditError(f"{where}{word} under deployment {what}")
