"""Configurations of one application for several environments, of which one at a time is in force.

`DevelopmentConfig`, `ProductionConfig` and their `Config`; `settings/dev.py` and `settings/prod.py`; the headings
`development:` and `production:` of one file. Where the environment names one, that is it; else the one for production;
else the one that is for no environment in particular.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poolaudit.readers.running.process import Environment  # only where a file says what runs


PRODUCTION = frozenset({"production", "prod", "live", "prd"})
OTHERS = frozenset(
    {"development", "develop", "dev", "testing", "test", "tests", "local", "localhost", "ci", "debug", "staging"}
    | {"stage", "unittest", "unittests", "qa", "uat", "sandbox", "preview"}
)
BASES = frozenset({"base", "default", "defaults", "common", "shared"})
_WORD = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+"
_CHOOSES = r"(?i)SETTINGS|CONFIG|ENV\b|_ENV|STAGE|PROFILE"
_TESTS = frozenset({"tests", "test", "testing", "conftest.py"})


def is_tests(path: str) -> bool:
    """Whether a file is part of an application's tests."""
    parts = path.split("/")
    return bool(_TESTS & set(parts)) or parts[-1].startswith("test_") or parts[-1].endswith("_test.py")


def not_in_force(names: Sequence[str], environments: "Mapping[str, Environment]") -> dict[str, str]:
    """Give the pools that are alternatives to others, each with the one that is taken to be in force.

    `environments` are those of the processes that carry each.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in dict.fromkeys(names):
        groups.setdefault(_apart_from_environment(name), []).append(name)
    found: dict[str, str] = {}
    for group in groups.values():
        chosen = _chosen(group, environments.get(group[0], {}))
        found |= {name: chosen[0] for name in group if name not in chosen}
    return found


def _chosen(group: list[str], environment: "Environment") -> list[str]:
    marked = {name: _environments_in(name) for name in group}
    if len(group) == 1 or not any(marked.values()):
        return group
    said = [
        _words(str(one.value)) for key, one in environment.items() if re.search(_CHOOSES, key) and one.unknown is None
    ]
    named = [name for name in group if marked[name] and any(marked[name] <= frozenset(words) for words in said)]
    production = [name for name in group if marked[name] & PRODUCTION]
    plain = [name for name in group if not marked[name]]
    return named or production or plain or group


def _environments_in(name: str) -> frozenset[str]:
    return frozenset(_words(name)) & (PRODUCTION | OTHERS)


def _apart_from_environment(name: str) -> tuple[str, ...]:
    return tuple(word for word in _words(name) if word not in PRODUCTION | OTHERS | BASES)


def _words(text: str) -> Iterable[str]:
    return [word.lower() for word in re.findall(_WORD, text)]
