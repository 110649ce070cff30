"""Entries that are one: a compose file's with those that its overrides say more of, overlays' with their base's.

Where several files say a number of the same thing, the largest counts: which of them is deployed is not known.
"""

from collections.abc import Iterable
from dataclasses import replace

from poolaudit.facts.setting import Setting
from poolaudit.readers.running.process import Started, Way

MOST_EXTENDED = 8
_MERGED = frozenset({Way.KUBERNETES, Way.HELM, Way.COMPOSE})


def merged(found: list[Started]) -> list[Started]:
    """Put the entries of one way and one name together, in the order in which they come first."""
    by_file = {(one.place.file, one.name): one for one in found}
    groups: dict[tuple[object, ...], list[Started]] = {}
    for number, one in enumerate(found):
        key = (one.way, one.name, one.folder) if one.way is Way.COMPOSE else (one.way, one.name)
        groups.setdefault(key if one.way in _MERGED else (number,), []).append(_extended(one, by_file))
    ordered = sorted((sorted(group, key=_base_first) for group in groups.values()), key=_in_reading_order)
    return [_one(group) for group in ordered]


def _in_reading_order(group: list[Started]) -> tuple[str, int]:
    return (group[0].place.file, group[0].place.line or 0)


def _extended(one: Started, by_file: dict[tuple[str, str], Started]) -> Started:
    """Fill in what an entry takes from the one that it extends."""
    seen = 0
    base = one.extends
    while base is not None and seen < MOST_EXTENDED:
        seen += 1
        other = by_file.get(base)
        if other is None:
            break
        one = _over(one, other)
        base = other.extends
    return one


def _base_first(one: Started) -> tuple[int, str]:
    """Put the plain name before others: `compose.yml` before `compose.override.yml`, a base before overlays."""
    is_overlay = "overlays/" in one.place.file or "/base/" not in f"/{one.place.file}"
    return (is_overlay and one.way is Way.KUBERNETES, f"{len(one.place.file):04}")


def _one(group: list[Started]) -> Started:
    first, *others = group
    for other in others:
        first = _over(other, first)
    return replace(first, hosts=_largest(one.hosts for one in group)) if others else first


def _over(one: Started, base: Started) -> Started:
    """Lay an entry over another."""
    return replace(
        one,
        commands=one.commands or base.commands,
        image=one.image or base.image,
        dockerfile=one.dockerfile or base.dockerfile,
        folder=one.folder if one.is_built or not base.is_built else base.folder,
        is_built=one.is_built or base.is_built,
        hosts=one.hosts or base.hosts,
        copies=one.copies or base.copies,
        surge=one.surge or base.surge,
        environment={**base.environment, **one.environment},
        env_files=(*base.env_files, *one.env_files),
        shared=(*base.shared, *one.shared),
        target=one.target or base.target,
    )


def _largest(settings: Iterable[Setting[int] | None]) -> Setting[int] | None:
    said = [one for one in settings if one is not None]
    unknown = [one for one in said if not one.is_known]
    known = [one for one in said if one.is_known]
    named = [one for one in known if not one.is_default] or known
    if unknown or not named:
        return next(iter(unknown), None)
    most = max(named, key=lambda one: one.value)
    if len({one.value for one in named}) == 1:
        return most
    return most._replace(note=f"the largest of {', '.join(str(one.value) for one in named)}, which several files say")
