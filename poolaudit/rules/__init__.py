"""The rules, one module each, found by listing this folder."""

import pkgutil
from importlib import import_module
from typing import Any

from poolaudit.rule import Rule


def load_rules() -> tuple[Rule[Any, Any], ...]:
    """Import every module of this folder and give their rules, ordered by code."""
    found: dict[str, Rule[Any, Any]] = {}
    for module in pkgutil.iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Rule):
                found[value.code] = value
    return tuple(found[code] for code in sorted(found))
