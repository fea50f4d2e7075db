"""How the rows of the share table came about, from what the Board holds of them."""

from __future__ import annotations

from collections.abc import Iterable

from metrics.board import Board, Explanation, Input, PrivateRow, RegionRow, SameMoment, Share, ShareRow
from metrics.constituents_explained import cap_input
from metrics.moves_explained import minus, moved
from providers.universe import SUBSECTOR_NAMES

_SHARE = "docs/methodology.md#global-share"
_SAME_MOMENT = "docs/methodology.md#same-moment"


def explain_subsector_share(board: Board, row: ShareRow, field: str) -> Explanation | None:
    """`share.by_subsector[row].china_usd`, `global_usd`, `day_pp`."""
    name = SUBSECTOR_NAMES.get(row.subsector, row.subsector)
    china = Input(label="China", value=row.china_usd, unit="USD")
    match field:
        case "china_usd":
            members = [one for one in board.basket.constituents if one.subsector == row.subsector]
            return Explanation(
                title=f"China's listed value in {name}",
                formula="Σ market cap of the Chinese issuers",
                inputs=tuple(cap_input(one, one.name) for one in members),
                method=_SHARE,
                worked=_sum(place for place, one in enumerate(members) if one.market_cap_usd is not None),
            )
        case "global_usd":
            rest = Input(label="outside China", value=minus(row.global_usd, row.china_usd), unit="USD")
            return Explanation(
                title=f"Listed value in {name}, China included",
                formula="Σ market cap of all listed issuers",
                inputs=(china, rest),
                method=_SHARE,
                worked="{0} + {1}",
            )
        case "day_pp":
            return moved(f"China's share of {name}", row.share_pct, row.day_pp, _SHARE)
    return None


def explain_share(_: Board, part: Share, field: str) -> Explanation | None:
    """`share.day_pp`; the shares themselves are kept."""
    if field != "day_pp":
        return None
    return moved("China's share of global AI, listed", part.listed_pct, part.day_pp, _SHARE)


def explain_same_moment(board: Board, part: SameMoment, field: str) -> Explanation | None:
    """`same_moment.share_listed_pct`, `china_since_pct`, `peers_since_pct`."""
    sides = {"china_since_pct": "China", "peers_since_pct": "issuers outside China"}
    if field == "share_listed_pct":
        return Explanation(
            title="China's share of global AI, listed, at the last common close",
            formula="China listed AI ÷ all listed AI, at the closes of that day",
            inputs=(
                Input(label="share then", value=part.share_listed_pct, unit="%", day=part.at),
                Input(label="share now", value=board.share.listed_pct, unit="%"),
            ),
            method=_SAME_MOMENT,
            worked="{0}",
        )
    if field not in sides:
        return None
    return Explanation(
        title=f"What {sides[field]} moved since the last common close, in USD",
        formula="Σ value now ÷ Σ value at that close - 1, over the issuers valued at both",
        inputs=(
            Input(label="move", value=getattr(part, field), unit="%", day=part.at, note="since that close"),
        ),
        method=_SAME_MOMENT,
        worked="{0}",
    )


def explain_region(board: Board, row: RegionRow, field: str) -> Explanation | None:
    """`share.by_region[row].value_usd`, `share_pct`."""
    count = f"{row.issuers} issuers"
    value = Input(label=f"listed in {row.region}", value=row.value_usd, unit="USD", note=count)
    if field == "value_usd":
        return Explanation(
            title=f"Listed AI value of issuers from {row.region}",
            formula="Σ market cap of the issuers of the region",
            inputs=(value,),
            method=_SHARE,
        )
    if field == "share_pct":
        whole = Input(label="all listed AI", value=board.share.global_listed_usd, unit="USD")
        return Explanation(
            title=f"Share of {row.region} in listed AI value",
            formula="value of the region ÷ value of all listed issuers",
            inputs=(value, whole),
            method=_SHARE,
            worked="{0} ÷ {1}",
        )
    return None


def explain_private(_: Board, row: PrivateRow, field: str) -> Explanation | None:
    """`share.private[row].value_usd`: a fact with its source and its band."""
    if field != "value_usd":
        return None
    facts = (("mark", row.value_usd), ("low", row.low_usd), ("high", row.high_usd))
    return Explanation(
        title=f"Value of {row.company}, private",
        formula=f"newest mark in force: {row.kind}",
        inputs=tuple(
            Input(label=label, value=value, unit="USD", source=row.source, day=row.date, note=row.kind)
            for label, value in facts
        ),
        method=_SHARE,
        worked="{0}",
    )


def _sum(places: Iterable[int]) -> str:
    return " + ".join(f"{{{place}}}" for place in places)
