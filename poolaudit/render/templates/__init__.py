"""The templates of pages and mails, and what fills them in: whatever is put into one is escaped."""

from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from poolaudit.render.sections import cut
from poolaudit.render.shape import ClientRow, FindingRow, OverviewRow, Verdict
from poolaudit.render.verdict import OK, shortened

# What a client's sessions do, in the order in which bars and legends show it, and in the words of both.
USES = (("running", "running"), ("pooled", "idle in pool"), ("held", "held"), ("unknown", "unknown"))


class Share(NamedTuple):
    """A piece of a bar: its class, its words, its number and its width in hundredths."""

    name: str
    words: str
    number: int
    percent: float


def filled(template: str, **words: Any) -> str:  # noqa: ANN401 - whatever a template is about
    """Fill a template in; a name that it asks for and is not given is a fault."""
    return _environment().get_template(template).render(**words)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("poolaudit.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"cut": cut, "shortened": shortened}
    made.globals |= {"kind_of": kind_of, "excerpt_of": excerpt_of, "shares_of": shares_of}
    return made


def kind_of(verdict: Verdict | OverviewRow) -> str:
    """Give the class of a verdict: a severity's word, or ok."""
    if verdict.severity is not None and verdict.word != OK:
        return verdict.severity.word
    return "ok" if verdict.word == OK else "warning"


def shares_of(row: ClientRow, most: int) -> list[Share]:
    """Give the pieces of a client's bar that are not nothing."""
    pieces = ((name, words, getattr(row, name)) for name, words in USES)
    return [Share(name, words, number, number / most * 100) for name, words, number in pieces if number]


def excerpt_of(row: FindingRow) -> tuple[str, str, str] | None:
    """Give a finding's line as what stands before, in and after the value; None where there is none."""
    if row.excerpt is None:
        return None
    text, start, end = row.excerpt.text, row.excerpt.start, row.excerpt.end
    return text[:start], text[start:end], text[end:]
