"""`# poolaudit: ignore[PA602] reason`: findings that are accepted in the file itself.

At the end of a line it covers what is said there; alone on its line, the next line that says anything. Covered are
findings on that line, and those about a pool that begins there. `;` does as well in ini files.
"""

import re
from collections.abc import Iterable, Iterator

from poolaudit.errors import UsageError
from poolaudit.facts.fit import Deployment
from poolaudit.facts.setting import Place, Setting
from poolaudit.policy import AnyRule, nearest
from poolaudit.readers.again import Texts
from poolaudit.readers.document import Kind
from poolaudit.report import Ignore
from poolaudit.rules import load_rules

_MARK = "poolaudit:"
_COMMENT = r"(?P<before>.*?)#[\s#]{0,9}poolaudit:\s*(?P<rest>.*)$"
_COMMENT_IN_INI = r"(?P<before>^|.*?\s)[#;][\s#;]{0,9}poolaudit:\s*(?P<rest>.*)$"
_IGNORE = r"ignore\s*(?:\[(?P<rules>[^\]]*)\])?[\s:,-]*(?P<reason>.*)$"
_HOW = "write it as # poolaudit: ignore[PA602] and the reason"
_LONGEST_REASON = 200
_LONGEST_LINE = 10_000


def ignores_in(deployments: Iterable[Deployment], texts: Texts, rules: Iterable[AnyRule]) -> tuple[Ignore, ...]:
    """Give what the files of the pools accept; UsageError with file and line where one of them is not right."""
    known = {name: rule for rule in rules for name in (rule.name, rule.code)}
    return tuple(one for file in files_of(deployments) for one in _ignores_of(file, texts, known))


def files_of(deployments: Iterable[Deployment]) -> tuple[str, ...]:
    """Give the files that say something of a pool or of what runs it, in the order in which they are met."""
    places = (place for one in deployments for place in _places(one) if place is not None)
    return tuple(dict.fromkeys(place.file for place in places if not place.file.startswith("--")))


def _places(deployment: Deployment) -> Iterator[Place | None]:
    pool = deployment.pool
    yield pool.place
    yield from (field.place for field in (*pool, *deployment) if isinstance(field, Setting))
    yield from (misfit.place for misfit in pool.misfits)


def _ignores_of(file: str, texts: Texts, known: dict[str, AnyRule]) -> Iterator[Ignore]:
    text = texts.text(file)
    if text is None or _MARK not in text:
        return
    comment = _COMMENT_IN_INI if texts.kind(file) is Kind.INI else _COMMENT
    lines = texts.lines(file)
    for number, line in enumerate(lines, 1):
        match = re.match(comment, line[:_LONGEST_LINE]) if _MARK in line else None
        if match is not None:
            is_alone = match["before"].strip()[:1] in {"", "#", ";"}
            covers = Place(file, _next(lines, number) if is_alone else number)
            yield from _of_comment(match["rest"], Place(file, number), covers, known)


def _next(lines: list[str], number: int) -> int:
    """Give the number of the next line that says anything and is no such comment, that of the comment without one."""
    following = enumerate(lines[number:], number + 1)
    said = (other for other, line in following if line.strip() and not line.strip().startswith(("#", ";")))
    return next(said, number)


def _of_comment(text: str, place: Place, covers: Place, known: dict[str, AnyRule]) -> Iterator[Ignore]:
    match = re.match(_IGNORE, text)
    if match is None:
        raise UsageError(f"{place}: a comment to poolaudit that is no ignore", _HOW)
    names = [name.strip() for name in (match["rules"] or "").split(",") if name.strip()]
    if not names:
        raise UsageError(f"{place}: the ignore names no rule", _HOW)
    reason = match["reason"].strip()
    for name in names:
        if name not in known:
            # Not all were loaded: one about servers has nothing to say here, but there is such a rule.
            known |= {word: rule for rule in load_rules() for word in (rule.name, rule.code)}
        if name not in known:
            raise UsageError(f"{place}: no rule is called {name!r:.60}{nearest(name, known)}", _HOW)
        if not reason:
            raise UsageError(f"{place}: the ignore of {name} gives no reason; say why it is accepted", _HOW)
        yield Ignore(name, reason[:_LONGEST_REASON], place=place, covers=covers)
