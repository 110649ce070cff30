"""The rules, one module each, found by listing this folder."""

import pkgutil
from importlib import import_module
from typing import Any

from poolaudit.rule import Rule

ABOUT_POOLS = ("pa6", "pa7", "pa803")
"""How the modules begin whose rules have nothing to judge where no pool is given."""

ABOUT_SERVERS = ("pa1", "pa2", "pa3", "pa4", "pa5", "pa801", "pa901")
"""How the modules begin whose rules judge a server alone."""

ABOUT_RUNS = ("pa108", "pa110")
"""How the modules begin whose rules have nothing to judge where one server is audited, without a history."""

ABOUT_FITS = ("pa70",)
"""How the modules begin whose rules have nothing to judge where no server is known beside the pools."""


def load_rules(*, without: tuple[str, ...] = ()) -> tuple[Rule[Any, Any], ...]:
    """Import every module of this folder, but those that begin with one of `without`; give their rules by code."""
    found: dict[str, Rule[Any, Any]] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith(without):
            continue
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Rule):
                found[value.code] = value
    return tuple(found[code] for code in sorted(found))
