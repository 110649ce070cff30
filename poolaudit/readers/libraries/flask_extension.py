"""Flask-SQLAlchemy's extension object, `db = SQLAlchemy(engine_options=…)`, and which configuration it goes with.

The object often stands in a file of its own (extensions.py, models.py) and the keys in another. Nothing but the running
application says which goes with which; taken is the nearest: the one that shares the deepest folder with the keys. An
object without options counts too, so that one application of a repository does not get another's options.
"""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import POOL_WORDS
from poolaudit.readers.project import Project
from poolaudit.readers.python.module import Call, Module

EXTENSION = "flask_sqlalchemy.SQLAlchemy"
_PACKAGE = "flask_sqlalchemy"


class Extension(NamedTuple):
    """The object: its name, the options that it is given (none for an object without), and where it is made."""

    name: str
    options: Table
    place: Place


def extension_in(module: Module) -> Extension | None:
    """Give the object that a file makes; where it makes several, the first with options."""
    found = [_extension(call) for call in module.calls(EXTENSION)]
    return next((one for one in found if one.options), next(iter(found), None))


def _extension(call: Call) -> Extension:
    given = call.keywords.get("engine_options", call.left_open or Located({}))
    options = given.table
    if given.why_unknown is not None:
        unknown = Located(None, given.place, unknown=f"engine_options is {given.why_unknown}")
        options = dict.fromkeys(POOL_WORDS, unknown)
    return Extension(call.target or call.function, options, call.place)


def extension_for(module: Module, project: Project) -> Extension | None:
    """Give the object that goes with the keys in a file, None where there is none.

    Of several that are as near, what they do not agree on is unknown.
    """
    nearest = extensions_near(module, project)
    return nearest[0]._replace(options=_agreed(nearest)) if nearest else None


def extensions_near(module: Module, project: Project) -> list[Extension]:
    """Give the objects that may go with the keys in a file: its own, else those of the nearest files."""
    own = extension_in(module)
    if own is not None:
        return [own]
    found = list(_extensions(project))
    deepest = max((_shared(path, module.path) for path, _ in found), default=0)
    return [extension for path, extension in found if _shared(path, module.path) == deepest]


def _extensions(project: Project) -> Iterator[tuple[str, Extension]]:
    for module in project.modules_with(_PACKAGE):
        extension = extension_in(module)
        if extension is not None:
            yield module.path, extension


def _agreed(extensions: list[Extension]) -> Table:
    words = dict.fromkeys(word for one in extensions for word in one.options)
    return {word: _agreed_word(word, extensions) for word in words}


def _agreed_word(word: str, extensions: list[Extension]) -> Located:
    said = [one.options.get(word) for one in extensions]
    first = next(one for one in said if one is not None)
    if all(one is not None and one.value == first.value for one in said):
        return first
    places = " and ".join(str(one.place) for one in extensions)
    return Located(None, first.place, unknown=f"which of the SQLAlchemy objects is meant is not said ({places})")


def _shared(one: str, other: str) -> int:
    """Count the folders that two paths share."""
    pairs = list(zip(one.split("/")[:-1], other.split("/")[:-1], strict=False))
    return next((number for number, (mine, yours) in enumerate(pairs) if mine != yours), len(pairs))
