"""What files are written in: one module a format, each giving located values or a Python module."""

from importlib import import_module

from poolaudit.readers.document import Document, Kind
from poolaudit.readers.located import Located

_TEMPLATE_ENDINGS = (".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".erb", ".sample", ".example", ".dist", ".template")
_KINDS = {
    ".yaml": Kind.YAML,
    ".yml": Kind.YAML,
    ".json": Kind.JSON,
    ".toml": Kind.TOML,
    ".ini": Kind.INI,
    ".cfg": Kind.INI,
    ".conf": Kind.INI,
    ".cnf": Kind.INI,
    ".env": Kind.ENV,
    ".py": Kind.PYTHON,
}
_KINDS_BY_NAME = {
    "Pipfile": Kind.TOML,
    "Pipfile.lock": Kind.JSON,
    "poetry.lock": Kind.TOML,
    "uv.lock": Kind.TOML,
    "pdm.lock": Kind.TOML,
    ".flaskenv": Kind.ENV,
}


def kind_of(path: str) -> Kind:
    """Say what a file is written in by its name; TEXT where the name says nothing."""
    name = path.rpartition("/")[2]
    for ending in _TEMPLATE_ENDINGS:
        name = name.removesuffix(ending)
    if name in _KINDS_BY_NAME:
        return _KINDS_BY_NAME[name]
    if name == ".env" or name.startswith(".env."):
        return Kind.ENV
    _, dot, ending = name.rpartition(".")
    return _KINDS.get(f".{ending.lower()}", Kind.TEXT) if dot else Kind.TEXT


def parse(path: str, kind: Kind, text: str) -> Document:
    """Make a document of a text; CannotAuditError with file and line where it is not what it is taken for."""
    if kind is Kind.PYTHON:
        from poolaudit.readers.python.module import Module  # noqa: PLC0415 - ast is slow to import

        return Document(path, kind, text, module=Module(path, text))
    if kind is Kind.TEXT:
        return Document(path, kind, text)
    return Document(path, kind, text, _roots(path, kind, text))


def _roots(path: str, kind: Kind, text: str) -> tuple[Located, ...]:
    roots: tuple[Located, ...] = import_module(f"{__name__}.{kind}_file").parse(text, path)
    return roots
