"""A Python file's names, classes and calls as located values, worked out from its syntax tree without running it."""

import ast
import warnings
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import TypeAlias

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.formats.bounds import LARGEST_PYTHON_CHARACTERS, too_large
from poolaudit.readers.located import Located, Table
from poolaudit.readers.python.class_attributes import class_attributes
from poolaudit.readers.python.classes import bases_of
from poolaudit.readers.python.fields import class_kind
from poolaudit.readers.python.names import Names, Scope, names_of
from poolaudit.readers.python.settings import variables_read
from poolaudit.readers.python.values import Values

Resolve: TypeAlias = Callable[[str, str], "Module | None"]
VariablesOf: TypeAlias = Callable[[str, str], Mapping[str, Located]]
_PYTHON_2 = (
    "Missing parentheses in call to 'print'",
    "Missing parentheses in call to 'exec'",
    "multiple exception types",
)


@dataclass(frozen=True)
class Call:
    """A call as it stands.

    `callee` is the full name of what is called as far as imports tell (`sqlalchemy.create_engine`), else as written.
    `target` is the name, attribute or key that its result is given to ("" where none), `function` the function or
    method that it stands in, with its class ("" at module level). `keywords` hold what `**options` bring in too; where
    that cannot be known `rest` says why, and any keyword that is not said is then unknown, not a default.
    """

    callee: str
    place: Place
    node: ast.Call
    target: str
    function: str
    arguments: tuple[Located, ...]
    keywords: Table
    rest: Located | None = None

    @property
    def left_open(self) -> Located | None:
        """What any keyword is that is not said, because `**options` may say it; None where all are known."""
        if self.rest is None:
            return None
        why = f"{self.rest.why_unknown or 'options that cannot be known'}, handed on as **options"
        return Located(None, self.rest.place, unknown=why)


@dataclass
class Module:
    """One file. What cannot be known without running it is an unknown value that says why.

    `resolve` gives the module that a file imports by a name, None where it is none of the application's own;
    `environment` the environment variables that are known for the application, `variables_of` those of a file that it
    names. Raises CannotAuditError with the line
    where the text is not Python 3.
    """

    path: str
    text: str
    resolve: Resolve = field(default=lambda _name, _path: None, repr=False)
    environment: Mapping[str, Located] = field(default_factory=dict)
    variables_of: VariablesOf = field(default=lambda _name, _path: {}, repr=False)

    def __post_init__(self) -> None:
        """Parse the text."""
        self.tree = _parsed(self.text, self.path)
        self.lines = self.text.split("\n") if not self.text.isascii() else ()
        self.names: Names = names_of(self.tree)
        self.values = Values(self)
        self._table: dict[str, Located] | None = None
        self._classes: dict[str, Table] | None = None

    def within(self, environment: Mapping[str, Located], resolve: Resolve, variables_of: VariablesOf) -> "Module":
        """Give the same file in another environment, among other files; it is not parsed again."""
        other = copy(self)
        other.environment, other.resolve, other.variables_of = environment, resolve, variables_of
        other.values = Values(other)
        other._table = other._classes = None  # noqa: SLF001 - its own
        return other

    def place(self, node: ast.AST) -> Place:
        """Give where a node stands: its first line, with its columns where it ends there."""
        line, column, end = _span(node)
        if end is None:
            return Place(self.path, line)
        if self.lines:  # ast counts bytes of UTF-8
            text = self.lines[line - 1].encode("utf-8", "surrogatepass") if line <= len(self.lines) else b""
            column, end = (len(text[:offset].decode("utf-8", "replace")) for offset in (column, end))
        return Place(self.path, line, column + 1, end + 1)

    def line_of(self, node: ast.AST) -> Place:
        """Give the line of a node, without columns: nothing there can be replaced as it is."""
        return Place(self.path, _span(node)[0])

    @property
    def table(self) -> Table:
        """The names of the module's top level with what they are in the end; those that are imported left out."""
        if self._table is None:
            self._table = {name: self.values.name(name, self.names.top) for name in self.names.top.bindings}
        return self._table

    @property
    def classes(self) -> Mapping[str, Table]:
        """Each class's attributes, inherited ones among them."""
        if self._classes is None:
            self._classes = {name: class_attributes(self.values, name) for name in self.names.classes}
        return self._classes

    def settings_variables(self) -> Iterator[str]:
        """Give the environment variables that its classes of pydantic's settings read, in capitals."""
        for name in self.names.classes:
            kind = class_kind(self.values, name)
            if kind is not None and kind.is_settings:
                yield from variables_read(self.values, name)

    def bases(self, name: str) -> tuple[str, ...]:
        """Give the full names of a class's bases, and of theirs as far as they can be followed."""
        return bases_of(self.values, name)

    def full_name(self, node: ast.expr) -> str:
        """Give the full name of what a name or attribute means as far as imports tell, "" where it is neither."""
        return self.names.full_name(node)

    def value(self, node: ast.expr, scope: Scope | None = None) -> Located:
        """Work an expression out."""
        return self.values.of(node, scope or self.names.top)

    def calls(self, *names: str) -> Iterator[Call]:
        """Give the calls of any of these full names (`sqlalchemy.create_engine`), wherever they stand, in order.

        A name that was imported from elsewhere (`from db import create_engine`) matches by its last part alone where
        its import leads to none of the application's own modules that says otherwise.
        """
        for site in self.names.calls_of(*(name.rpartition(".")[2] for name in names)):
            callee = self.full_name(site.node.func)
            if callee in names or self._is_handed_on(callee, names):
                yield self._call(callee, site.node, site.target, site.scope)

    def _is_handed_on(self, callee: str, names: tuple[str, ...]) -> bool:
        """Whether a name of another module's is one of the wanted ones, which that module imports itself."""
        wanted = {name for name in names if name.rpartition(".")[2] == callee.rpartition(".")[2]}
        root = callee.partition(".")[0]
        if any(name.partition(".")[0] == root for name in wanted) and "." in callee:
            return True  # sqlalchemy.engine.create_engine and its like
        module, _, last = callee.rpartition(".")
        other = self.resolve(module, self.path) if module else None
        return other is not None and other.names.imports.get(last) in wanted

    def _call(self, callee: str, node: ast.Call, target: str, scope: Scope) -> Call:
        keywords, rest = self.values.keywords(node, scope)
        return Call(
            callee=callee,
            place=self.line_of(node),
            node=node,
            target=target,
            function=scope.name,
            arguments=tuple(self.value(one, scope) for one in node.args if not isinstance(one, ast.Starred)),
            keywords=keywords,
            rest=rest,
        )


def _span(node: ast.AST) -> tuple[int, int, int | None]:
    line: int = getattr(node, "lineno", 1)
    column: int = getattr(node, "col_offset", 0)
    is_one_line = getattr(node, "end_lineno", None) == line
    return line, column, getattr(node, "end_col_offset", None) if is_one_line else None


def _parsed(text: str, path: str) -> ast.Module:
    if len(text) > LARGEST_PYTHON_CHARACTERS:
        raise too_large(path, LARGEST_PYTHON_CHARACTERS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        where = f"{path}:{error.lineno}" if error.lineno else path
        if "{{" in text or "{%" in text:
            raise CannotAuditError(f"{where}: this is a template, not Python that can be read") from None
        if any(sign in (error.msg or "") for sign in _PYTHON_2):
            raise CannotAuditError(f"{where}: this is Python 2, which is not read") from None
        raise CannotAuditError(f"{where}: this is not Python 3 that can be read") from None
    except (ValueError, RecursionError, MemoryError):
        raise CannotAuditError(f"{path}: this is not Python that can be read") from None
