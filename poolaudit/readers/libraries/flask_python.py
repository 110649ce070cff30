"""Flask-SQLAlchemy's keys in Python: configuration modules and classes, and what an application sets itself.

    class Config:                                   config.py:Config, if it is complete
        SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 5}
    app.config["SQLALCHEMY_DATABASE_URI"] = "…"     app.py, or app.py:create_app
    app.config.from_mapping(SQLALCHEMY_POOL_SIZE=5)
    db = SQLAlchemy(engine_options={…})             beside them or in a file near them, else extensions.py:db

A class that others inherit from, and that names no database while they do, is no pool of its own; of classes that say
the same, the first is the pool.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from poolaudit.readers.document import Document
from poolaudit.readers.engine import Engine
from poolaudit.readers.libraries.flask import BINDS, FLASK_WORDS, KEYS, OPTIONS, URI, Keys, named_engines
from poolaudit.readers.libraries.flask_extension import Extension, extension_for, extension_in, extensions_near
from poolaudit.readers.libraries.superset import is_superset
from poolaudit.readers.located import Located, Table
from poolaudit.readers.project import Project
from poolaudit.readers.python.module import Module
from poolaudit.readers.python.names import Scope

_ALL_KEYS = (*FLASK_WORDS, BINDS)
_POOL_KEYS = (*KEYS.values(), OPTIONS)
_NEIGHBOURS = (".app", ".main", ".factory", ".extensions", ".database", ".db", "app", "main", "wsgi", "application")
"""Where an application that maps the old keys itself is likely to do so."""
_LATER = ("from_object", "from_pyfile", "from_envvar", "from_file", "from_prefixed_env")


def knows(document: Document) -> bool:
    """Whether it is Python with one of the keys, or the extension with options; Superset's is read elsewhere."""
    if document.module is None or is_superset(document):
        return False
    return any(key in document.text for key in _ALL_KEYS) or (
        "flask_sqlalchemy" in document.text and "engine_options" in document.text
    )


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engines of the file's configurations."""
    module = document.module
    assert module is not None  # noqa: S101 - as knows() says
    version = project.version("flask-sqlalchemy", document.path)
    found = list(_configurations(module))
    extension = extension_for(module, project) if found else _extension_alone(module, project)
    if not found and extension is not None:
        found = [Keys({}, name=extension.name)]
    for keys in found:
        one = keys._replace(
            options=extension.options if extension is not None else None,
            is_mapped=keys.is_mapped or _is_mapped(module, keys, project),
        )
        for engine in named_engines(one, version, document):
            yield engine._replace(place=engine.place or (extension.place if extension is not None else None))


def _extension_alone(module: Module, project: Project) -> Extension | None:
    """Give an object with options that no configuration of the project goes with: it is all there is of its engine."""
    extension = extension_in(module)
    if extension is None or not extension.options:
        return None
    others = {one.path: one for key in _ALL_KEYS for one in project.modules_with(key) if one.path != module.path}
    keys = (one for one in others.values() if any(True for _ in _configurations(one)))
    is_taken = any(extension.place == near.place for one in keys for near in extensions_near(one, project))
    return None if is_taken else extension


def _configurations(module: Module) -> Iterator[Keys]:
    if _has_keys(module.table):
        yield Keys(_own(module.table))
    yield from _classes(module)
    for name, table in _set_by_applications(module):
        yield Keys(table, name=name)


def _has_keys(table: Table) -> bool:
    return any(key in table for key in _ALL_KEYS)


def _own(table: Table) -> Table:
    return {key: found for key, found in table.items() if key.isupper()}


def _classes(module: Module) -> Iterator[Keys]:
    tables = {name: _own(table) for name, table in module.classes.items() if _has_keys(table)}
    seen: list[Table] = []
    for name, table in tables.items():
        if _is_abstract(module, name, tables):
            continue
        said = {key: found for key, found in table.items() if key in _ALL_KEYS}
        if said not in seen:
            seen.append(said)
            yield Keys(table, name=name)


def _is_abstract(module: Module, name: str, tables: dict[str, Table]) -> bool:
    """Whether a class only serves others as a base: it names no database, and one that inherits from it does."""
    if URI in tables[name] and tables[name][URI].value is not None:
        return False
    if URI in tables[name] and tables[name][URI].why_unknown is not None:
        return False
    heirs = [one for one in tables if any(base.rpartition(".")[2] == name for base in module.bases(one))]
    return any(URI in tables[heir] for heir in heirs)


def _is_mapped(module: Module, keys: Keys, project: Project) -> bool:
    """Whether the application puts the old keys into the options itself, in this file or one beside it."""
    old = [key for key in KEYS.values() if key in keys.table]
    if not old or keys.table.get(OPTIONS) is not None:
        return False
    package = module.path.rpartition("/")[0].rpartition("/")[2]
    names = (*_NEIGHBOURS, *((package,) if package else ()))
    others = [project.module(name, module.path) for name in names]
    return any(_maps(other, old) for other in (module, *others) if other is not None)


def _maps(module: Module, old: list[str]) -> bool:
    """Whether a file reads an old key (`config["SQLALCHEMY_POOL_SIZE"]`) and sets the options."""
    if OPTIONS not in module.text:
        return False
    read = {node.value for node in ast.walk(module.tree) if isinstance(node, ast.Constant) and node.value in old} & set(
        old
    )
    return bool(read) and module.text.count(OPTIONS) > 0 and any(_is_read(module, key) for key in read)


def _is_read(module: Module, key: str) -> bool:
    for node in ast.walk(module.tree):
        match node:
            case ast.Subscript(slice=ast.Constant(value=text), ctx=ast.Load()) if text == key:
                return True
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=text), *_]) if text == key:
                return True
            case _:
                pass
    return False


@dataclass
class _Config:
    """What one function, or a module's top level, sets in an application's config.

    `has_more` is whether it loads others' settings too, `maps_others` whether it reads what those have said.
    """

    module: Module
    scope: Scope
    table: dict[str, Located] = field(default_factory=dict)
    has_more: bool = False
    maps_others: bool = False

    def statements(self, body: list[ast.stmt], *, is_conditional: bool) -> None:
        """Take in statements in their order."""
        for node in body:
            self._statement(node, is_conditional=is_conditional)

    def _statement(self, node: ast.stmt, *, is_conditional: bool) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value, is_conditional=is_conditional)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=attr)) as call) if _is_config(owner):
                self._call(call, attr, is_conditional=is_conditional)
            case _:
                pass
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                self.statements(inner, is_conditional=is_conditional or not isinstance(node, (ast.With, ast.Try)))

    def _assign(self, target: ast.expr, value: ast.expr, *, is_conditional: bool) -> None:
        match target:
            case ast.Subscript(value=owner, slice=ast.Constant(value=str(key))) if _is_config(owner):
                self._set(key, self._value(value), is_conditional=is_conditional)
            case _:
                pass

    def _call(self, call: ast.Call, attr: str, *, is_conditional: bool) -> None:
        if attr in {"update", "from_mapping"}:
            keywords, _ = self.module.values.keywords(call, self.scope)
            given = [self._value(one) for one in call.args]
            for table in (*(one.table for one in given), keywords):
                for key, found in table.items():
                    self._set(key, found, is_conditional=is_conditional)
        elif attr == "setdefault" and len(call.args) > 1:
            name = self.module.value(call.args[0], self.scope).value
            if isinstance(name, str) and name not in self.table:
                self._set(name, self._value(call.args[1]), is_conditional=is_conditional)
        elif attr in _LATER:
            self.has_more = True

    def _set(self, key: str, found: Located, *, is_conditional: bool) -> None:
        before = self.table.get(key)
        if is_conditional and (before is not None or found.why_unknown is not None) and before != found:
            found = Located(None, found.place, unknown=f"{key} is set under a condition")
        self.table[key] = found

    def _value(self, node: ast.expr) -> Located:
        """Work a value out; one that reads another key of the config is that key's."""
        read = _key_read(node)
        if read is not None and read in self.table:
            return self.table[read]
        self.maps_others |= read is not None
        if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            inner = {str(key): self._value(value) for key, value in zip(keys, node.values, strict=True)}
            return Located(inner, self.module.line_of(node))
        return self.module.value(node, self.scope)


def _is_config(node: ast.expr) -> bool:
    """Whether an expression is an application's config: `app.config`, `self.app.config`, `current_app.config`."""
    return isinstance(node, ast.Attribute) and node.attr == "config"


def _key_read(node: ast.expr) -> str | None:
    match node:
        case ast.Subscript(value=owner, slice=ast.Constant(value=str(key))) if _is_config(owner):
            return key
        case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[ast.Constant(value=str(key)), *_]) if (
            _is_config(owner)
        ):
            return key
        case _:
            return None


def _set_by_applications(module: Module) -> Iterator[tuple[str, Table]]:
    """Give what the top level and each function sets in a config, by the function's name."""
    if ".config" not in module.text:
        return
    scopes = [("", module.names.top, module.tree.body)]
    for name, scope in module.names.functions.items():
        if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            scopes.append((name, scope, scope.node.body))
    for name, scope, body in scopes:
        config = _Config(module, scope)
        config.statements(body, is_conditional=False)
        wanted = _POOL_KEYS if config.has_more else _ALL_KEYS
        if any(key in config.table for key in wanted) and not (config.has_more and config.maps_others):
            yield name, config.table
