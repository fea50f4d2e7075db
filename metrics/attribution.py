"""Why the value of a group of issuers changed between two moments, issuer by issuer.

Each issuer belongs to one of these, and so does its whole change:

- *member*: valued at both moments. Its lines' changes split into price, FX and shares by LMDI-I. A line that
  an old issuer listed in between (an H share beside the A share), or gave up, is new or cancelled capital: a
  share count effect, as index providers treat a share issue.
- *new*: not listed at the first moment; its value now is a new listing.
- *gone*: listed and valued then, not listed now; its value then is a delisting.
- *unpriced*: listed then without a known price; its value now is neither a gain nor a listing.
- without a value now, though listed: on neither side of the change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.board import Attribution
from metrics.lmdi import lmdi
from metrics.numbers import BoolArray, FloatArray
from metrics.valued import Valued

PRICE, FX, SHARES = range(3)
MOST_UNPRICED = 0.05
"""Part of the value now of issuers that were listed then without a price: above it there is no change."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Change:
    """The change of each issuer of a group, in the order of `Valued.caps`; USD, NaN where unknown.

    Attributes:
        group: Whether the issuer belongs to the group at all; all other arrays count only there.
        effects: Price, FX and shares × issuers; 0 for other issuers than members.
    """

    group: BoolArray
    before: FloatArray
    after: FloatArray
    member: BoolArray
    new: BoolArray
    gone: BoolArray
    unpriced: BoolArray
    effects: FloatArray

    @property
    def value_after(self) -> float:
        """Value of every issuer valued now."""
        return _sum(self.after, self.member | self.new | self.unpriced)

    @property
    def value_before(self) -> float:
        """Value then of the issuers that the change covers."""
        return _sum(self.before, self.member | self.gone)

    @property
    def base_is_known(self) -> bool:
        """Whether the value then leaves out so little that the change of the whole means something."""
        return _sum(self.after, self.unpriced) <= MOST_UNPRICED * self.value_after

    @property
    def like_for_like(self) -> float:
        """Change of the members."""
        return _sum(self.after, self.member) - _sum(self.before, self.member)

    @property
    def members_before(self) -> float:
        """Value then of the members."""
        return _sum(self.before, self.member)

    @property
    def contribution(self) -> FloatArray:
        """Change of each issuer; NaN where it has none, as for an unpriced one."""
        moved = np.where(self.member, self.after - self.before, np.nan)
        moved = np.where(self.new, self.after, moved)
        return np.where(self.gone, -self.before, moved)

    @property
    def attribution(self) -> Attribution:
        """The causes; they add up to `value_after - value_before`."""
        return Attribution(
            price_usd=float(self.effects[PRICE].sum()),
            fx_usd=float(self.effects[FX].sum()),
            shares_usd=float(self.effects[SHARES].sum()),
            new_listings_usd=_sum(self.after, self.new),
            delistings_usd=-_sum(self.before, self.gone) if self.gone.any() else 0.0,
            unpriced_at_base_usd=_sum(self.after, self.unpriced),
        )


def change(before: Valued, after: Valued, group: BoolArray) -> Change:
    """Compare two moments of one universe.

    Args:
        before: The earlier moment.
        after: The later one; same issuers and lines in the same order.
        group: Which issuers, in the order of `caps`.
    """
    was, now = before.is_listed, after.is_listed
    start, end = before.cap, after.cap
    valued_then, valued_now = ~np.isnan(start), ~np.isnan(end)
    member = group & valued_then & valued_now
    return Change(
        group=group,
        before=start,
        after=end,
        member=member,
        new=group & ~was & valued_now,
        gone=group & valued_then & ~now,
        unpriced=group & was & ~valued_then & valued_now,
        effects=_effects(before, after, member),
    )


def _effects(before: Valued, after: Valued, member: BoolArray) -> FloatArray:
    start, end = before.numbers("value_usd"), after.numbers("value_usd")
    issuer = after.roster.issuer_of
    inside = member[issuer]
    both = inside & (start > 0) & (end > 0)
    effects = np.zeros((3, issuer.size))
    effects[:, both] = lmdi(_factors(before)[:, both], _factors(after)[:, both])
    one_sided = inside & ~both
    effects[SHARES, one_sided] = (end - start)[one_sided]
    sums = np.zeros((3, member.size))
    for factor in range(3):
        np.add.at(sums[factor], issuer, effects[factor])
    return sums


def _factors(valued: Valued) -> FloatArray:
    return np.stack([valued.numbers(name) for name in ("price", "fx_usd", "shares")])


def _sum(values: FloatArray, chosen: BoolArray) -> float:
    return float(values[chosen].sum())
