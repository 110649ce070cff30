"""What libraries make of texts: an ini file and an environment hold nothing else."""

from collections.abc import Callable, Collection
from dataclasses import replace

from poolaudit.facts.misfit import REFUSED_VALUE, Misfit
from poolaudit.facts.setting import Place
from poolaudit.readers.located import LONGEST_SETTING, Located, Table, located
from poolaudit.readers.misfits import NUMBERS

NO_WHOLE_NUMBER = "its text is no whole number"
LONGEST_NUMBER = 20
TRUE_WORDS = frozenset({"true", "yes", "on", "1", "t", "y"})
FALSE_WORDS = frozenset({"false", "no", "off", "0", "f", "n"})


def as_number(found: Located) -> Located:
    """Take a text for what int() makes of it; unknown where that is nothing."""
    if found.why_unknown is not None or not isinstance(found.value, (str, float)) or isinstance(found.value, bool):
        return found
    number = _int(found.value)
    if number is None:
        return replace(found, value=None, unknown=NO_WHOLE_NUMBER)
    return replace(found, value=number, is_text_when_set=False)


def as_numbers(words: Table, name: Callable[[str], str], library: str) -> tuple[dict[str, Located], tuple[Misfit, ...]]:
    """Take the texts of all words that are numbers for such; give the words, and what the library refuses of them."""
    taken = {word: as_number(found) if word in NUMBERS else found for word, found in words.items()}
    refused = tuple(
        Misfit(REFUSED_VALUE, word, name(word), found.place, in_force=library)
        for word, found in taken.items()
        if found.unknown == NO_WHOLE_NUMBER and words[word].unknown is None
    )
    return taken, refused


def as_switch(
    found: Located, yes: Collection[str] = TRUE_WORDS, no: Collection[str] = FALSE_WORDS, note: str | None = None
) -> Located:
    """Take a text for true or false by words of a library's; unknown where it is none of them."""
    if found.why_unknown is not None or not isinstance(found.value, str):
        return found
    text = found.value.strip().lower()
    if text in yes or text in no:
        return replace(found, value=text in yes, note=note or found.note)
    return replace(found, value=None, unknown="its text is neither true nor false")


def as_json(found: Located) -> Located:
    """Take a text for JSON, all of it at the text's own line; unknown where it is none."""
    if found.why_unknown is not None or not isinstance(found.value, str):
        return found
    import json  # noqa: PLC0415 - few settings are texts of JSON

    try:
        data = json.loads(found.value) if len(found.value) <= LONGEST_SETTING else None
    except (ValueError, RecursionError):
        data = None
    if data is None:
        return replace(found, value=None, unknown="its text is no JSON")
    return at(located(data), found.place and found.place.without_columns)


def at(found: Located, place: Place | None) -> Located:
    """Give a value and all within it one place."""
    if isinstance(found.value, tuple):
        return replace(found, value=tuple(at(one, place) for one in found.value), place=place)
    if found.table:
        return replace(found, value={key: at(one, place) for key, one in found.table.items()}, place=place)
    return replace(found, place=place)


def _int(value: str | float) -> int | None:
    if isinstance(value, str) and len(value) > LONGEST_NUMBER:
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None
