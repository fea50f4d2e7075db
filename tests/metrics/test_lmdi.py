"""LMDI-I: symmetric, without residual, stable where nothing moves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.lmdi import lmdi, logarithmic_mean

CENT = 0.01
factor = st.floats(1e-4, 1e4)
value = st.floats(1e-3, 1e13)


@st.composite
def changes(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    """Price, FX and shares before and after; the values lie between 1e-3 and 1e13, ratios up to 1e8."""
    before, after = [draw(factor), draw(factor)], [draw(factor), draw(factor)]
    start, end = draw(value), draw(value)
    return [*before, start / math.prod(before)], [*after, end / math.prod(after)]


@given(st.lists(changes(), min_size=1, max_size=20))
def test_effects_add_up_to_the_change_to_the_cent(items: list[tuple[list[float], list[float]]]) -> None:
    """Beyond some $30 trillion a double holds no cents: there, to the last digit that it holds."""
    before, after = (np.array([item[side] for item in items]).T for side in (0, 1))
    effects = lmdi(before, after)
    change = after.prod(axis=0) - before.prod(axis=0)
    allowed = np.maximum(CENT, 2 * np.spacing(np.abs(effects).max(axis=0)))
    assert np.all(np.abs(effects.sum(axis=0) - change) < allowed)


@given(changes())
def test_reversed_in_time_every_effect_changes_its_sign(item: tuple[list[float], list[float]]) -> None:
    before, after = (np.array(side)[:, np.newaxis] for side in item)
    there, back = lmdi(before, after), lmdi(after, before)
    scale = max(before.prod(), after.prod())
    assert np.allclose(there, -back, rtol=1e-9, atol=1e-9 * scale)


def test_a_factor_that_does_not_move_has_no_effect() -> None:
    effects = lmdi(np.array([[10.0], [0.5], [100.0]]), np.array([[12.0], [0.5], [100.0]]))
    assert effects[:, 0] == pytest.approx([100.0, 0.0, 0.0])


def test_an_example_worked_by_hand() -> None:
    """100 x 0.125 x 8 = 100 becomes 150 x 0.1 x 8 = 120: L = 20 / ln 1.2 = 109.696."""
    effects = lmdi(np.array([[100.0], [0.125], [8.0]]), np.array([[150.0], [0.1], [8.0]]))
    assert effects[:, 0] == pytest.approx([44.478, -24.478, 0.0], abs=1e-3)


@pytest.mark.parametrize("a", [1e-3, 1.0, 1e13])
def test_the_logarithmic_mean_of_equal_values_is_that_value(a: float) -> None:
    assert logarithmic_mean(np.array([a]), np.array([a]))[0] == a


@given(value, st.floats(-1e-9, 1e-9))
def test_the_logarithmic_mean_is_accurate_where_values_nearly_agree(a: float, distance: float) -> None:
    b = a * (1 + distance)
    assert logarithmic_mean(np.array([a]), np.array([b]))[0] == pytest.approx((a + b) / 2, rel=1e-12)


@given(value, value)
def test_the_logarithmic_mean_lies_between_its_values(a: float, b: float) -> None:
    mean = logarithmic_mean(np.array([a]), np.array([b]))[0]
    assert min(a, b) * (1 - 1e-12) <= mean <= max(a, b) * (1 + 1e-12)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_a_factor_that_is_not_above_zero_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        lmdi(np.array([[bad]]), np.array([[1.0]]))


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="one shape"):
        lmdi(np.ones((3, 1)), np.ones((3, 2)))


def test_nothing_decomposes_into_nothing() -> None:
    assert lmdi(np.ones((3, 0)), np.ones((3, 0))).shape == (3, 0)
