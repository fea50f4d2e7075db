"""How the figures of one constituent came about, from what the Board holds of it.

Computed when somebody asks, not kept: a dozen figures of sixty constituents would outweigh all the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from metrics.board import Board, Constituent, Explanation, Input, LineView
from metrics.figure_coverage import delay_words
from metrics.words import LMDI, MEASURES, short

_CAP = "docs/methodology.md#market-value"
_BASKET = "docs/methodology.md#basket"
_ATTRIBUTION = "docs/methodology.md#attribution"
_SPREADS = "docs/methodology.md#spreads"
_MAINLAND, _HONG_KONG = ("XSHG", "XSHE"), ("XHKG",)


def explain_constituent(board: Board, row: Constituent, field: str) -> Explanation | None:
    """How `basket.constituents[row].field` came about; `None` for what is no figure."""
    make = _FIGURES.get(field)
    return None if make is None else make(board, row)


def explain_line(_: Board, line: LineView, field: str) -> Explanation | None:
    """How `basket.constituents[…].lines[line].price` came about: it is a fact with its source."""
    if field != "price":
        return None
    return Explanation(
        title=f"Price of {line.symbol}",
        formula="newest price known",
        inputs=(_price(line), Input(label="since the previous close", value=line.day_pct, unit="%")),
        method=_CAP,
        worked="{0}",
    )


def _market_cap(board: Board, row: Constituent) -> Explanation:
    inputs: list[Input] = []
    terms = []
    for line in row.lines:
        at = len(inputs)
        count = Input(
            label=f"{line.symbol} shares",
            value=line.shares,
            unit="shares",
            source=line.shares_source,
            day=line.shares_as_of,
        )
        inputs += [_price(line), count]
        term = f"{{{at}}} × {{{at + 1}}}"
        if line.currency != "USD":
            inputs.append(_rate(board, line))
            term += f" ÷ {{{at + 2}}}"
        terms.append(term)
    return Explanation(
        title=f"Market cap of {row.name}",
        formula="Σ over counted lines (price × shares ÷ units of its currency per USD)",
        inputs=tuple(inputs),
        method=_CAP,
        worked=" + ".join(terms),
    )


def _weight(board: Board, row: Constituent) -> Explanation:
    whole = Input(label="value of the basket", value=board.basket.value_usd, unit="USD")
    return Explanation(
        title=f"Weight of {row.name} in the basket",
        formula="market cap ÷ value of the basket",
        inputs=(cap_input(row), whole),
        method=_BASKET,
        worked="{0} ÷ {1}",
    )


def _day(_: Board, row: Constituent) -> Explanation:
    move = Input(
        label="change at constant FX and shares",
        value=row.day_contribution_usd,
        unit="USD",
        note="since the previous close",
    )
    lines = tuple(_day_of(line) for line in row.lines)
    whole = all(line.day_pct is not None for line in row.lines)
    return Explanation(
        title=f"{row.name} since the previous close, local prices",
        formula="change ÷ (market cap - change)",
        inputs=(move, cap_input(row), *lines),
        method=_BASKET,
        worked="{0} ÷ ({1} - {0})" if whole else "",
    )


def _day_contribution(_: Board, row: Constituent) -> Explanation:
    inputs: list[Input] = []
    terms = []
    for line in row.lines:
        if line.day_pct is None:
            inputs.append(_day_of(line))
            continue
        at = len(inputs)
        inputs += [Input(label=f"{line.symbol} value", value=line.value_usd, unit="USD"), _day_of(line)]
        terms.append(f"{{{at}}} × {{{at + 1}}} ÷ (1 + {{{at + 1}}})")
    return Explanation(
        title=f"Contribution of {row.name} to the day, local prices",
        formula="Σ over lines value now × change ÷ (1 + change), at constant FX and shares",
        inputs=tuple(inputs),
        method=_BASKET,
        worked=" + ".join(terms),
    )


def _since_base(board: Board, row: Constituent) -> Explanation:
    return Explanation(
        title=f"{row.name} since the base date, in USD",
        formula="market cap ÷ value at the base date - 1",
        inputs=(cap_input(row), _base(board, row)),
        method=_BASKET,
        worked="{0} ÷ {1} - 1",
    )


def _contribution(board: Board, row: Constituent) -> Explanation:
    title = f"Contribution of {row.name} to the change of level since the base date"
    if row.base_usd is None:
        return Explanation(
            title=title,
            formula="value today, of an issuer that was not listed at the base date",
            inputs=(cap_input(row), Input(label="by listing", value=row.new_usd, unit="USD")),
            method=_BASKET,
            worked="{1}",
        )
    return Explanation(
        title=title,
        formula="market cap - value at the base date = price + FX + shares",
        inputs=(cap_input(row), _base(board, row), *_causes(row)),
        method=_BASKET,
        worked="{0} - {1}",
    )


def _cause(word: str) -> Callable[[Board, Constituent], Explanation]:
    def explained(board: Board, row: Constituent) -> Explanation:
        return Explanation(
            title=f"{row.name}: change since the base date by {word}",
            formula=LMDI,
            inputs=(*_causes(row), cap_input(row), _base(board, row)),
            method=_ATTRIBUTION,
        )

    return explained


def _new(_: Board, row: Constituent) -> Explanation:
    return Explanation(
        title=f"{row.name}: listed since the base date",
        formula="value today, of an issuer that was not listed at the base date",
        inputs=(cap_input(row),),
        method=_ATTRIBUTION,
        worked="" if row.new_usd is None else "{0}",
    )


def _multiple(measure: str) -> Callable[[Board, Constituent], Explanation]:
    name = MEASURES[measure]

    def explained(board: Board, row: Constituent) -> Explanation:
        known = board.explain.get(f"spreads.subsectors[{row.subsector}].spread_pct")
        in_force = (
            one
            for one in (known.inputs if known else ())
            if one.label == row.name and one.note is not None and f", {name} " in one.note
        )
        loss = measure == "forward_pe" and row.forward_pe is not None and row.forward_pe < 0
        then = next(in_force, Input(label=f"{name} as valued", value=None, unit="×", note="not kept here"))
        return Explanation(
            title=f"{name} of {row.name}{', which expects a loss' if loss else ''}",
            formula="multiple as valued × market cap now ÷ market cap on that day, or at the price now",
            inputs=(then, cap_input(row)),
            method=_SPREADS,
        )

    return explained


def _ah_spread(board: Board, row: Constituent) -> Explanation:
    pair = [
        min(
            (line for line in row.lines if line.exchange in places),
            key=lambda line: line.symbol,
            default=None,
        )
        for places in (_MAINLAND, _HONG_KONG)
    ]
    inputs: list[Input] = []
    for line, name in zip(pair, ("mainland", "Hong Kong"), strict=True):
        if line is None:
            inputs += [Input(label=f"{name} line", value=None, unit="", note="there is none")]
        else:
            inputs += [_price(line), _rate(board, line)]
    both = row.ah_spread_pct is not None and all(line and line.priced_by is None for line in pair)
    return Explanation(
        title=f"{row.name}: mainland line over Hong Kong line",
        formula="price of the A share ÷ price of the H share - 1, both in USD",
        inputs=tuple(inputs),
        method=_CAP,
        worked="({0} ÷ {1}) ÷ ({2} ÷ {3}) - 1" if both else "",
    )


_FIGURES: dict[str, Callable[[Board, Constituent], Explanation]] = {
    "market_cap_usd": _market_cap,
    "weight_pct": _weight,
    "day_pct": _day,
    "day_contribution_usd": _day_contribution,
    "since_base_pct": _since_base,
    "contribution_usd": _contribution,
    "price_usd": _cause("local price"),
    "fx_usd": _cause("FX"),
    "shares_usd": _cause("share count"),
    "new_usd": _new,
    "forward_pe": _multiple("forward_pe"),
    "price_sales": _multiple("price_sales"),
    "ah_spread_pct": _ah_spread,
}


def cap_input(row: Constituent, label: str = "market cap") -> Input:
    """The market cap as an input, with who priced it and the oldest as-of of its lines."""
    return Input(
        label=label,
        value=row.market_cap_usd,
        unit="USD",
        source=", ".join(dict.fromkeys(short(line.source) for line in row.lines if line.source)) or None,
        as_of=min((line.as_of for line in row.lines if line.as_of is not None), default=None),
    )


def _base(board: Board, row: Constituent) -> Input:
    day = board.basket.base_date
    note = None if row.base_usd is not None else "not listed, or no close known then"
    return Input(label="value at the base date", value=row.base_usd, unit="USD", day=day, note=note)


def _causes(row: Constituent) -> Sequence[Input]:
    return (
        Input(label="by local price", value=row.price_usd, unit="USD"),
        Input(label="by FX", value=row.fx_usd, unit="USD"),
        Input(label="by share count", value=row.shares_usd, unit="USD"),
    )


def _price(line: LineView) -> Input:
    words = [line.exchange]
    if line.priced_by is not None:
        words.append(f"priced by {line.priced_by}")
    return Input(
        label=f"{line.symbol} price",
        value=line.price,
        unit=line.currency,
        source=line.source,
        as_of=line.as_of,
        note=", ".join(word for word in (*words, delay_words(line)) if word),
    )


def _day_of(line: LineView) -> Input:
    return Input(
        label=f"{line.symbol} change",
        value=line.day_pct,
        unit="%",
        source=line.source,
        as_of=line.as_of,
        note="since its previous close" if line.day_pct is not None else "no close before",
    )


def _rate(board: Board, line: LineView) -> Input:
    """The rate with its source and time where the Board keeps them, as units per USD."""
    label = f"{line.currency} per USD"
    known = board.explain.get("basket.value_usd")
    found = next((one for one in (known.inputs if known else ()) if one.label == label), None)
    if found is not None:
        return found
    return Input(label=label, value=1.0 / line.fx_usd if line.fx_usd else None, unit=line.currency)
