"""What makes a listed line unusable: rules that cost the row, so that nothing is counted wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from providers.reference.rows import Finding, Row, Sheet, convert
from providers.universe import Line

LARGEST_RATIO = 1e6
# fmt: off
EXCHANGES = frozenset({
    "XSHG", "XSHE", "XHKG", "XNYS", "XNAS", "XASE", "OTCM", "XTAI", "ROCO", "XKRX", "XKOS", "XTKS", "XAMS",
    "XETR", "XASX", "XLON", "XPAR", "XBRU", "XMIL", "XMAD", "XLIS", "XDUB", "XSWX", "XSTO", "XHEL", "XCSE",
    "XOSL", "XWBO", "XWAR", "XPRA", "XBUD", "XTSE", "XTSX", "XSES", "XBOM", "XNSE", "XIDX", "XBKK", "XKLS",
    "XPHS", "XNZE", "XTAE", "XSAU", "XJSE", "XIST", "BVMF", "XMEX",
})
CURRENCIES = frozenset({
    "USD", "CNY", "HKD", "EUR", "JPY", "KRW", "TWD", "AUD", "GBP", "CAD", "CHF", "SGD", "INR", "SEK", "DKK",
    "NOK", "PLN", "CZK", "HUF", "IDR", "THB", "MYR", "PHP", "VND", "NZD", "ILS", "SAR", "ZAR", "TRY", "BRL",
    "MXN",
})
# fmt: on
_DEPOSITARY = re.compile(r"\b(ADS|ADR|GDR|GDS)\b")


class Placed(NamedTuple):
    """A line with the row that it comes from."""

    sheet: Sheet
    row: Row
    line: Line


class Candidate(NamedTuple):
    """Cells that should make a line, with the row that they come from."""

    sheet: Sheet
    row: Row
    cells: Mapping[str, object]


def sound_lines(candidates: Iterable[Candidate], seen: set[str]) -> tuple[list[Placed], list[Finding]]:
    """The usable lines of one issuer, the counted first, and why the others are not.

    `seen` are the symbols of other issuers; the usable ones are added to it.
    """
    placed: list[Placed] = []
    faults: list[Finding] = []
    for sheet, row, cells in candidates:
        # A twin that does not say whether it counts does not.
        told = cells if "twin_of" not in cells else {"counted": "false", **cells}
        line = convert(sheet, row, Line, told)
        if isinstance(line, Finding):
            faults.append(line)
        elif fault := _fault(sheet, row, line, seen):
            faults.append(fault)
        else:
            seen.add(line.symbol)
            placed.append(Placed(sheet, row, line))
    kept: list[Placed] = []
    for one in placed:
        if fault := _fault_among(one, placed):
            faults.append(fault)
            seen.discard(one.line.symbol)
        else:
            kept.append(one)
    return sorted(kept, key=lambda one: not one.line.counted), faults


def _fault(sheet: Sheet, row: Row, line: Line, seen: set[str]) -> Finding | None:
    """The first thing that makes the line unusable by itself."""
    code = "Write the market identifier code, such as XHKG, XNAS or XSHG."
    iso = "Write the ISO code of the major unit: GBP for prices in pence."
    twice = f"{line.symbol} and {line.twin_of} are the same shares and both counted."
    span = f"{line.symbol} is listed on {line.listed_on}, after it was delisted on {line.delisted_on}."
    ratio = f"expected a number above zero, got {line.ordinary_per_unit!r}."
    rules = (
        (line.symbol in seen, "symbol", f"{line.symbol} is there twice.", "Keep one row of each line."),
        (
            line.exchange not in EXCHANGES,
            "exchange",
            f"expected a known exchange, got {line.exchange!r}.",
            code,
        ),
        (line.currency not in CURRENCIES, "currency", f"expected a currency, got {line.currency!r}.", iso),
        (
            not 0 < line.ordinary_per_unit < LARGEST_RATIO,
            "ordinary_per_unit",
            ratio,
            "Write shares behind one unit.",
        ),
        (_ends_before(line), "delisted_on", span, "Correct one of the two days."),
        (line.counted and line.twin_of is not None, "counted", twice, "Write counted = false for the twin."),
    )
    return next(
        (sheet.error(row, column, what, mend) for broken, column, what, mend in rules if broken), None
    )


def _ends_before(line: Line) -> bool:
    return line.listed_on is not None and line.delisted_on is not None and line.listed_on > line.delisted_on


def _fault_among(one: Placed, placed: list[Placed]) -> Finding | None:
    line = one.line
    counted = {other.line.symbol for other in placed if other.line.counted}
    if line.twin_of and line.twin_of not in counted:
        message = f"{line.symbol} is a twin of {line.twin_of}, which is no counted line of {line.issuer}."
        return one.sheet.error(one.row, "twin_of", message, "Name the counted line, or empty the cell.")
    if line.counted and len(counted) > 1 and _DEPOSITARY.search(line.line_class):
        others = ", ".join(sorted(counted - {line.symbol}))
        message = (
            f"{line.symbol} is a depositary receipt, counted beside {others}: the same shares counted twice."
        )
        return one.sheet.error(one.row, "counted", message, "Write counted = false and twin_of.")
    return None
