"""What stands at a path in a Board's JSON, and what a worked formula gives; apart from the program."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

from metrics.board import Explanation

_STEPS = re.compile(r"([a-z_]\w*)|\[([^\]]+)\]")
_SIGNS = {"÷": "/", "×": "*", "^": "**"}  # signs of the field
_OPERATORS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.USub: operator.neg,
}  # fmt: skip


def in_json(tree: Any, path: str) -> float | None:
    """The number at `basket.constituents[tencent].market_cap_usd`, `catalysts[0].days`.

    A row is named by values that it has, of fields that no other row has together.
    """
    here = tree
    for name, key in _STEPS.findall(path):
        if name:
            here = here[name]
        elif key.isdigit() and not any(key in _said(row) for row in here):
            here = here[int(key)]
        else:
            (here,) = [row for row in here if all(part in _said(row) for part in key.split(","))]
    return None if here is None else float(here)


def _said(row: dict[str, Any]) -> set[str]:
    return {value for value in row.values() if isinstance(value, str)}


def recomputed(explanation: Explanation, unit: str) -> float:
    """The worked formula over its inputs; per cent count as fractions, in and out."""
    text = explanation.worked
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    values = []
    for each in explanation.inputs:
        value = float("nan") if each.value is None else each.value
        values.append(repr(value / 100 if each.unit == "%" else value).replace("nan", "0"))
    result = _evaluated(ast.parse(text.format(*(f"({value})" for value in values)), mode="eval").body)
    return result * 100 if unit in ("%", "pp") else result


def _evaluated(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=float() | int() as value):
            return float(value)
        case ast.UnaryOp(op=sign, operand=inner):
            return _OPERATORS[type(sign)](_evaluated(inner))
        case ast.BinOp(left=left, op=sign, right=right):
            return _OPERATORS[type(sign)](_evaluated(left), _evaluated(right))
    raise AssertionError(ast.dump(node))
