"""Valued: market values of every line and issuer at one moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from metrics.numbers import BoolArray, FloatArray
from metrics.roster import Roster


@dataclass(frozen=True, eq=False, kw_only=True)
class Valued:
    """Values at one moment. In `lines` missing numbers are NaN, anything else missing is `None`.

    Attributes:
        at: The moment.
        roster: The lines and issuers, in the order of `lines` and `caps`.
        lines: One row per counted line, index symbol, sorted by issuer and symbol. Columns: `issuer`, `side`,
            `exchange`, `currency`, `listed`; `price` in `currency` per unit, `fx_usd` in USD per unit of
            currency, `shares` in units, `value_usd` (0 where not listed); `as_of`, `day` (session date),
            `source`, `delay_minutes` (of a live or delayed price), `delay_class`, `stale`; `priced_by`, the
            twin whose price serves, if one does; `previous_close`, `previous_fx_usd`, `new_today` (first day
            of trading); `shares_as_of`, `shares_source`.
        caps: Issuer id → USD. NaN where the issuer has no listed line, or one that lacks a part.
        listed: Issuer id → whether any of its lines is listed.
        per_share_usd: Symbol, twins included → USD per ordinary share at that line's own newest price, and
            the session date of that price as an ordinal.
    """

    at: dt.datetime
    roster: Roster
    lines: pd.DataFrame
    caps: pd.Series[float]
    listed: pd.Series[bool]
    per_share_usd: Mapping[str, tuple[float, int]]

    @property
    def cap(self) -> FloatArray:
        """`caps` as an array."""
        return np.asarray(self.caps.to_numpy(), dtype=np.float64)

    @property
    def is_listed(self) -> BoolArray:
        """`listed` as an array."""
        return np.asarray(self.listed.to_numpy(), dtype=np.bool_)

    @property
    def valued_lines(self) -> BoolArray:
        """Which lines belong to an issuer with a value."""
        return np.asarray(~np.isnan(self.cap)[self.roster.issuer_of], dtype=np.bool_)

    def numbers(self, column: str) -> FloatArray:
        """A column of numbers of `lines`."""
        return np.asarray(self.lines[column].to_numpy(), dtype=np.float64)

    def flags(self, column: str) -> BoolArray:
        """A column of yes and no of `lines`."""
        return np.asarray(self.lines[column].to_numpy(), dtype=np.bool_)

    def of_side(self, side: str) -> BoolArray:
        """Which issuers, in the order of `caps`, stand on a side."""
        return np.array([issuer.side == side for issuer in self.roster.issuers], dtype=np.bool_)
