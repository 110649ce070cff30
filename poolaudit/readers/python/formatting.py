"""Texts that are put together: f-strings, `%`, `format`, with holes for what is not known."""

import ast
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from poolaudit.readers.located import FILLED_IN, LONGEST_SETTING, Located, Table

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here

_VARIABLE = re.compile(r"environment variable (\w+)")
_PASSWORD_NEXT = re.compile(r"://[^:/@]*:\Z")
_PERCENT = re.compile(r"%(?:\((\w+)\))?[sdr]")
_BRACES = re.compile(r"\{(\w*)(?:![rsa])?(?::[^{}]*)?\}")


def text_of(values: "Values", node: ast.expr, parts: list[Located]) -> Located:
    """Join parts to a text; what is not known stands in it as a hole, and so does a password of the environment."""
    text = ""
    for one in parts:
        is_open = one.why_unknown is not None and not _is_holed(one)
        said = _VARIABLE.match(one.note or "") if _PASSWORD_NEXT.search(text) else None
        text += hole(one) if is_open else f"${{{said[1]}}}" if said is not None else str(one.value)
    if len(text) > LONGEST_SETTING:
        return values.unknown(node, "a text too long for a setting")
    return Located(text, values.module.line_of(node))


def hole(found: Located) -> str:
    """Give what stands in a text for a part that is not known, in a form that readers of URLs know for a hole."""
    match = _VARIABLE.match(found.why_unknown or "")
    return f"${{{match[1]}}}" if match else "{{ }}"


def in_url(found: Located | None) -> str:
    """Write a part of a URL, "" where it is not said, a hole where it is not known; a path keeps its slashes."""
    if found is None or found.is_none:
        return ""
    if found.why_unknown is not None:
        return hole(found)
    return quote(str(found.value), safe="/" if str(found.value).startswith("/") else "")


def _is_holed(found: Located) -> bool:
    """Whether it is a text that is known but for holes."""
    return found.unknown is None and isinstance(found.value, str) and FILLED_IN.search(found.value) is not None


def percent(text: str, right: Located) -> list[Located]:
    """Take `"…%s…" % values` apart."""
    values = list(right.value) if isinstance(right.value, tuple) else [right]
    parts: list[Located] = []
    end = 0
    for match in _PERCENT.finditer(text):
        parts.append(Located(text[end : match.start()]))
        named = right.table.get(match[1]) if match[1] else None
        parts.append(named or (values.pop(0) if values and not match[1] else Located(None, unknown="not given")))
        end = match.end()
    return [*parts, Located(text[end:])]


def formatted(text: str, arguments: list[Located], named: Table) -> list[Located]:
    """Take `"…{}…".format(values)` apart."""
    parts: list[Located] = []
    end = number = 0
    for match in _BRACES.finditer(text):
        parts.append(Located(text[end : match.start()]))
        key = match[1]
        position = int(key) if key.isdecimal() else number
        by_order = arguments[position] if position < len(arguments) else None
        chosen = by_order if not key or key.isdecimal() else named.get(key)
        parts.append(chosen or Located(None, unknown="not given"))
        number += not key
        end = match.end()
    return [*parts, Located(text[end:])]
