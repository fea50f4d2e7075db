"""Words that several explanations use. Imports neither pandas nor numpy, which come after the first frame."""

from __future__ import annotations

from metrics.board import Freshness

MEASURES = {"forward_pe": "forward P/E", "price_sales": "price/sales"}
LMDI = "by line L(a, b) × ln(factor now ÷ factor then), L the logarithmic mean (LMDI-I, Ang 2004)"


def freshness_words(fresh: Freshness) -> list[str]:
    """Share of value by delay class: `71 % live`; what rounds to nothing is left out."""
    classes = (
        ("live", fresh.live_pct),
        ("delayed", fresh.delayed_pct),
        ("close", fresh.close_pct),
        ("reference", fresh.reference_pct),
    )
    return [f"{part:.0f} % {name}" for name, part in classes if part is not None and part >= 0.5]


def short(source: str) -> str:
    """A source without what it says of the place within: `reference` of `reference: ECB`."""
    return source.partition(": ")[0].strip()
