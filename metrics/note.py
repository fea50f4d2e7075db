"""The broker note's figures beside ours: what is compared, and why the two differ. Pure: Boards in, rows out.

Nothing here is tuned: the Boards are computed as for any other day, and a difference stays a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.board import Basket, Board, Capex, CapexWindow, ShareRow, SpreadRow

NONE = "not computed"


@dataclass(frozen=True, kw_only=True)
class Boards:
    """What the comparison reads.

    Attributes:
        then: The note's universe at the end of its price day, as known on that day.
        without_memory: The same without memory issuers.
        autumn: Capex as known when the note's series was first printed.
        today: The note's universe today, for facts that were estimates in the note and are actual now.
    """

    then: Board
    without_memory: Board
    autumn: Capex
    today: Board


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One figure: the note's, ours, and the reason for the difference."""

    item: str
    figure: str
    ours: str
    why: str


def compared(boards: Boards) -> Sequence[Compared]:
    """Every figure of the note that is a number, in the note's order of argument."""
    basket, share = boards.then.basket, boards.then.share
    spreads, without = boards.then.spreads.total, boards.without_memory.spreads.total
    same = basket.like_for_like
    return (
        Compared(
            item="china_rise_usd_bn",
            figure="rise of the basket's names, USD bn",
            ours=f"{_bn(same.change_usd)} same names, {_bn(basket.change_usd)} with new listings",
            why="the note's +732 is the gain of the same names; ours covers the names that are publicly "
            "plausible",
        ),
        Compared(
            item="china_rise_pct",
            figure="rise of the basket, %",
            ours=f"{_pct(basket.change_pct)} level, {_pct(same.change_pct)} same names",
            why="the note's 88 % is the growth of the whole basket, new listings included",
        ),
        Compared(
            item="china_total_usd_trn",
            figure="value of the basket, USD tn",
            ours=_tn(basket.value_usd),
            why="unknown constituents; share counts of Hong Kong lines are unsourced; A and H lines at their "
            "own prices",
        ),
        Compared(
            item="china_share_of_global_pct",
            figure="China's share of listed global AI, %",
            ours=_pct(share.listed_pct),
            why="peers are those that fit the note's eight subsectors and are publicly plausible, not its "
            "list",
        ),
        Compared(
            item="china_share_of_global_pct",
            figure="with private companies, %",
            ours=f"{_pct(share.with_private_pct)} "
            f"({_pct(share.with_private_low_pct)} to {_pct(share.with_private_high_pct)})",
            why="the note did not publish its private values; ours are the newest marks known on the day, as "
            "a band",
        ),
        Compared(
            item="china_weights",
            figure="weights in China",
            ours=_weights(basket, share.by_subsector, "china"),
            why="the cloud weight moves with how Tencent and Alibaba are counted (all ordinary shares here)",
        ),
        Compared(
            item="global_weights",
            figure="weights in global ex China",
            ours=_weights(basket, share.by_subsector, "peers"),
            why="the note's 46 names are not published; the IC design weight hangs on NVIDIA and Broadcom, "
            "which both have",
        ),
        Compared(
            item="china_pe_2026e",
            figure="P/E 2026E, China",
            ours=f"{_number(spreads.china)} on {_pct(spreads.china_coverage_pct)} of value",
            why="forward earnings are public for part of the basket; loss-makers stand out of the aggregate, "
            "not at zero",
        ),
        Compared(
            item="global_pe_2026e",
            figure="P/E 2026E, global ex China",
            ours=f"{_number(spreads.peers)} on {_pct(spreads.peers_coverage_pct)} of value",
            why="vendor 'forward' is the next fiscal year; years that end in 2027 make the multiple look "
            "lower",
        ),
        Compared(
            item="global_pe_2026e",
            figure="the same without memory",
            ours=_number(without.peers),
            why="see above; memory names carry the lowest multiples",
        ),
        Compared(
            item="discount",
            figure="subsectors at a discount",
            ours=_stances(boards.then.spreads.subsectors, "discount"),
            why="AI software and data centres stand on price/sales, which is public for China but not for "
            "peers on that day",
        ),
        Compared(
            item="premium",
            figure="subsectors at a premium",
            ours=_stances(boards.then.spreads.subsectors, "premium"),
            why="the direction agrees; the note did not print its multiples",
        ),
        Compared(
            item="capex_2023_25_usd_bn",
            figure="capex 2023 to 2025, China and US, USD bn",
            ours=f"as known then: {_window(boards.then.capex, '2023-2025')}; "
            f"as known now: {_window(boards.today.capex, '2023-2025')}",
            why="2025 was an estimate in the note and is actual now; ByteDance is press; cash purchases "
            "without leases here",
        ),
        Compared(
            item="capex_ltm_jun25_usd_bn",
            figure="capex of four quarters, China and US, USD bn",
            ours=f"four quarters to {_end(boards.autumn, 'LTM')}: {_window(boards.autumn, 'LTM')}; "
            f"to {_end(boards.then.capex, 'LTM')}: {_window(boards.then.capex, 'LTM')}",
            why="the note has four Chinese firms; ours lacks those whose quarters are not public: "
            f"{', '.join(_missing(boards.autumn, 'LTM')) or 'none'}",
        ),
        Compared(
            item="model_gap_pct",
            figure="gap of the best models, %",
            ours=_gap(boards.then),
            why="integer scores of index version 3.0; the note rounds. Later versions re-scale and are never "
            "spliced",
        ),
        Compared(
            item="global_rise_usd_trn",
            figure="rise of global ex China since July 2024, USD tn",
            ours=NONE,
            why="the reference closes start at 2025-01-13; a July 2024 base would be another's figure",
        ),
        Compared(
            item="n_china",
            figure="issuers, China",
            ours=f"{basket.coverage.issuers}, {basket.coverage.priced} with a price",
            why="25 of the 33 names are publicly plausible; the list was not published",
        ),
        Compared(
            item="n_global",
            figure="issuers, global ex China",
            ours=f"{share.coverage.issuers - basket.coverage.issuers}, "
            f"{share.coverage.priced - basket.coverage.priced} with a price",
            why="chosen by the note's eight subsectors, see the universe file",
        ),
    )


def _bn(value: float | None) -> str:
    return NONE if value is None else f"{value / 1e9:+,.0f}"


def _tn(value: float | None) -> str:
    return NONE if value is None else f"{value / 1e12:,.2f}"


def _pct(value: float | None) -> str:
    return NONE if value is None else f"{value:.1f} %"


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.1f}"


def _weights(basket: Basket, rows: Sequence[ShareRow], side: Literal["china", "peers"]) -> str:
    """Weights of the subsectors that the note names, of one side."""
    values: dict[str, float] = {}
    for row in rows:
        china, everyone = row.china_usd or 0.0, row.global_usd or 0.0
        values[row.subsector] = china if side == "china" else everyone - china
    total = sum(values.values())
    if not total or basket.value_usd is None:
        return NONE
    named = (
        {"cloud": "CSP", "semicap": "SPE"} if side == "china" else {"cloud": "CSP", "ic_design": "IC design"}
    )
    return ", ".join(f"{name} {100 * values.get(key, 0.0) / total:.0f} %" for key, name in named.items())


def _stances(rows: Sequence[SpreadRow], stance: str) -> str:
    found = [
        f"{row.subsector} {row.spread_pct:+.0f} %" for row in rows if row.stance == stance and row.spread_pct
    ]
    return ", ".join(found) or "none"


def _find(capex: Capex, label: str) -> CapexWindow | None:
    return next((window for window in capex.windows if window.label == label), None)


def _window(capex: Capex, label: str) -> str:
    window = _find(capex, label)
    if window is None or window.ratio_pct is None or window.china_usd is None or window.us_usd is None:
        return "no full window"
    return f"{window.china_usd / 1e9:,.0f} vs {window.us_usd / 1e9:,.0f} ({window.ratio_pct:.1f} %)"


def _end(capex: Capex, label: str) -> str:
    window = _find(capex, label)
    return NONE if window is None else window.end.isoformat()


def _missing(capex: Capex, label: str) -> tuple[str, ...]:
    window = _find(capex, label)
    return () if window is None else window.missing


def _gap(board: Board) -> str:
    models = board.models
    if models.gap_pct is None or models.china is None or models.us is None:
        return NONE
    china, us = models.china, models.us
    return f"{models.gap_pct:.1f} % ({china.model} {china.score:g}, {us.model} {us.score:g})"
