"""What if: the basket and China's share at other multiples and another exchange rate. A scenario, no figure.

    value of a line = value now × target ÷ China's multiple now × CNY per USD now ÷ CNY per USD then

The first factor holds for every line of the subsector, as in the upside to parity; the second for lines
priced in CNY. Earnings, share counts, local prices beyond that, other currencies and all issuers outside
China stay as they are. Nothing of it is kept: it comes from a Board and goes to whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.board import Board, Constituent

CNY = "CNY"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What is supposed; what is left out stays as it is.

    Attributes:
        multiples: Subsector → China's multiple, in per cent of the peers'.
        usd_cny: CNY per USD.
    """

    multiples: Mapping[str, float] = field(default_factory=dict)
    usd_cny: float | None = None


@dataclass(frozen=True, kw_only=True)
class Lever:
    """A subsector that can be supposed at another multiple.

    Attributes:
        measure: `forward_pe` or `price_sales`.
        china: China's multiple now.
        peers: The peers' multiple.
        china_usd: Market value of its Chinese issuers now.
        thin: Whether a multiple stands on less than half of its side's value.
    """

    subsector: str
    measure: str
    china: float
    peers: float
    china_usd: float
    thin: bool = False

    @property
    def now_pct(self) -> float:
        """China's multiple now in per cent of the peers'."""
        return 100 * self.china / self.peers


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the scenario makes of the Board; USD and per cent, `None` where the Board lacks a part.

    Attributes:
        moved: Change in USD by subsector, the rate included; those that move.
    """

    value_usd: float | None
    change_usd: float | None
    change_pct: float | None
    share_pct: float | None
    share_pp: float | None
    moved: Mapping[str, float]


def levers(board: Board) -> tuple[Lever, ...]:
    """The subsectors with a positive multiple on both sides, as the Board has them."""
    value = _values(board)
    return tuple(
        Lever(
            subsector=row.subsector,
            measure=row.multiple,
            china=row.china,
            peers=row.peers,
            china_usd=value[row.subsector],
            thin=row.thin,
        )
        for row in board.spreads.subsectors
        if row.china and row.peers and row.china > 0 and row.peers > 0 and value.get(row.subsector)
    )


def usd_cny(board: Board) -> float | None:
    """CNY per USD now, as the lines are valued; `None` without a line that is priced in CNY."""
    lines = (line for row in board.basket.constituents for line in row.lines)
    rates = (line.fx_usd for line in lines if line.currency == CNY and line.fx_usd)
    return next((1.0 / rate for rate in rates), None)


def what_if(board: Board, scenario: Scenario) -> Outcome:
    """The basket and the listed share of a Board under a scenario.

    Raises:
        ValueError: for a multiple or a rate that is not above zero.
    """
    supposed = [*scenario.multiples.values(), *([scenario.usd_cny] if scenario.usd_cny is not None else [])]
    if any(not value > 0 for value in supposed):
        raise ValueError(f"what is supposed has to be above zero, got {supposed}")
    known = {lever.subsector: lever for lever in levers(board)}
    rerated = {
        name: target / known[name].now_pct for name, target in scenario.multiples.items() if name in known
    }
    now = usd_cny(board)
    rate = 1.0 if scenario.usd_cny is None or now is None else now / scenario.usd_cny
    moved: dict[str, float] = {}
    for row in _valued(board):
        change = rerated.get(row.subsector, 1.0) * _at_rate(row, rate) - (row.market_cap_usd or 0.0)
        moved[row.subsector] = moved.get(row.subsector, 0.0) + change
    return _outcome(board, {name: change for name, change in moved.items() if change})


def _outcome(board: Board, moved: Mapping[str, float]) -> Outcome:
    change = sum(moved.values())
    before, china, whole = board.basket.value_usd, board.share.china_listed_usd, board.share.global_listed_usd
    share = None if china is None or not whole else 100 * (china + change) / (whole + change)
    listed = board.share.listed_pct
    return Outcome(
        value_usd=None if before is None else before + change,
        change_usd=None if before is None else change,
        change_pct=100 * change / before if before else None,
        share_pct=share,
        share_pp=None if share is None or listed is None else share - listed,
        moved=moved,
    )


def _valued(board: Board) -> list[Constituent]:
    return [row for row in board.basket.constituents if row.market_cap_usd is not None]


def _values(board: Board) -> dict[str, float]:
    """Market value of the Chinese issuers by subsector."""
    found: dict[str, float] = {}
    for row in _valued(board):
        found[row.subsector] = found.get(row.subsector, 0.0) + (row.market_cap_usd or 0.0)
    return found


def _at_rate(row: Constituent, rate: float) -> float:
    """Value of an issuer with its CNY lines at another rate."""
    in_cny = sum(line.value_usd or 0.0 for line in row.lines if line.currency == CNY)
    return (row.market_cap_usd or 0.0) + in_cny * (rate - 1.0)
