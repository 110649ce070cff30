"""Python files from texts, as a reading would have them, and what an expression in one comes to."""

from collections.abc import Mapping
from textwrap import dedent

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located
from poolaudit.readers.python.module import Module

Environment = Mapping[str, str | Located]


def modules(
    texts: Mapping[str, str], environment: Environment | None = None, files: Mapping[str, Environment] | None = None
) -> dict[str, Module]:
    """Give files by their paths, each of which can import the others; `files` are those of variables."""
    parsed = {path: Module(path, dedent(text)) for path, text in texts.items()}
    known = variables(environment or {}, "compose.yaml")
    named = {name: variables(table, name) for name, table in (files or {}).items()}

    def resolve(name: str, _path: str) -> Module | None:
        path = name.strip(".").replace(".", "/")
        return found.get(f"{path}.py") or found.get(f"{path}/__init__.py")

    found = {
        path: module.within(known, resolve, lambda name, _path: named.get(name.rpartition("/")[2], {}))
        for path, module in parsed.items()
    }
    return found


def variables(table: Environment, path: str) -> dict[str, Located]:
    """Give variables, one a line."""
    return {
        name: said if isinstance(said, Located) else Located(said, Place(path, line))
        for line, (name, said) in enumerate(table.items(), 1)
    }


def located(
    text: str,
    expression: str,
    environment: Environment | None = None,
    *,
    files: Mapping[str, Environment] | None = None,
    **others: str,
) -> Located:
    """Give what an expression at the end of a file comes to; `others` are the files beside it, by their names."""
    texts = {f"{name}.py": other for name, other in others.items()}
    module = modules({"app.py": f"{dedent(text)}\nRESULT = {expression}\n", **texts}, environment, files)["app.py"]
    return module.table["RESULT"]


def plain(found: Located) -> object:
    """Give a value without places: why it is not known, a dict of its entries, a list of them."""
    if found.unknown is not None:
        return f"? {found.unknown}"
    if isinstance(found.value, Mapping):
        return {key: plain(one) for key, one in found.value.items()}
    if isinstance(found.value, tuple):
        return [plain(one) for one in found.value]
    return found.value


def comes_to(
    text: str,
    expression: str,
    environment: Environment | None = None,
    *,
    files: Mapping[str, Environment] | None = None,
    **others: str,
) -> object:
    """Give what an expression at the end of a file comes to, without places."""
    return plain(located(text, expression, environment, files=files, **others))
