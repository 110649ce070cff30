"""A Python file's names, classes and calls as located values, worked out from its syntax tree without running it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from poolaudit.facts.pool import Place
from poolaudit.readers.located import Located, Table


@dataclass(frozen=True)
class Call:
    """A call as it stands.

    `callee` is the full name of what is called as far as imports tell (`sqlalchemy.create_engine`), else as written.
    `target` is the name, attribute or key that its result is given to ("" where none), `function` the function or
    method that it stands in ("" at module level). `keywords` hold what `**options` bring in too; where that cannot be
    known `rest` says why, and any keyword that is not said is then unknown, not a default.
    """

    callee: str
    place: Place
    node: ast.Call
    target: str
    function: str
    arguments: tuple[Located, ...]
    keywords: Table
    rest: Located | None = None


class Module:
    """One file. What cannot be known without running it is an unknown value that says why."""

    def __init__(self, path: str, text: str) -> None:
        """Parse a file; CannotAuditError with its line where it is not Python 3."""
        self.path = path
        self.tree = ast.parse(text)

    @property
    def table(self) -> Table:
        """The names of the module's top level with what they are in the end."""
        raise NotImplementedError

    @property
    def classes(self) -> Mapping[str, Table]:
        """Each class's attributes, inherited ones among them."""
        raise NotImplementedError

    def calls(self, *names: str) -> Iterator[Call]:
        """Give the calls of any of these full names (`sqlalchemy.create_engine`), wherever they stand, in order.

        A name that was imported some other way (`from db import create_engine`) matches by its last part alone where
        its import cannot be followed.
        """
        raise NotImplementedError
