"""What an application says beside its pool's settings, or in a way that is not in force: seen here, judged by rules.

SQLAlchemy's part was found by running 1.1 to 2.1: which class of pool takes which option, and which words it refuses.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from poolaudit.facts.misfit import (
    CLASS_AS_TEXT,
    FALSE_AS_TEXT,
    NO_NUMBER,
    REFUSED,
    SECRET,
    TEXT_WHEN_SET,
    UNKNOWN_OPTION,
    UNREAD,
    Misfit,
)
from poolaudit.facts.pool import QUEUES
from poolaudit.facts.setting import Setting, as_yaml
from poolaudit.readers.located import FILLED_IN, Located, Symbol, Table
from poolaudit.readers.settings import AS_TEXT, NotReadableError, any_number
from poolaudit.readers.url import password_in

SIZES = ("pool_size", "max_overflow", "pool_timeout")
POOL_WORDS = (
    *SIZES,
    "pool_recycle",
    "pool_pre_ping",
    "pool_reset_on_return",
    "pool_use_lifo",
    "poolclass",
)
_HANDED_ON = frozenset({"connect_args", "creator", "echo", "execution_options", "future", "url", "isolation_level"}) | {
    *POOL_WORDS
}
OTHER_WORDS = ("url", "isolation_level")
NUMBERS = (*SIZES, "pool_recycle")
OF_QUEUES = (*SIZES, "pool_use_lifo")
PASSWORDS = ("password", "passwd", "db_password")
_OTHERS_WORD = r"min|max_?(pool_?)?size|_max$|name"
_UNPREFIXED = {
    "recycle": "pool_recycle",
    "pre_ping": "pool_pre_ping",
    "reset_on_return": "pool_reset_on_return",
    "use_lifo": "pool_use_lifo",
}
_UNPREFIXED_IN_OPTIONS = {"size": "pool_size", "timeout": "pool_timeout", **_UNPREFIXED}
_LIKE_A_WORD = r"(?i)pool|overflow|recycle|ping"
_STANDS_FOR_ONE = r"(?i)\*+|x+|<.*>|"
_NOS = frozenset({"false", "no", "off", "0", "n", "f"})


def near_misses(words: Table) -> dict[str, str]:
    """Give the words that are nearly one of SQLAlchemy's which is not said itself: written to meant."""
    strange = (word for word in words if re.search(_LIKE_A_WORD, word) and word not in (*POOL_WORDS, *OTHER_WORDS))
    nearest = ((word, _nearest(word)) for word in strange)
    return {word: meant for word, meant in nearest if meant is not None and meant not in words}


def _nearest(word: str) -> str | None:
    from difflib import get_close_matches  # noqa: PLC0415 - only where a word is strange

    return next(iter(get_close_matches(word, POOL_WORDS, n=1, cutoff=0.8)), None)


def misfits(words: Table, kind: Setting[str], name: Callable[[str], str], *, to_sqlalchemy: bool) -> Iterator[Misfit]:
    """Find what SQLAlchemy's words say that is not in force as it stands.

    `name` gives how the application writes a word; `to_sqlalchemy` is whether a framework hands all of them on.
    """
    yield from _refused_by_class(words, kind, name)
    yield from _strange(words, name, to_sqlalchemy=to_sqlalchemy)
    for misfit in numbers_as_text(words, name):
        yield misfit._replace(is_sure=to_sqlalchemy)
    yield from _false_as_text(words.get("pool_pre_ping"), name("pool_pre_ping"))
    if to_sqlalchemy:
        yield from _refused_by_name(words, kind, name)
        yield from _class_as_text(words.get("poolclass"), name("poolclass"))


def numbers_as_text(words: Table, name: Callable[[str], str]) -> Iterator[Misfit]:
    """Find texts and nulls where a number is counted with, and numbers that are a text once a variable is set."""
    for option in NUMBERS:
        yield from _no_number(option, words.get(option), name(option))


def _refused_by_name(words: Table, kind: Setting[str], name: Callable[[str], str]) -> Iterator[Misfit]:
    """Find words that nothing here knows and SQLAlchemy refuses; it is asked only where there is such a word."""
    meant = {*near_misses(words), *(word for word in words if word in _UNPREFIXED_IN_OPTIONS)}
    strange = [word for word in words if word not in _HANDED_ON and word not in meant]
    if not strange:
        return
    from poolaudit.readers.sqlalchemy_word import refused  # noqa: PLC0415 - only where a word is strange

    url = words.get("url")
    dialect = str(url.value).partition("://")[0] if url is not None else ""
    for word in sorted(refused(strange, dialect, kind.value if kind.is_known else None)):
        yield Misfit(UNKNOWN_OPTION, "", name(word), words[word].place)


def _class_as_text(found: Located | None, word: str) -> Iterator[Misfit]:
    if found is None or found.why_unknown is not None:
        return
    if isinstance(found.value, str) and not isinstance(found.value, Symbol):
        yield Misfit(CLASS_AS_TEXT, "poolclass", word, found.place)


def _refused_by_class(words: Table, kind: Setting[str], name: Callable[[str], str]) -> Iterator[Misfit]:
    if not kind.is_known or kind.value in QUEUES:
        return
    for option in OF_QUEUES:
        if option in words and not (option == "pool_size" and kind.value == "SingletonThreadPool"):
            yield Misfit(REFUSED, option, name(option), words[option].place, in_force=kind.value)


def _strange(words: Table, name: Callable[[str], str], *, to_sqlalchemy: bool) -> Iterator[Misfit]:
    kind = UNKNOWN_OPTION if to_sqlalchemy else UNREAD
    unprefixed = _UNPREFIXED_IN_OPTIONS if to_sqlalchemy else _UNPREFIXED
    meant_by = {word: unprefixed[word] for word in words if word in unprefixed and unprefixed[word] not in words}
    for word, meant in (near_misses(words) | meant_by).items():
        if to_sqlalchemy or not re.search(_OTHERS_WORD, word):
            yield Misfit(kind, meant, name(word), words[word].place, is_sure=to_sqlalchemy or word not in meant_by)


def _no_number(option: str, found: Located | None, word: str) -> Iterator[Misfit]:
    if found is None or found.why_unknown is not None:
        return
    if found.value is None and option != "pool_timeout":
        yield Misfit(NO_NUMBER, option, word, found.place, said="null")
    elif found.is_text_when_set and isinstance(found.value, (int, float)) and found.variable is not None:
        yield Misfit(TEXT_WHEN_SET, option, word, found.place, as_yaml(found.value), found.variable)
    elif found.variable is not None and not found.is_text_when_set:
        return  # a loader fills the text in, and makes a number of it
    elif isinstance(found.value, str):
        yield from _text(option, found, word)


def _text(option: str, found: Located, word: str) -> Iterator[Misfit]:
    try:
        number, note = any_number(found.value)
    except NotReadableError:
        return
    if note == AS_TEXT:
        yield Misfit(NO_NUMBER, option, word, found.place, said=as_yaml(number))


def _false_as_text(found: Located | None, word: str) -> Iterator[Misfit]:
    if found is not None and isinstance(found.value, str) and found.value.strip().lower() in _NOS:
        yield Misfit(FALSE_AS_TEXT, "pool_pre_ping", word, found.place)


def secrets(words: Mapping[str, Located], url_word: str) -> Iterator[Misfit]:
    """Find passwords in clear, beside the words or in their URL; none of them is repeated."""
    url = words.get("url")
    if url is not None and isinstance(url.value, str) and _in_clear(password_in(url.value)):
        yield Misfit(SECRET, "url", url_word, url.place)
    for word in PASSWORDS:
        found = words.get(word)
        if found is not None and isinstance(found.value, str) and _in_clear(found.value):
            yield Misfit(SECRET, "password", word, found.place)


def _in_clear(text: str) -> bool:
    return FILLED_IN.search(text) is None and re.fullmatch(_STANDS_FOR_ONE, text) is None
