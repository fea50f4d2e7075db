"""Small arithmetic with missing values: NaN inside arrays, `None` at the edges."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def finite(value: float | None) -> float | None:
    """The number as a plain float, or `None` when it is missing, NaN or infinite."""
    if value is None or not math.isfinite(value):
        return None
    return float(value)


def total(values: FloatArray) -> float:
    """Sum of what is known; NaN when nothing is."""
    known = values[~np.isnan(values)]
    return float(known.sum()) if known.size else math.nan


def percent(part: float, whole: float) -> float:
    """`part` in per cent of `whole`; NaN when either is missing or `whole` is not above zero."""
    return 100.0 * part / whole if whole > 0 else math.nan


def growth_pct(after: float, before: float) -> float:
    """Change in per cent; NaN when either value is missing or `before` is not above zero."""
    return percent(after - before, before)
