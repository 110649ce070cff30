"""Words as sqlalchemy.engine_from_config reads them, which Paste, Pyramid, Alembic and Flask-SQLAlchemy 3 call.

Found by running SQLAlchemy 1.4.54, 2.0.51 and 2.1.9: int() makes numbers of pool_size, max_overflow, pool_recycle and
pool_timeout; every other text goes to create_engine as it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from poolaudit.facts.misfit import FALSE_AS_TEXT, REFUSED_VALUE, Misfit
from poolaudit.readers.located import Located, Symbol, Table
from poolaudit.readers.texts import FALSE_WORDS, as_numbers

READER = "engine_from_config"
_RESETS = frozenset({"rollback", "commit", "none"})
_MAPPINGS = ("connect_args", "execution_options")
_TRUTHY = "a text, which SQLAlchemy takes for true whatever it says"


def from_config(words: Table, name: Callable[[str], str]) -> tuple[dict[str, Located], tuple[Misfit, ...]]:
    """Give the words as they get to create_engine, and what of them is refused, or is not what it says.

    `name` gives how the application writes a word.
    """
    taken, refused = as_numbers(words, name, READER)
    misfits = (*refused, *_misfits(words, name))
    ping = words.get("pool_pre_ping")
    if ping is not None and _is_text(ping):
        value = bool(ping.value)
        taken["pool_pre_ping"] = replace(ping, value=value, note=_TRUTHY if value else "an empty text, which is false")
    for misfit in misfits:
        if misfit.kind == REFUSED_VALUE and misfit.option == "pool_reset_on_return":
            taken[misfit.option] = replace(taken[misfit.option], value=None, unknown="its text is refused at start")
    return taken, misfits


def _is_text(found: Located) -> bool:
    return isinstance(found.value, str) and not isinstance(found.value, Symbol) and found.why_unknown is None


def _misfits(words: Table, name: Callable[[str], str]) -> Iterator[Misfit]:
    for word, found in words.items():
        if not _is_text(found):
            continue
        text = str(found.value)
        if word == "pool_pre_ping" and text.strip().lower() in FALSE_WORDS:
            yield Misfit(FALSE_AS_TEXT, word, name(word), found.place, in_force=READER)
        if word in _MAPPINGS or (word == "pool_reset_on_return" and text not in _RESETS):
            yield Misfit(REFUSED_VALUE, word, name(word), found.place, in_force=READER)
