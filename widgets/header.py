"""Header: the first line. Product, mode, freshness, providers, progress, clock: can this be trusted now?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from metrics.board import Board, Freshness, ProviderView, Trends
from widgets.lines import Line, Lines, Span, clip_line, ends, width_of
from widgets.options import DisplayOptions, View
from widgets.sources import state_words

STALE_LIMIT_PCT = 5.0
"""Stale share of the basket's value from which the freshness turns into a warning."""
GAP = Span("  ")
STANDS_AFTER = dt.timedelta(minutes=2)
WIDE = 100
"""Columns from which the clock says its zone and the poll interval."""
NOT_THE_MARKET = frozenset({"demo", "replay"})


class Header(Widget):
    """One line; what matters less gives way where the terminal is narrow.

    The clock is a widget of its own: when a minute passes, it alone is sent.
    """

    DEFAULT_CSS = """
    Header {
        height: 1;
        layout: horizontal;
        background: transparent;
        #header-status { width: 1fr; }
        #header-clock { width: 6; }
    }
    """

    def __init__(
        self,
        *,
        remarks_key: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._remarks_key = remarks_key
        self.status = Lines(id="header-status")
        self.clock = Lines(id="header-clock")
        self._draw: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """Everything but the clock, and the clock."""
        yield self.status
        yield self.clock

    def show(
        self,
        board: Board,
        now: dt.datetime,
        options: DisplayOptions,
        *,
        paused: bool = False,
        speed: float | None = None,
    ) -> None:
        """Show the state of a Board. `speed`: of a replay, market seconds per second."""
        view = View(board=board, trends=Trends(timeframe="1D"), now=now, options=options)

        def draw() -> None:
            clock = clock_line(view, wide=(self.size or self.app.size).width >= WIDE, paused=paused)
            self.clock.styles.width = width_of(clock)
            self.clock.draw(lambda _width: [clock])
            key = self._remarks_key
            self.status.draw(lambda width: [status_line(view, width, speed=speed, remarks_key=key)])

        self._draw = draw
        draw()

    def on_resize(self, _event: events.Resize) -> None:
        """What the clock says depends on the width."""
        self._draw()


def status_line(view: View, width: int, *, speed: float | None = None, remarks_key: str = "") -> Line:
    """Product, mode, freshness, providers, progress and the count of remarks, for a width."""
    left: Line = (Span(" NARROWS ", "strong"), Span(" "), *_mode(view, speed), GAP)
    line = (*left, *_middle(view, width - width_of(left) - 1, remarks_key))
    line = ends(line, (), width, view.fmt.symbols.ellipsis)
    return _inverse(line) if view.board.mode in NOT_THE_MARKET else line


def clock_line(view: View, *, wide: bool, paused: bool = False) -> Line:
    """Time of day; where there is room with its zone and the poll interval."""
    zone = f" {view.now.astimezone(view.options.zone):%Z}" if wide else ""
    line: list[Span] = [Span(f"{view.fmt.clock(view.now)}{zone}", "strong")]
    if paused:
        line.insert(0, Span("PAUSED ", "warning"))
    elif wide and view.board.poll_seconds is not None and view.board.mode != "offline":
        line.append(Span(f"  poll {view.board.poll_seconds:g}s", "dim"))
    line.append(Span(" "))
    return _inverse(tuple(line)) if view.board.mode in NOT_THE_MARKET else tuple(line)


def _inverse(line: Line) -> Line:
    return tuple(Span(text, "inverse") for text, _ in line)


def _middle(view: View, room: int, remarks_key: str) -> Line:
    """The fullest wording of freshness and providers that fits; at last it is cut, with a sign."""
    line: Line = ()
    for line in _wordings(view, remarks_key):
        if width_of(line) <= room:
            return line
    return clip_line(line, max(room, 1), view.fmt.symbols.ellipsis)


def _wordings(view: View, remarks_key: str) -> Iterator[Line]:
    if _stands(view):
        yield _pieces(_remarks(view, remarks_key))
        return
    fmt = view.fmt
    progress, poller, remarks = _progress(view), _poller(view), _remarks(view, remarks_key)
    errors = remarks if _failing(view) else ()
    kept = (_role(view), errors)
    full = freshness_line(view.board.basket.freshness, view)
    short = freshness_line(view.board.basket.freshness, view, short=True)
    every, bad = _providers(view.board.providers, view), _providers(view.board.providers, view, only_bad=True)
    answered = sum(
        provider.state == "ok" and provider.last_ok is not None for provider in view.board.providers
    )
    sources = "source" if answered == 1 else "sources"
    count = Span(f"{answered} {sources} ok" if answered else "no source has answered yet", "dim")
    dot = Span(f" {fmt.symbols.dot} ", "dim")
    counted = (count,) if not bad else (*bad, dot, count)
    for fresh in (full, short):
        for told, done in ((remarks, progress), (errors, progress), (errors, ())):
            for providers in (every, counted, bad):
                yield _pieces(fresh, providers, done, poller, told)
    for fresh in (full, short):
        for providers in (counted, bad):
            yield _pieces(fresh, providers, *kept)
    if any(kept):
        bad = _providers(view.board.providers, view, only_bad=True, reasons=False)
        yield _pieces(short, bad, *kept)
    yield _pieces(short, *kept, bad)


def _pieces(*pieces: Line) -> Line:
    return tuple(part for piece in pieces if piece for part in (*piece, GAP))


def _stands(view: View) -> bool:
    """Whether this is a Board of some time ago that nobody follows up: nothing in it is live any more."""
    board = view.board
    polled = board.poller is not None and (board.poller.role != "follows" or board.poller.holder is not None)
    return board.mode == "live" and not polled and view.now - board.as_of >= STANDS_AFTER


def _mode(view: View, speed: float | None) -> Line:
    board, fmt = view.board, view.fmt
    if _stands(view):
        since = fmt.moment(board.as_of, view.now)
        return (Span(f"{fmt.symbols.offline} nobody polls, all as of {since}", "warning"),)
    if board.mode == "live":
        return (Span(f"{fmt.symbols.live} live", "live"),)
    if board.mode == "demo":
        return (Span("DEMO simulated market"),)
    if board.mode == "replay":
        local = board.as_of.astimezone(view.options.zone)
        pace = f" {fmt.symbols.times}{speed:g}" if speed is not None else ""
        return (Span(f"REPLAY {local:%Y-%m-%d %H:%M}{pace}"),)
    reference = f"  reference of {fmt.day(board.reference_date)}" if board.reference_date else ""
    return (Span(f"{fmt.symbols.offline} offline{reference}", "warning"),)


def freshness_line(freshness: Freshness, view: View, *, short: bool = False) -> Line:
    """Share of value by delay class: `71% live · 24% 15m · 5% close`; what is stale comes first."""
    fmt = view.fmt
    delay = "delayed" if freshness.delay_minutes is None else f"{freshness.delay_minutes:.0f}m"
    classes = (
        (freshness.live_pct, "live", ""),
        (freshness.delayed_pct, delay, ""),
        (freshness.close_pct, "close", ""),
        (freshness.reference_pct, "reference", "dim"),
    )
    shown = [
        Span(f"{pct:.0f}% {word}", tone) for pct, word, tone in classes if pct is not None and round(pct) > 0
    ]
    stale = freshness.stale_pct or 0.0
    if round(stale) > 0:
        since = (
            f" since {fmt.moment(freshness.oldest_as_of, view.now)}"
            if freshness.oldest_as_of and not short
            else ""
        )
        tone = "error" if stale >= STALE_LIMIT_PCT else "warning"
        shown.insert(0, Span(f"{stale:.0f}% stale{since}", tone))
    if not shown:
        return (Span("no price yet", "warning"),)
    if short:
        shown = shown[:1]
    dot = Span(f" {fmt.symbols.dot} ", "dim")
    return tuple(part for number, span in enumerate(shown) for part in ((dot, span) if number else (span,)))


def _providers(
    providers: Sequence[ProviderView], view: View, *, only_bad: bool = False, reasons: bool = True
) -> Line:
    """Each provider in words, those in trouble first."""
    troubled = [provider for provider in providers if provider.state in ("down", "degraded")]
    fine = [provider for provider in providers if provider.state == "ok"]
    shown = troubled if only_bad else [*troubled, *fine]
    dot = Span(f" {view.fmt.symbols.dot} ", "dim")
    return tuple(
        part
        for number, provider in enumerate(shown)
        for part in ((dot,) if number else ()) + (provider_words(provider, view, reasons=reasons),)
    )


def provider_words(provider: ProviderView, view: View, *, reasons: bool = True) -> Span:
    """`yahoo ok`, `sec idle` before its first answer, `yahoo down 3m, next try 0:42 (429 too many)`."""
    fmt = view.fmt
    if provider.state in ("ok", "off"):
        return Span(f"{provider.name} {state_words(provider)}", "dim")
    since = f" {fmt.age(provider.last_ok, view.now).replace(' ', '')}" if provider.last_ok else ""
    retry = f", next try {fmt.wait(provider.next_try, view.now)}" if provider.next_try else ""
    reason = f" ({provider.last_error})" if reasons and provider.last_error else ""
    tone = "error" if provider.state == "down" else "warning"
    return Span(f"{provider.name} {provider.state}{since}{retry}{reason}", tone)


def _progress(view: View) -> Line:
    progress = view.board.progress
    if progress is None or progress.done >= progress.total:
        return ()
    return (Span(f"{progress.what} {progress.done}/{progress.total}", "focus"),)


def _role(view: View) -> Line:
    """`polls` or `follows`, without saying whom."""
    return tuple(
        Span(text.partition(" ")[0] if tone == "dim" else text, tone) for text, tone in _poller(view)
    )


def _poller(view: View) -> Line:
    """Who polls the store, where that is shared: `polls`, or `follows alice@host`."""
    poller = view.board.poller
    if poller is None or poller.role == "alone":
        return ()
    if poller.role == "polls":
        return (Span("polls", "dim"),)
    if poller.holder is None:
        return (Span("nobody polls", "warning"),)
    return (Span(f"follows {poller.holder}", "dim"),)


def _failing(view: View) -> list[str]:
    """What has a remark that is an error: the store, above all."""
    return sorted({each.subject for each in view.board.remarks if each.severity == "error"})


def _remarks(view: View, key: str) -> Line:
    """The key that lists the remarks, and what fails, or how many are doubts: `i 3 remarks`."""
    if failing := _failing(view):
        return (Span(key, "focus"), Span(f" error: {', '.join(failing)}", "error"))
    told = {(each.subject, each.text) for each in view.board.remarks if each.severity != "info"}
    if not told:
        return ()
    words = "remark" if len(told) == 1 else "remarks"
    return (Span(key, "focus"), Span(f" {len(told)} {words}", "warning"))
