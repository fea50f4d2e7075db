"""Ribbon: the second line. Which exchanges trade, and when that changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from metrics.board import Board, SessionView, Trends
from widgets.lines import Chunk, Line, Lines, Span, ends, fit, spans, width_of
from widgets.names import EXCHANGE_GROUPS
from widgets.options import DisplayOptions, View

GRACE = dt.timedelta(minutes=10)
"""A state that should have changed so long ago comes from an old Board and is not shown as if it held."""
TONES = {
    "open": "live",
    "lunch": "warning",
    "pre": "focus",
    "post": "focus",
    "closed": "dim",
    "holiday": "dim",
}


class Ribbon(Lines):
    """One line; exchanges that are shut share one word where the terminal is narrow."""

    DEFAULT_CSS = "Ribbon { height: 1; }"

    def show(self, board: Board, now: dt.datetime, options: DisplayOptions, *, right: str = "") -> None:
        """Show the sessions of a Board; `right`: what stands at the right end, such as the traffic."""
        view = View(board=board, trends=Trends(timeframe="1D"), now=now, options=options)
        self.draw(lambda width: [ribbon_line(view, width, right)])


def ribbon_line(view: View, width: int, right: str = "") -> Line:
    """The whole line for a width."""
    groups = _groups(view.board.sessions, view.now)
    ellipsis = view.fmt.symbols.ellipsis
    tail: Line = (Span(right, "dim"), Span(" ")) if right else ()
    if not groups:
        return ends((Span(" sessions not known yet", "dim"),), tail, width, ellipsis)
    full, medium, short = _full(groups, view), _short(groups, view, words=True), _short(groups, view)
    chunks, end = full, tail
    for chunks, end in ((full, tail), (medium, tail), (short, tail), (short, ())):
        if 1 + sum(width_of(spans(chunk)) + 2 for chunk in chunks) + width_of(end) <= width:
            break
    line = fit(chunks, width - width_of(end) - 2, gap="  ", ellipsis=ellipsis)
    return ends((Span(" "), *line), end, width, ellipsis)


def _groups(sessions: Sequence[SessionView], now: dt.datetime) -> list[tuple[str, SessionView]]:
    """One session a group, Asia first; of several exchanges in a group the one that trades."""
    found: dict[str, SessionView] = {}
    for session in sessions:
        if session.next_change is not None and session.next_change < now - GRACE:
            continue
        name = EXCHANGE_GROUPS.get(session.exchange, session.exchange)
        if name not in found or (session.state == "open" and found[name].state != "open"):
            found[name] = session
    known = list(dict.fromkeys(EXCHANGE_GROUPS.values()))
    order = sorted(found, key=lambda name: known.index(name) if name in known else len(known))
    return [(name, found[name]) for name in order]


def _full(groups: Sequence[tuple[str, SessionView]], view: View) -> list[Chunk]:
    """`SSE open 0:28 ▸`, `KRX closed 15:12 ▸`, `NYSE holiday Thanksgiving`."""
    symbols = view.fmt.symbols
    chunks: list[Chunk] = []
    for name, session in groups:
        note = f" {session.note}" if session.note else ""
        until = (
            f" {view.fmt.countdown(session.next_change, view.now)} {symbols.next}"
            if session.next_change
            else ""
        )
        chunks.append(
            (Span(f"{name} "), Span(f"{session.state}{note}", TONES[session.state]), Span(until, "dim"))
        )
    return chunks


def _short(groups: Sequence[tuple[str, SessionView]], view: View, *, words: bool = False) -> list[Chunk]:
    """`SSE SZSE ▸0:28`; exchanges in the same state share one piece, those that are shut come last."""
    symbols = view.fmt.symbols
    trading: dict[tuple[str, str], list[str]] = {}
    shut: dict[str, list[str]] = {}
    for name, session in groups:
        if session.state in ("closed", "holiday"):
            shut.setdefault(session.state, []).append(name)
            continue
        word = "" if session.state == "open" and not words else f"{session.state} "
        until = view.fmt.countdown(session.next_change, view.now) if session.next_change else ""
        half = " half day" if session.note == "half day" else ""
        trading.setdefault((f"{word}{symbols.next}{until}{half}", TONES[session.state]), []).append(name)
    chunks: list[Chunk] = [
        (Span(f"{' '.join(members)} "), Span(text, tone)) for (text, tone), members in trading.items()
    ]
    chunks += [Span(f"{state} {' '.join(members)}", "dim") for state, members in shut.items()]
    return chunks
