"""Logarithmic mean Divisia index, additive form I (LMDI-I): a change split into factors, no residual.

Source: B. W. Ang, "Decomposition analysis for policymaking in energy: which is the preferred method?", Energy
Policy 32 (2004) 1131-1139. For a value that is a product of factors and moves from a to b, the effect of a
factor is `L(a, b) · ln(factor_after / factor_before)` with `L(a, b) = (b - a) / (ln b - ln a)` and
`L(a, a) = a`.
"""

from __future__ import annotations

import numpy as np

from metrics.numbers import FloatArray


def logarithmic_mean(a: FloatArray, b: FloatArray) -> FloatArray:
    """`L(a, b)` of positive arrays, accurate also where a and b nearly agree.

    With d = ln(b/a), L = a · (e^d - 1) / d: the quotient goes to 1 with d, with no cancellation on the way.
    """
    distance = np.log(b / a)
    moved = distance != 0
    safe = np.where(moved, distance, 1.0)
    return np.asarray(np.where(moved, a * np.expm1(safe) / safe, a), dtype=np.float64)


def lmdi(before: FloatArray, after: FloatArray) -> FloatArray:
    """Effects of each factor on the change of their product.

    Args:
        before: Factors × items, all above zero (price, USD per unit of currency, shares, in any order).
        after: Same shape.

    Returns:
        Factors × items, in the unit of the product. Each column adds up to the change of its product: what
        rounding leaves over (some 1e-16 of the value) is put into the largest effect of the column.

    Raises:
        ValueError: when the shapes differ or a factor is not a finite number above zero.
    """
    if before.shape != after.shape:
        raise ValueError(f"expected factors of one shape, got {before.shape} before and {after.shape} after")
    for factors in (before, after):
        if not np.all(np.isfinite(factors) & (factors > 0)):
            raise ValueError("expected factors above zero; leave items with a missing factor out")
    if before.size == 0:
        return np.zeros_like(before, dtype=np.float64)
    start, end = before.prod(axis=0), after.prod(axis=0)
    effects = logarithmic_mean(start, end) * np.log(after / before)
    largest = np.abs(effects).argmax(axis=0)[np.newaxis]
    left_over = (end - start) - effects.sum(axis=0)
    held = np.take_along_axis(effects, largest, axis=0) + left_over
    np.put_along_axis(effects, largest, held, axis=0)
    return np.asarray(effects, dtype=np.float64)
