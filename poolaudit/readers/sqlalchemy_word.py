"""SQLAlchemy's own word on what create_engine takes: asked of the library itself, which is installed with poolaudit.

An engine is made as the application would make it, with the same dialect, class of pool and names of options. Nothing
is connected (engines are lazy) and nothing of the application is imported: the driver is a stand-in. SQLAlchemy takes a
tenth of a second to import, so it is asked only where a word may be refused.
"""

import re
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

from poolaudit.facts.pool import CLASSES

_NAMES = re.compile(r"'(\w+)'")
_DIALECT = re.compile(r"(mysql|mariadb)(\+\w{1,40})?")
_VALUES: dict[str, Any] = {"pool_reset_on_return": None, "execution_options": {}, "connect_args": {}, "plugins": []}


def refused(words: Iterable[str], dialect: str = "mysql+pymysql", pool_class: str | None = None) -> frozenset[str]:
    """Give those of the words that create_engine refuses by their names alone, beside each other.

    `dialect` is a URL's (`mysql+aiomysql`), `pool_class` the name of one of SQLAlchemy's. Values are not asked about.
    """
    return _refused(frozenset(words) - {"url", "poolclass"}, dialect, pool_class)


def version() -> tuple[int, int]:
    """Give the version of SQLAlchemy that answers."""
    import sqlalchemy  # noqa: PLC0415 - slow to import

    major, minor = sqlalchemy.__version__.split(".")[:2]
    return int(major), int(minor)


@cache
def _refused(words: frozenset[str], dialect: str, pool_class: str | None) -> frozenset[str]:
    import sqlalchemy  # noqa: PLC0415 - slow to import
    from sqlalchemy import pool  # noqa: PLC0415 - the same

    name = dialect if _DIALECT.fullmatch(dialect) else "mysql+pymysql"
    options: dict[str, Any] = {word: _VALUES.get(word, 1) for word in words}
    if pool_class in CLASSES:
        options["poolclass"] = getattr(pool, pool_class, None)
    try:
        sqlalchemy.create_engine(f"{name}://", module=_driver(), **options)
    except TypeError as error:
        return frozenset(_NAMES.findall(str(error).partition(" sent to ")[0])) & words
    except ImportError:  # a dialect that looks into its driver, which is not here: the pool's options are the same
        return _refused(words, "mysql+pymysql", pool_class)
    except (sqlalchemy.exc.SQLAlchemyError, AttributeError, ValueError):
        return frozenset()
    return frozenset()


def _driver() -> ModuleType:
    """Give a stand-in for a driver, which no engine asks for more than its style of parameters before it connects."""
    driver = ModuleType("driver")
    driver.paramstyle = "pyformat"  # type: ignore[attr-defined] # what every driver's module has
    driver.Error = Exception  # type: ignore[attr-defined] # the same
    driver.version_info = (2, 0, 0)  # type: ignore[attr-defined] # mysqlclient's, which its dialect looks at
    driver.__dict__["__version__"] = "2.0.0"
    return driver
