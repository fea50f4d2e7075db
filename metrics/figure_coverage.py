"""How much stands behind a figure, and how fresh that is, in words that a quotation can carry."""

from __future__ import annotations

from collections.abc import Iterable

from metrics.board import (
    Board,
    CapexWindow,
    Constituent,
    LineView,
    Part,
    PrivateRow,
    SpreadRow,
    SpreadTotal,
)
from metrics.words import freshness_words


def coverage_words(board: Board, row: Part, path: str) -> str:
    """Coverage of the figure at `path`, which `row` holds; empty for a fact that stands for itself."""
    words = _own(row)
    if words is not None:
        return words
    mine, whole = board.basket.coverage, board.share.coverage
    if path.startswith("basket."):
        fresh = freshness_words(board.basket.freshness)
        return "; ".join((f"{mine.priced} of {mine.issuers} issuers priced", *_joined(fresh)))
    if path.startswith(("share.", "same_moment.")):
        fresh = freshness_words(board.share.freshness)
        priced = (
            f"China {mine.priced} of {mine.issuers}, all {whole.priced} of {whole.issuers} issuers priced"
        )
        return "; ".join((priced, *_joined(fresh)))
    return ""


def _own(row: Part) -> str | None:
    """What a row says of itself; `None`: what its part says holds for it."""
    match row:
        case Constituent():
            return _freshness(row.lines)
        case LineView():
            return _freshness((row,))
        case SpreadTotal() | SpreadRow():
            return _multiples(row)
        case CapexWindow():
            return _window(row)
        case PrivateRow():
            return ""
    return None


def delay_words(line: LineView) -> str:
    """How late the price of a line is: `live`, `delayed 15 min`, `close`, `reference`; `stale` is added."""
    late: str = line.delay_class or ""
    if late == "delayed" and line.delay_minutes is not None:
        late = f"delayed {line.delay_minutes:.0f} min"
    return ", ".join(word for word in (late, "stale" if line.stale else "") if word)


def _freshness(lines: Iterable[LineView]) -> str:
    words = dict.fromkeys(words for line in lines if (words := delay_words(line)))
    return f"price: {', '.join(words)}" if words else ""


def _joined(words: list[str]) -> list[str]:
    return [", ".join(words)] if words else []


def _multiples(row: SpreadTotal | SpreadRow) -> str:
    shares = ((row.china_coverage_pct, "China's"), (row.peers_coverage_pct, "the peers'"))
    known = [f"{pct:.0f} % of {whose}" for pct, whose in shares if pct is not None]
    if not known:
        return ""
    return f"covers {' and '.join(known)} value{', thin' if row.thin else ''}"


def _window(row: CapexWindow) -> str:
    words = [f"without {', '.join(row.missing)}"] if row.missing else []
    if row.estimate_pct:
        words.append(f"{row.estimate_pct:.0f} % of the Chinese sum not actual")
    return "; ".join(words)
