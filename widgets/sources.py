"""Sources: how each provider is doing, in words; for the screen and for a plain terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import starmap

from metrics.board import ProviderView
from widgets.format import Format
from widgets.lines import clip, harmless, pad
from widgets.names import EXCHANGE_GROUPS

HEADINGS = ("source", "state", "last answer", "latency", "requests today", "delay measured")
GAP = 2


def delay_words(provider: ProviderView, fmt: Format) -> str:
    """Measured delay by exchange, the longest first: `HKEX 15m, NYSE 0m`; a dash where nothing was measured.

    Exchanges that share a name (Shanghai and Shenzhen) show the longer of theirs.
    """
    delays: dict[str, float] = {}
    for exchange, minutes in provider.delay_minutes.items():
        place = EXCHANGE_GROUPS.get(exchange, exchange)
        delays[place] = max(delays.get(place, 0.0), minutes)
    ordered = sorted(delays.items(), key=lambda item: (-round(item[1]), item[0]))
    return ", ".join(f"{place} {minutes:.0f}m" for place, minutes in ordered) or fmt.symbols.missing


def request_words(provider: ProviderView) -> str:
    """Requests of the day: `1,234`, or `34 of 100` where there is a limit."""
    allowed = "" if provider.allowed is None else f" of {provider.allowed:,}"
    return f"{provider.requests:,}{allowed}"


def state_words(provider: ProviderView) -> str:
    """State of a provider; `idle` for one that is well but has not answered anything yet."""
    return "idle" if provider.state == "ok" and provider.last_ok is None else provider.state


def latency_words(provider: ProviderView, fmt: Format) -> str:
    """How long one request takes: `83 ms`."""
    return fmt.symbols.missing if provider.latency_ms is None else f"{provider.latency_ms:.0f} ms"


def trouble_words(provider: ProviderView, now: dt.datetime, fmt: Format) -> str:
    """Why a provider is not well and when it is tried again; empty for one that is."""
    again = f"next try {fmt.wait(provider.next_try, now)}" if provider.next_try else ""
    return harmless("; ".join(part for part in (provider.last_error, again) if part))


def table(providers: Sequence[ProviderView], now: dt.datetime, fmt: Format, width: int) -> str:
    """All providers as lines of text, each in trouble with its reason below, no wider than `width` cells."""
    rows = [
        (
            harmless(provider.name),
            state_words(provider),
            fmt.moment(provider.last_ok, now),
            latency_words(provider, fmt),
            request_words(provider),
            delay_words(provider, fmt),
        )
        for provider in providers
    ]
    widths = [max(len(row[column]) for row in (HEADINGS, *rows)) + GAP for column in range(len(HEADINGS))]

    def line(*cells: str) -> str:
        shown = "".join(pad(text, room, "left") for text, room in zip(cells, widths, strict=True)).rstrip()
        return clip(shown, width, fmt.symbols.ellipsis)

    lines = [line(*HEADINGS)]
    for provider, row in zip(providers, starmap(line, rows), strict=True):
        lines.append(row)
        if trouble := trouble_words(provider, now, fmt):
            lines.append(clip(f"{'':{GAP}}{trouble}", width, fmt.symbols.ellipsis))
    return "\n".join(lines)
