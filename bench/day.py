"""A whole market day in minutes: the monitor in a pseudo-terminal, looked at before and after each edge.

The sessions stand here as the exchanges publish them: the program's calendar is not compared with itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import programs
from bench.crowd import BEGIN_SECONDS, Member, crowd, watch, watch_until
from bench.market_time import MarketTime
from bench.measure import Measure, Options
from bench.usage import memory

SPEED = 120.0
QUOTES_SECONDS = 120.0
SIZE = (220, 50)
"""Wide enough for the ribbon to write every state out."""
START = dt.datetime(2026, 11, 24, 0, 35, tzinfo=dt.UTC)
END = START + dt.timedelta(hours=25)
EDGES: dict[str, dict[str, str]] = {
    "SSE": {"01:30": "open", "03:30": "lunch", "05:00": "open", "07:00": "closed"},
    "HKEX": {"01:30": "open", "04:00": "lunch", "05:00": "open", "08:00": "closed"},
    "TWSE": {"01:00": "open", "05:30": "closed"},
    "KRX": {"00:00": "open", "06:30": "closed"},
    "TSE": {"00:00": "open", "02:30": "lunch", "03:30": "open", "06:30": "closed"},
    "Euronext": {"08:00": "open", "16:30": "closed"},
    "NYSE": {"01:00": "closed", "09:00": "pre", "14:30": "open", "21:00": "post"},
}
"""State from a time of day on, UTC, in winter."""
LATE_SECONDS = 6.0
"""Real seconds that the monitor may take to see an edge: it looks at its clock every five."""
LOOK_SECONDS = 0.5
WARM_HOURS = 2
_STATE = re.compile(rf"\b({'|'.join(EDGES)}) (open|lunch|pre|post|closed|holiday)\b(?: \S+)? (\d+):(\d\d)")
_CLOCK = re.compile(r"(\d\d):(\d\d) UTC")


@dataclass
class Seen:
    """What the looks at the screen have found.

    Attributes:
        wrong: What was not as it should be.
        looks: How often it was looked at.
        late: Real seconds from each edge until the screen told it.
        resident: Megabytes by market hour since the start.
    """

    wrong: list[str] = field(default_factory=list)
    looks: int = 0
    late: dict[tuple[str, dt.datetime], float] = field(default_factory=dict)
    resident: dict[int, float] = field(default_factory=dict)


def day(options: Options) -> Iterator[Measure]:
    """From before the opening in Shanghai to the same hour of the next day."""
    moment = MarketTime(start=START, speed=SPEED)
    log = options.folder / "day.log"
    with crowd(options.folder / "home", moment, quotes=QUOTES_SECONDS) as one:
        member = one.join("--log-file", str(log), size=SIZE)
        known = lambda: _STATE.search(member.terminal.screen()[1])  # noqa: E731 - read at once
        watch_until([member], known, BEGIN_SECONDS, "ribbon that knows the sessions")
        seen = _live_through(member, moment)
        polls = len(member.notes.read())
    yield from _measures(seen, log, polls)


def _live_through(member: Member, moment: MarketTime) -> Seen:
    seen, clock = Seen(), moment.clock()
    while (now := clock.now()) < END:
        watch([member], LOOK_SECONDS)
        hour = int((now - START).total_seconds() // 3600)
        if hour not in seen.resident:
            seen.resident[hour] = memory(member.process).resident
        _look(member.terminal.screen(), clock.now(), seen)
    return seen


def _look(rows: list[str], now: dt.datetime, seen: Seen) -> None:
    """Compare header and ribbon with the time."""
    seen.looks += 1
    tolerance = dt.timedelta(seconds=LATE_SECONDS * SPEED)
    shown = {found[1]: found for found in _STATE.finditer(rows[1])}
    for name in EDGES:
        state, since, until = expected(name, now)
        found = shown.get(name)
        if found is not None and found[2] == state:
            seen.late.setdefault((name, since), (now - since).total_seconds() / SPEED)
            left = dt.timedelta(hours=int(found[3]), minutes=int(found[4]))
            if abs(now + left - until) > dt.timedelta(minutes=5):
                seen.wrong.append(f"{now:%H:%M} {name} {state} for {left}, not {until - now}")
        elif now - since > tolerance:
            seen.wrong.append(f"{now:%H:%M} {name} {found[2] if found else 'absent'}, not {state}")
    clock = _CLOCK.search(rows[0])
    if clock is None or "● live" not in rows[0]:
        seen.wrong.append(f"{now:%H:%M} header: {rows[0]}")
        return
    minutes = (now.hour * 60 + now.minute - int(clock[1]) * 60 - int(clock[2])) % (24 * 60)
    if minutes > LATE_SECONDS * SPEED / 60:
        seen.wrong.append(f"{now:%H:%M} clock: {clock[0]}")


def expected(name: str, now: dt.datetime) -> tuple[str, dt.datetime, dt.datetime]:
    """State of an exchange, since when, and until when; of days without a holiday."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    edges = [
        (midnight + dt.timedelta(days=offset, hours=int(text[:2]), minutes=int(text[3:])), state)
        for offset in (-1, 0, 1)
        for text, state in EDGES[name].items()
    ]
    since, state = max(edge for edge in edges if edge[0] <= now)
    return state, since, min(edge for edge in edges if edge[0] > now)[0]


def _measures(seen: Seen, log: Path, polls: int) -> Iterator[Measure]:
    text = log.read_text(encoding="utf-8")
    yield Measure(
        name="a market day, wrong figures in header and ribbon",
        unit="",
        value=len(seen.wrong),
        budget=0,
        note="; ".join(seen.wrong[:3]) or f"looked at {seen.looks} times, clock ×{SPEED:g}",
    )
    # The edges of before the first look are not known.
    late = [seconds for (_, since), seconds in seen.late.items() if since > START + dt.timedelta(hours=1)]
    yield Measure(
        name="a market day, an edge until it is on the screen",
        unit="s",
        value=programs.median(late),
        budget=LATE_SECONDS,
        note=f"{len(late)} edges, the slowest {max(late):.1f} s",
    )
    bugs = text.count("Traceback") + text.count(" ERROR ")
    yield Measure(
        name="a market day, errors in the log", unit="", value=bugs, budget=0, note=f"{polls} Boards"
    )
    hours = sorted(seen.resident)
    early, end = seen.resident[hours[WARM_HOURS]], seen.resident[hours[-1]]
    yield Measure(
        name="a market day, growth of memory",
        unit="%",
        value=100 * (end / early - 1),
        note=f"{early:.0f} MB after {WARM_HOURS} hours, {end:.0f} MB after {hours[-1]}",
    )
