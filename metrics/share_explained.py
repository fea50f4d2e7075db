"""How the figures of pane 2 came about: formula and inputs, with source and time, by Board path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from metrics.board import Basket, Explanation, Input, Share
from metrics.explained_inputs import aggregate, price_sources, price_sources_of_subsectors, rates
from metrics.valued import Valued
from providers.market import Market
from providers.universe import SUBSECTOR_NAMES

METHOD = "docs/methodology.md#global-share"


def explain_share(part: Share, market: Market, now: Valued, china: Basket) -> dict[str, Explanation]:
    """Explanations of `share.*`; `china` is the Basket of the same Board."""
    mine = aggregate(
        "China listed AI",
        part.china_listed_usd,
        china.coverage,
        china.freshness,
        price_sources(now, "china"),
    )
    whole = aggregate(
        "all listed AI", part.global_listed_usd, part.coverage, part.freshness, price_sources(now, None)
    )
    fx = rates(market, now, None)
    found = {
        "share.listed_pct": Explanation(
            title="China's share of global AI, listed",
            formula="China listed AI ÷ all listed AI",
            inputs=(mine, whole, *fx),
            method=METHOD,
            worked="{0} ÷ {1}",
        )
    }
    found |= {f"share.{name}": _with_private(part, (mine, whole), ends, fx) for name, ends in _ENDS.items()}
    priced_by = price_sources_of_subsectors(now)
    for row in part.by_subsector:
        found[f"share.by_subsector[{row.subsector}].share_pct"] = Explanation(
            title=f"China's share of {SUBSECTOR_NAMES.get(row.subsector, row.subsector)}, listed",
            formula="China listed ÷ all listed, in the subsector",
            inputs=(
                Input(
                    label="China",
                    value=row.china_usd,
                    unit="USD",
                    source=priced_by.get((row.subsector, "china")),
                ),
                Input(
                    label="global",
                    value=row.global_usd,
                    unit="USD",
                    source=priced_by.get((row.subsector, None)),
                ),
                *fx,
            ),
            method=METHOD,
            worked="{0} ÷ {1}",
        )
    return found


_ENDS = {
    "with_private_pct": ("", "value_usd", "value_usd"),
    "with_private_low_pct": (", low end", "low_usd", "high_usd"),
    "with_private_high_pct": (", high end", "high_usd", "low_usd"),
}
"""Words of the title, and which end of their bands the Chinese marks and the others take."""


def _with_private(
    part: Share, listed: tuple[Input, Input], ends: tuple[str, str, str], fx: Sequence[Input]
) -> Explanation:
    words, china_end, peer_end = ends
    china = sum(float(getattr(row, china_end)) for row in part.private if row.side == "china")
    peers = sum(float(getattr(row, peer_end)) for row in part.private if row.side == "peer")
    private = (
        Input(label="China private AI", value=china, unit="USD", note=_marks(part, "china")),
        Input(label="all private AI", value=china + peers, unit="USD", note=_marks(part, None)),
    )
    marks = (
        Input(
            label=row.company,
            value=getattr(row, china_end if row.side == "china" else peer_end),
            unit="USD",
            source=row.source,
            day=row.date,
            note=row.kind,
        )
        for row in part.private
    )
    return Explanation(
        title=f"China's share of global AI with private companies{words}",
        formula="(China listed + China private) ÷ (all listed + all private)",
        inputs=(*listed, *private, *marks, *fx),
        method=METHOD,
        worked="({0} + {2}) ÷ ({1} + {3})",
    )


def _marks(part: Share, side: str | None) -> str:
    days: list[dt.date] = [row.date for row in part.private if side in (None, row.side)]
    if not days:
        return "no marks"
    return f"{len(days)} marks of {min(days):%d %b %Y} to {max(days):%d %b %Y}"
