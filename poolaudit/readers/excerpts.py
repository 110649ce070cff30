"""Lines of files as they may be shown: what is not known to be harmless is not shown.

Nothing tells a password from another word, whatever stands around it. So the words that are shown are those of a
vocabulary: of pools, of the libraries that configure them, and of Python. A name is shown part by part. Numbers are
shown where a known name is given them. All else becomes `***`, of one width, so that not even a length is told.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from poolaudit.facts.excerpt import Excerpt
from poolaudit.facts.pool import CLASSES, MYSQL_DIALECTS
from poolaudit.facts.setting import Place
from poolaudit.readers.again import Texts

HIDDEN = "***"
WIDEST = 100
BEFORE = 60
LONGEST_LINE = 10_000
_CUT = "…"

_WORDS = """
    accept active add address age aiomysql airflow alchemy alembic alias aliases and app application apscheduler
    arg args argument arguments as ascii asgi async asyncmy at auto autocommit back backend base bind binds bool
    boolean broker by c celery change charset check checkout checks class class_ classes cli close coalesce
    commit concurrency conf config configs configuration conn connect connection connections context core cpu
    create creator current database databases db dbapi debug declarative def default defaults deploy deployment
    dev development dict dispose django driver drivers e echo else enabled encoding engine engines env environ
    environment equal event expire export extend extra f factory fallback false first flask float flush for from
    future get getenv getint global group gthread gunicorn handle health home hook host hosts id idle if import
    in init initialize instance int interactive interval is isolation item items job jobs jobstore jobstores
    json kill kwargs last length level lib lifetime lifo limit list load local lock lower main make mapping
    master max maximum maxsize mb meta metadata migrate min minimum minsize minutes ml mlflow mode model models
    module ms mysql name neutron new nice no none not nova null num number object of off on one open option
    optional options or orm os oslo overflow params path per persistent ping plugin pool poolclass pooled
    pooling pools port pre prefix prefork preload primary process processes prod production profile project
    proxy py pymysql python queue read reader readonly recorder recycle register remote replica replicas request
    requests reset result results retries retry return return_ rollback root row run runtime sa scheduler schema
    scoped seconds section select self server service services session sessionmaker sessions set setdefault
    setting settings setup shop size slave sleep socket sql sqlalchemy sqlalchemystore stale start state static
    store str string strip superset sync task tasks test testing text thread threads time timeout tls to
    tortoise track tries true try ttl tuple type unix update uri url use user utf utf8 utf8mb4 uwsgi value
    values variable variables version wait web with worker workers write writer wsgi yes
    auth key passwd password pwd secret token
"""
_VOCABULARY = frozenset(_WORDS.split()) | {name.lower() for name in CLASSES | MYSQL_DIALECTS}
_SECRET = re.compile(r"pass|pwd|secret|token|credential|auth(?!or)|key(?!word)|salt|private", re.IGNORECASE)
_URL = re.compile(r"[\w+.\-]*:/[^\s\"'<>]*")
_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}"
_KEY = re.compile(rf"(?P<name>{_NAME})[\"'\]]*(?:\s*:\s*[a-z]{{1,10}})?\s*[:=]\s*$")
_NUMBER = r"\d[\d_]*(?:\.\d+)?"
_SUM = re.compile(rf"(?P<name>{_NAME})[\"'\]]*(?:\s*:\s*[a-z]{{1,10}})?\s*[:=]\s*\(?(?:{_NUMBER}\s*[-+*/]\s*)*[-+(]?$")
_TOKEN = re.compile(
    rf"(?P<number>{_NUMBER}(?!\w))|(?P<word>\w+)|(?P<sign>[-+*/](?=\s\d))|(?P<space>\s+)|(?P<other>.)", re.DOTALL
)
_SHOWN_SIGNS = frozenset("()[]{},:=.-#\"'")
_REST_OF_NAME = re.compile(r"\w*[\"'\]]*\s*[:=]?")
_LITERAL = re.compile(rf"(?P<quote>[\"']?)(?P<text>[-+]?{_NUMBER}|[A-Za-z_][A-Za-z_0-9.]{{0,63}})(?P=quote)")
_MASKS = re.compile(r"\*\*\*(?:[^\w\s]*\*\*\*| \*\*\*)+")


def excerpts_of(
    places: Iterable[Place], secrets: Iterable[Place], texts: Texts
) -> dict[tuple[str, int | None, int | None, int | None], Excerpt]:
    """Give the lines of places, by `Place.exact`; none for an option, a whole file, or one that is gone.

    What stands at one of the `secrets` is not shown either.
    """
    hidden = {place.exact for place in secrets}
    found = {}
    for place in places:
        line = texts.line(place.file, place.line) if place.line is not None else None
        if line is not None and place.exact not in found:
            found[place.exact] = excerpt(line, place.column, place.end_column, is_secret=place.exact in hidden)
    return found


def excerpt(line: str, column: int | None = None, end_column: int | None = None, *, is_secret: bool = False) -> Excerpt:
    """Make a line fit to be shown, and say where in it the value at these columns (from 1) now stands."""
    line = line[:LONGEST_LINE]
    if column is None or end_column is None or not 1 <= column < end_column <= len(line) + 1:
        return Excerpt(_end_cut(_shown(line)).rstrip())
    start, end = column - 1, end_column - 1
    before, after = line[:start], line[end:]
    value = _value(line[start:end], is_secret=is_secret)
    return _cut(_shown(before, key=_key_of(before)), value, _shown(after, said=before))


def is_harmless(line: str) -> bool:
    """Whether nothing of a line would be hidden."""
    return len(line) <= LONGEST_LINE and _shown(line, tabs=False) == line


def _value(text: str, *, is_secret: bool) -> str:
    match = _LITERAL.fullmatch(text)
    if match is None or is_secret:
        return HIDDEN
    word = match["text"]
    known = not word[0].isalpha() or all(part.lower() in _VOCABULARY for part in word.split("."))
    return text if known else HIDDEN


class _Key(NamedTuple):
    """Where the name begins to which the marked value is given."""

    start: int


def _key_of(before: str) -> _Key | None:
    match = _KEY.search(before)
    return _Key(match.start()) if match is not None and not _SECRET.search(match["name"]) else None


def _shown(line: str, *, key: _Key | None = None, said: str = "", tabs: bool = True) -> str:
    """Show a part of a line; `said` is what stands before it, which may have named a secret."""
    limit = key.start if key is not None else len(line)
    zones = [match.span() for match in _URL.finditer(line)]
    secret = _SECRET.search(line)
    if _SECRET.search(said) is not None:
        zones.append((0, len(line)))
    elif secret is not None:
        zones.append((_name_end(line, secret.end()), max(limit, secret.end()) if key is not None else len(line)))
    text = "".join(_pieces(line, zones, tabs=tabs))
    return _MASKS.sub(HIDDEN, text)


def _name_end(line: str, position: int) -> int:
    """Give where a name ends that a position is in, and the sign after it by which something is given to it."""
    match = _REST_OF_NAME.match(line, position)
    return match.end() if match is not None else position


def _pieces(line: str, zones: list[tuple[int, int]], *, tabs: bool) -> Iterator[str]:
    for match in _TOKEN.finditer(line):
        if match["space"] is not None:
            yield "".join(_space(one, tabs=tabs) for one in match[0])
        elif any(start < match.end() and match.start() < end for start, end in zones):
            yield HIDDEN
        elif match["number"] is not None:
            yield match[0] if _is_given(line[: match.start()]) else HIDDEN
        elif match["word"] is not None:
            yield "_".join(_part(part) for part in match[0].split("_"))
        elif match["sign"] is not None:
            yield match[0] if _is_given(line[: match.start()].rstrip() + "*") else HIDDEN
        else:
            yield _sign(match[0])


def _space(character: str, *, tabs: bool) -> str:
    if character == "\t":
        return "    " if tabs else character
    return character if character == " " else _escaped(character)


def _sign(character: str) -> str:
    if character in _SHOWN_SIGNS:
        return character
    return HIDDEN if character.isprintable() else _escaped(character)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _part(part: str) -> str:
    return part if not part or part.lower() in _VOCABULARY else HIDDEN


def _is_given(before: str) -> bool:
    """Whether a known name is given the number that follows, alone or in a sum or product of numbers."""
    match = _SUM.search(before[-200:])
    if match is None or _SECRET.search(match["name"]):
        return False
    return all(part.lower() in _VOCABULARY for part in re.split(r"[_.\-]+", match["name"]) if part)


def _end_cut(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + _CUT


def _cut(before: str, value: str, after: str) -> Excerpt:
    """Put a line together so that the value is in it, however long the line is."""
    if len(before) > BEFORE:
        before = _CUT + before[-(BEFORE - 1) :]
    start, end = len(before), len(before) + len(value)
    text = _end_cut(before + value + after) if end < WIDEST else before + value
    return Excerpt(text.rstrip(), start, end)
