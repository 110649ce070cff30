"""How numbers are said in a sentence."""

from collections.abc import Sequence

from poolaudit.facts.session import Session

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))
SHOWN_THREADS = 5
PLAIN_SHARE = 0.1


def count(number: int, noun: str) -> str:
    """Say a number with its noun: `1 session`, `5,000 sessions`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """Say a duration in its two largest units: `38 s`, `10 min 34 s`, `8 h`, `3 d 4 h`."""
    whole = int(seconds)
    for position, (size, unit) in enumerate(_UNITS):
        if whole >= size:
            rest = whole % size
            smaller, name = _UNITS[position + 1] if position + 1 < len(_UNITS) else (1, "s")
            return f"{whole // size} {unit}" + (f" {rest // smaller} {name}" if rest >= smaller else "")
    return f"{whole} s"


def percent(share: float) -> str:
    """Say a share of one as a percentage; small ones keep a digit that tells them from nothing."""
    digits = 0 if share >= PLAIN_SHARE or share == 0 else 1
    return f"{share * 100:.{digits}f} %"


def ids(sessions: Sequence[Session], each: str = "{id}") -> str:
    """Name the first few of sessions, each by a pattern with `{id}`, and how many more there are."""
    between = ", " if each == "{id}" else " "
    text = between.join(each.format(id=session.id) for session in sessions[:SHOWN_THREADS])
    more = len(sessions) - SHOWN_THREADS
    return f"{text} (and {more:,} more)" if more > 0 else text
