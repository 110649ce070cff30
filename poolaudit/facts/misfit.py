"""What was said of a pool and does not belong where it stands."""

from typing import NamedTuple

from poolaudit.facts.setting import Place


class Misfit(NamedTuple):
    """Something that was said and does not belong where it stands.

    `kind` is one of the constants below; `option` is SQLAlchemy's name of what is meant, `word` how the application
    writes what it says, `said` the value where that is a number or null (never a text: it may be a password).
    `in_force` names what is in force instead, where something else is. `is_sure` is whether it does not belong whatever
    is not said: a version, or what the application itself reads.
    """

    kind: str
    option: str
    word: str
    place: Place | None = None
    said: str = ""
    in_force: str = ""
    is_sure: bool = True


REFUSED = "refused"
"""An option that the pool's class does not take."""
UNKNOWN_OPTION = "unknown option"
"""A word that goes to SQLAlchemy, which does not know it."""
UNREAD = "unread"
"""A word that nothing reads: nearly an option, or one that the framework reads no more."""
NO_NUMBER = "no number"
"""A text or null where SQLAlchemy counts on a number."""
TEXT_WHEN_SET = "text when set"
"""A number that is a text as soon as the environment variable `in_force` is set."""
CLASS_AS_TEXT = "class as text"
"""A pool's class in quotes where SQLAlchemy wants the class itself."""
REFUSED_VALUE = "refused value"
"""A text that the library `in_force` refuses at start: it is no number, or none of the words that it takes."""
FALSE_AS_TEXT = "false as text"
"""A text that says no, which is true to SQLAlchemy."""
SECRET = "secret"  # noqa: S105 - the name of a kind, no password
"""A password in clear."""
