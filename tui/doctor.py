"""`narrows doctor`: what works here, in words: configuration, universe, store, clock, terminal, providers."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from metrics.board import ProviderView, SessionView
from metrics.compute import board as compute_board
from providers.redaction import redacted
from providers.reference import check
from providers.secret import SecretError
from tui import checks, compose, config_secrets, display, logs
from tui.config_errors import dotted
from tui.errors import ConfigError, ProgramError, StoreUnusable
from tui.options import Settings
from tui.rungs import rungs
from tui.surroundings import Surroundings, here
from widgets import sources as source_words
from widgets.format import Format

ANSWER_SECONDS = 20.0

Grade = Literal["ok", "note", "broken"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the report; `status` is the exit status that a broken one leads to."""

    subject: str
    grade: Grade
    text: str
    status: int = 0


def run(settings: Settings) -> int:
    """Print every finding; the exit status is that of the first broken one."""
    logs.start(settings.log_file)
    status = 0
    for finding in (
        *configuration(settings),
        *store(settings),
        *terminal(settings, here()),
        *sources(settings),
    ):
        sys.stdout.write(f"{finding.grade:<7}{finding.subject:<13} {finding.text}\n")
        sys.stdout.flush()
        if finding.grade == "broken":
            status = status or finding.status
    return status


def configuration(settings: Settings) -> Iterator[Finding]:
    """The file in force, its provider names, and the universe."""
    path = settings.config_path
    there = "" if path is not None and path.is_file() else " (not there: defaults hold)"
    yield Finding(subject="config", grade="ok", text=f"{path}{there}")
    yield from secrets(settings)
    name = settings.universe_path
    try:
        checks.before_the_screen(settings)
        universe = compose.universe_of(name)
    except ProgramError as error:
        yield Finding(subject="universe", grade="broken", text=str(error), status=error.status)
        return
    errors = sum(finding.severity == "error" for finding in check(name))
    size = f"{name}: {len(universe.issuers)} issuers, {len(universe.lines)} lines, base {universe.base_date}"
    if errors:
        yield Finding(
            subject="universe",
            grade="note",
            text=f"{size}; {errors} unusable rows, see `narrows universe check`",
        )
    else:
        yield Finding(subject="universe", grade="ok", text=size)


def secrets(settings: Settings) -> Iterator[Finding]:
    """Each secret that is kept elsewhere: whether it can be had. Who only follows a poller needs none."""
    for keys, place in config_secrets.places(msgspec.to_builtins(settings.config)):
        try:
            place.text()
        except SecretError as error:
            yield Finding(subject="secret", grade="note", text=f"{dotted(keys)}: {error}")
        else:
            yield Finding(subject="secret", grade="ok", text=f"{dotted(keys)} from {place.place}")


def store(settings: Settings) -> Iterator[Finding]:
    """Whether the store can be opened and written."""
    if settings.demo:
        yield Finding(subject="store", grade="ok", text="none in the demo")
        return
    try:
        opened, remarks = compose.open_store(settings, dt.datetime.now(dt.UTC))
    except (StoreUnusable, ConfigError) as error:
        yield Finding(subject="store", grade="broken", text=str(error), status=error.status)
        return
    if opened is not None:
        opened.close()
        yield Finding(subject="store", grade="ok", text=redacted(settings.store_url))
    yield from (Finding(subject="store", grade="note", text=remark.text) for remark in remarks)


def terminal(settings: Settings, around: Surroundings) -> Iterator[Finding]:
    """Clock and zone, size, then what stands between here and the eye and what is sent for that reason."""
    now = dt.datetime.now(dt.UTC)
    local = now.astimezone()
    yield Finding(subject="clock", grade="ok", text=f"{now:%Y-%m-%d %H:%M:%S} UTC, {local:%H:%M %Z} here")
    size = shutil.get_terminal_size()
    small = size.columns < 80 or size.lines < 24
    text = f"{size.columns}x{size.lines}" + (", below 80x24: headlines only" if small else "")
    yield Finding(subject="terminal", grade="note" if small else "ok", text=text)
    steps = rungs(settings.config.display, around)
    mouse = "on" if display.wants_mouse(settings.config.display, around) else "off"
    up = display.options(settings.config.display, around).up
    yield Finding(
        subject="display", grade="ok", text=f"{around.words}: {steps.words}, mouse {mouse}, up is {up}"
    )
    if around.multiplexer == "tmux" and any(
        "desktop" in (alert.sinks or ()) for alert in settings.config.alerts
    ):
        yield notices_through_tmux()


def notices_through_tmux() -> Finding:
    """Whether tmux passes the desktop notices of alerts on."""
    command = ["tmux", "show-options", "-Apv", "allow-passthrough"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=2, check=False)  # noqa: S603 - no word of it comes from outside
    except (OSError, subprocess.TimeoutExpired):
        return Finding(subject="notices", grade="note", text="tmux does not say whether it passes them on")
    if done.stdout.strip() in {"on", "all"}:
        return Finding(subject="notices", grade="ok", text="tmux passes them on")
    text = "tmux drops them; put `set -g allow-passthrough on` into ~/.tmux.conf"
    return Finding(subject="notices", grade="note", text=text)


def sources(settings: Settings) -> Iterator[Finding]:
    """Exchanges and providers, after one question to each provider; offline without any."""
    try:
        sessions, providers, remarks = asyncio.run(_asked(settings))
    except ProgramError as error:
        yield Finding(subject="providers", grade="broken", text=str(error), status=error.status)
        return
    fmt = Format(zone=dt.datetime.now(dt.UTC).astimezone().tzinfo or dt.UTC)
    for session in sessions:
        until = f" until {session.next_change.astimezone(fmt.zone):%a %H:%M}" if session.next_change else ""
        note = f" ({session.note})" if session.note else ""
        yield Finding(subject=session.exchange, grade="ok", text=f"{session.state}{note}{until}")
    for provider in providers:
        yield Finding(
            subject=provider.name,
            grade="ok" if provider.state == "ok" else "note",
            text=words(provider, dt.datetime.now(dt.UTC), fmt),
        )
    yield from (Finding(subject="providers", grade="note", text=remark) for remark in remarks)


def words(provider: ProviderView, now: dt.datetime, fmt: Format) -> str:
    """`ok, last answer 14:32, 34 of 100 requests today, 83 ms, delay HKEX 15m`; `down: why; next try 0:42`.

    What is not known is left out.
    """
    trouble = source_words.trouble_words(provider, now, fmt)
    parts = [f"{provider.state}: {trouble}" if trouble else provider.state]
    if provider.last_ok is not None:
        parts.append(f"last answer {fmt.moment(provider.last_ok, now)}")
    parts.append(f"{source_words.request_words(provider)} requests today")
    if provider.latency_ms is not None:
        parts.append(source_words.latency_words(provider, fmt))
    if provider.delay_minutes:
        parts.append(f"delay {source_words.delay_words(provider, fmt)}")
    return ", ".join(parts)


async def _asked(settings: Settings) -> tuple[tuple[SessionView, ...], tuple[ProviderView, ...], list[str]]:
    works = compose.build(settings)
    try:
        market = (
            works.past_market()
            if works.feed is None
            else await works.feed.poll_once(ANSWER_SECONDS, fill=False)
        )
        board = compute_board(market, peers=settings.peers)
    finally:
        await works.close()
    return (
        board.sessions,
        board.providers,
        [remark.text for remark in works.remarks if remark.subject != "store"],
    )
