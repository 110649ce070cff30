"""What operators make of what stands beside them, and which side of a choice is taken."""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from poolaudit.readers.located import Located
from poolaudit.readers.python.environment import default_of_variable
from poolaudit.readers.python.formatting import percent, text_of
from poolaudit.readers.python.names import Scope, branches

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here

LARGEST_POWER = 64
_Number: TypeAlias = int | float
_ARITHMETIC: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def operation(values: "Values", node: ast.expr, scope: Scope) -> Located:
    """Work out an operation or a choice."""
    match node:
        case ast.UnaryOp(op=sign, operand=operand):
            return _unary(values, node, sign, values.of(operand, scope))
        case ast.BoolOp(op=ast.Or(), values=choices):
            return _or(values, node, [values.of(one, scope) for one in choices])
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _if(values, node, test, values.of(body, scope), values.of(orelse, scope))
        case ast.BinOp(left=left, op=sign, right=right):
            return _binary(values, node, sign, values.of(left, scope), values.of(right, scope))
        case _:
            return values.unknown(node, "worked out when the program runs")


def _unary(values: "Values", node: ast.UnaryOp, sign: ast.unaryop, found: Located) -> Located:
    if found.why_unknown is not None:
        return found
    if isinstance(sign, ast.Not):
        return replace(found, value=not found.value)
    if isinstance(found.value, (int, float)) and isinstance(sign, (ast.USub, ast.UAdd)):
        value = -found.value if isinstance(sign, ast.USub) else found.value
        is_literal = isinstance(node.operand, ast.Constant)
        return replace(found, value=value, place=values.module.place(node) if is_literal else found.place)
    return values.unknown(node, "worked out when the program runs")


def _binary(values: "Values", node: ast.BinOp, sign: ast.operator, left: Located, right: Located) -> Located:
    if isinstance(sign, ast.Add) and (isinstance(left.value, str) or isinstance(right.value, str)):
        return text_of(values, node, [left, right])
    if isinstance(sign, ast.Mod) and isinstance(left.value, str):
        return text_of(values, node, percent(left.value, right))
    if left.why_unknown is not None or right.why_unknown is not None:
        return values.unknown(node, left.why_unknown or right.why_unknown or "")
    if isinstance(sign, ast.BitOr) and isinstance(left.value, Mapping) and isinstance(right.value, Mapping):
        return Located({**left.table, **right.table}, values.module.line_of(node))
    number = _computed(sign, left.value, right.value)
    if number is None:
        return values.unknown(node, "worked out when the program runs")
    decides = next((one for one in (left, right) if one.variable is not None), None)
    return Located(
        number,
        values.module.line_of(node),
        note=decides.note if decides is not None else None,
        variable=decides.variable if decides is not None else None,
    )


def _or(values: "Values", node: ast.BoolOp, choices: list[Located]) -> Located:
    """Give the first that is true; where a variable may be, the next is its default."""
    for number, one in enumerate(choices):
        if one.why_unknown is None:
            if one.value or number == len(choices) - 1:
                return one
            continue
        match = re.match(r"environment variable (\w+), no default", one.why_unknown)
        rest = _or(values, node, choices[number + 1 :]) if choices[number + 1 :] else None
        if match is None or rest is None or rest.why_unknown is not None:
            return one
        default = default_of_variable(match[1], rest, values.module.line_of(node))
        is_typed = one.variable is not None and not one.is_text_when_set
        return replace(default, is_text_when_set=not is_typed)
    return values.unknown(node, "worked out when the program runs")


def _if(values: "Values", node: ast.IfExp, test: ast.expr, body: Located, orelse: Located) -> Located:
    ours, others = branches(test)
    if ours or others:
        return body if ours else orelse
    if body.value == orelse.value and body.why_unknown is None is orelse.why_unknown:
        return body
    return values.unknown(node, "chosen by a condition")


def _computed(sign: ast.operator, left: object, right: object) -> _Number | None:
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return None
    if isinstance(sign, ast.Pow):
        return left**right if 0 <= right <= LARGEST_POWER and abs(left) < 1000 else None  # noqa: PLR2004 - bounded
    work = _ARITHMETIC.get(type(sign))
    try:
        number: _Number | None = work(left, right) if work is not None else None
    except (ZeroDivisionError, OverflowError):
        return None
    return number if number is not None and math.isfinite(number) else None
