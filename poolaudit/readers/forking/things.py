"""What the values of a program are, as far as a fork can matter to them: engines, and what may come to one."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from poolaudit.facts.setting import Place
from poolaudit.readers.python.module import Module

Key: TypeAlias = Place | str
"""An engine: where it is made, or FLASK."""
FLASK = "flask-sqlalchemy"
"""The engines that Flask-SQLAlchemy makes of an application's settings: which of them is used is not told apart."""

SESSIONS, CONNECTION, QUERY, METADATA, MODEL, DATABASE = range(6)
"""What is bound to an engine: a session or what makes some, a connection, a query, a MetaData, a class of
Flask-SQLAlchemy's, and its `db`."""


@dataclass(frozen=True)
class Engine:
    """An engine; its pool, or several of the kind, count as the engine."""

    key: Key


@dataclass(eq=False)
class Bound:
    """What uses engines when it is used; `engines` may be told later, as with `sessionmaker.configure`."""

    kind: int
    engines: set[Key] = field(default_factory=set)


@dataclass(eq=False)
class Frame:
    """Names with their values: of a module, a class or a function that runs."""

    module: Module
    names: dict[str, "Value"] = field(default_factory=dict)
    around: "Frame | None" = None
    is_class: bool = False
    module_wide: set[str] = field(default_factory=set)
    returned: "Value" = None

    @property
    def top(self) -> "Frame":
        """The module's own."""
        frame = self
        while frame.around is not None:
            frame = frame.around
        return frame

    def find(self, name: str) -> "Value":
        """Look a name up as Python does; what is bound nowhere is a builtin, or nothing that is known."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.around
        return External(f"builtins.{name}")

    def bind(self, name: str, value: "Value") -> None:
        """Give a name its value."""
        (self.top if name in self.module_wide else self).names[name] = value


@dataclass(eq=False)
class Code:
    """A function, with the object that it is a method of."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    frame: Frame
    owner: "Value" = None

    @property
    def is_property(self) -> bool:
        """Whether its name alone runs it."""
        return any("property" in ast.unparse(one) for one in getattr(self.node, "decorator_list", ()))


@dataclass(eq=False)
class Class:
    """A class of the application's own."""

    frame: Frame
    bases: tuple["Value", ...]

    def find(self, name: str) -> "Value":
        """Look an attribute up, in the bases as well."""
        if name in self.frame.names:
            return self.frame.names[name]
        for base in self.bases:
            found = base.find(name) if isinstance(base, Class) else None
            if found is not None:
                return found
        return None

    def roots(self) -> Iterator["Value"]:
        """Give the bases that are none of the application's own classes."""
        for base in self.bases:
            if isinstance(base, Class):
                yield from base.roots()
            else:
                yield base


@dataclass(eq=False)
class Instance:
    """An object of a class of the application's own, or of a class that derives from multiprocessing's Process."""

    of: Class
    attributes: dict[str, "Value"] = field(default_factory=dict)


@dataclass(frozen=True)
class External:
    """A name of another package's (`multiprocessing.Pool`), or a builtin's."""

    name: str


@dataclass(eq=False)
class Loaded:
    """A module of the application's own."""

    frame: Frame


@dataclass(eq=False)
class Method:
    """A method of something that is no class of the application's."""

    owner: "Value"
    name: str


@dataclass(eq=False)
class Items:
    """A tuple or list."""

    values: tuple["Value", ...]


@dataclass(frozen=True)
class Context:
    """What multiprocessing.get_context gives; `method` is None where it is the platform's own."""

    method: str | None


@dataclass(eq=False)
class Workers:
    """What starts processes: a Process, a Pool or a ProcessPoolExecutor.

    `opened` are the engines that have a connection open when they are started, None before they are.
    """

    method: str | None
    begins: tuple["Work", ...]
    place: Place
    opened: "dict[Key, Opened] | None" = None
    is_pool: bool = True


class Work(NamedTuple):
    """What is run, and with what."""

    run: "Value"
    arguments: "tuple[Value, ...]" = ()


class Opened(NamedTuple):
    """Where an engine opens a connection; `doubt` says why that is not certain."""

    place: Place
    doubt: str | None = None


@dataclass(eq=False)
class Partial:
    """What functools.partial makes."""

    run: "Value"
    arguments: "tuple[Value, ...]"
    keywords: "dict[str, Value]"


@dataclass(frozen=True)
class Text:
    """A text or number that stands in the program."""

    said: object


Thing: TypeAlias = (
    Engine | Bound | Code | Class | Instance | External | Loaded | Method | Items | Context | Workers | Partial | Text
)
Value: TypeAlias = Thing | None
"""None is anything else, and what is not known."""


Arguments: TypeAlias = tuple[Value, ...]
Keywords: TypeAlias = dict[str, Value]


def engines_of(value: Value) -> frozenset[Key]:
    """Give the engines that a value uses when it is used."""
    if isinstance(value, Engine):
        return frozenset({value.key})
    if isinstance(value, Method):
        return engines_of(value.owner)
    if isinstance(value, Partial):
        return engines_of(value.run)
    return frozenset(value.engines) if isinstance(value, Bound) else frozenset()
