"""Ini files whose words go through SQLAlchemy's engine_from_config: Paste, Pyramid, TurboGears, Alembic.

    [app:main]
    sqlalchemy.url = mysql+pymysql://app@db/shop
    sqlalchemy.pool_recycle = 3600

Keys of one section and one prefix are an engine. `sqlalchemy.` is SQLAlchemy's own default; of any other prefix a URL
must stand beside the words. Alembic's env.py may say more, and as its templates have it says NullPool.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.from_config import from_config
from poolaudit.readers.libraries.python_engines import FROM_CONFIG, open_words
from poolaudit.readers.located import Located, Table, said
from poolaudit.readers.misfits import POOL_WORDS
from poolaudit.readers.project import Project
from poolaudit.readers.tables import SHOWN_NAME

if TYPE_CHECKING:
    from poolaudit.readers.python.module import (
        Call,
    )  # ast is slow to import, and an ini file needs it for alembic alone

SQLALCHEMY_PREFIX = "sqlalchemy"
ALEMBIC = "alembic"
_NO_ENV = "alembic's env.py decides, and it is not among the files"
_LOGGING = re.compile(r"(logger|handler|formatter)s?(_.*)?")


def knows(document: Document) -> bool:
    """Whether it is an ini file with the words under a prefix."""
    return document.kind is Kind.INI and any(True for _ in _groups(document))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engine of each section and prefix."""
    version = project.version("sqlalchemy", document.path)
    for section, prefix, words, place in _groups(document):

        def shown(word: str, prefix: str = prefix) -> str:
            return f"{prefix}.{word}"

        over, over_shown, made_at = _of_alembic(document, project, section, words)
        taken, misfits = from_config({**words, **over}, shown)
        yield Engine(
            words=taken,
            shown={word: shown(word) for word in {*POOL_WORDS, "url", *words}} | over_shown,
            name=document.named(section, "" if prefix == SQLALCHEMY_PREFIX else prefix),
            place=place,
            sqlalchemy=version,
            to_sqlalchemy=True,
            unread=misfits,
            made_at=made_at,
        )


def _groups(document: Document) -> Iterator[tuple[str, str, dict[str, Located], Place | None]]:
    for root in document.roots:
        for section, one in root.table.items():
            if not one.holds_others or _LOGGING.fullmatch(section) or not SHOWN_NAME.fullmatch(section):
                continue
            groups: dict[str, dict[str, Located]] = {}
            for key, found in one.table.items():
                prefix, dot, word = key.rpartition(".")
                if dot and not found.holds_others and SHOWN_NAME.fullmatch(prefix):
                    groups.setdefault(prefix, {})[word] = found
            for prefix, words in groups.items():
                if _is_engine(prefix, words):
                    place = min((found.place for found in words.values() if found.place), key=lambda one: one.line or 0)
                    yield section, prefix, words, place.without_columns


def _is_engine(prefix: str, words: Table) -> bool:
    if "url" not in words:
        return prefix == SQLALCHEMY_PREFIX and any(word in words for word in POOL_WORDS)
    is_ours = prefix.rpartition(".")[2] == SQLALCHEMY_PREFIX
    return is_ours or any(word in words for word in POOL_WORDS)


def _of_alembic(
    document: Document, project: Project, section: str, words: Table
) -> tuple[dict[str, Located], dict[str, str], Place | None]:
    """Give what alembic's env.py says beside the file, and where: with it or without, that file makes the engine."""
    root = document.table
    if "script_location" not in (root[section].table if section in root else {}):
        return {}, {}, None
    call = _env_call(document, project, said(root[section].table))
    if call is None:
        unknown = Located(None, None, unknown=_NO_ENV)
        return ({} if "poolclass" in words else {"poolclass": unknown}), {}, None
    found = {key: one for key, one in call.keywords.items() if key not in {"prefix", "configuration"}}
    if call.left_open is not None:
        found = {**dict.fromkeys(open_words(found), call.left_open), **found}
    return found, dict.fromkeys(found, "") | {word: word for word in found}, call.place


def _env_call(document: Document, project: Project, table: Table) -> "Call | None":
    location = str(table["script_location"].value).replace("%(here)s", ".").strip()
    folder = document.folder or "."
    name = ".".join(part for part in location.removeprefix(f"{folder}/").split("/") if part not in {".", ""})
    module = project.module(f"{name}.env" if name else "env", document.path)
    return next(module.calls(*FROM_CONFIG), None) if module is not None else None
