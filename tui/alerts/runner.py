"""Runner: asks the rules about each Board, keeps their states, and starts what they call for.

Any number of processes may do so on one store. Each state has a version, and whoever replaces it first is
the one that runs the command and posts to the webhook; the others learn from the store that it has fired, and
tell it on their own screens.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

import msgspec

from metrics.alert_states import AlertState, Due, Key, evaluate, next_look
from metrics.alert_values import Value
from metrics.board import Board
from providers.http import HttpClient
from tui.alerts import SinkError, command, webhook
from tui.alerts.kept import Keeper, Kept
from tui.alerts.notice import Notice
from tui.alerts.settings import Sink
from tui.alerts.view import AlertsView, rows
from tui.alerts.watches import Watch

log = logging.getLogger("narrows")

CLOSING_SECONDS = 2.0
SNOOZE_TRIES = 5


class Alerts:
    """The alerts of one process. Close it.

    Args:
        watches: What to watch.
        store: Where states are kept; `None`: in memory.
        http: For webhooks.
        now: The clock in use.
        watching: Whether anything may fire; a Board of the past or of the reference only fills the list.
        acting: Whether it is heard outside the screen: not of a simulated market.
    """

    def __init__(  # noqa: PLR0913 - what it is made of, by name
        self,
        watches: Sequence[Watch],
        *,
        store: Keeper | None,
        http: HttpClient,
        now: Callable[[], dt.datetime],
        watching: bool = True,
        acting: bool = True,
    ) -> None:
        self.watches = tuple(watches)
        self._rules = tuple(watch.rule for watch in watches)
        self._kept = Kept(store, (rule.key for rule in self._rules), now)
        self._http = http
        self._now = now
        self._watching = watching
        self._acting = acting
        self._told: dict[Key, dt.datetime | None] | None = None
        self._states: dict[Key, AlertState] = {}
        self._troubles: dict[str, str] = {}
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def listed(self, board: Board) -> AlertsView:
        """How the alerts stand on a Board as far as the states are known, at once and without firing."""
        return self._view(board, self._states, self._now())

    async def consider(self, board: Board) -> AlertsView:
        """Ask the rules about a Board, and start the commands and webhooks of what has fired."""
        if not self.watches:
            return AlertsView()
        async with self._lock:
            view = await asyncio.to_thread(self._look, board, self._now())
        for notice in view.notices:
            log.info("alert: %s", notice.text)
            if notice.own and self._acting:
                self._act(notice)
        return view

    async def snooze(self, key: str) -> None:
        """Be quiet about a rule for the time that it says, or no longer if it is; not where nothing fires."""
        if not self._watching:
            return
        async with self._lock:
            await asyncio.to_thread(self._snooze, key, self._now())

    def next_look(self) -> dt.datetime | None:
        """When the last Board should be considered again if there has been no other."""
        return next_look(self._rules, self._states, self._now())

    async def close(self) -> None:
        """Let commands and webhooks that are under way end, for a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSING_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _look(self, board: Board, now: dt.datetime) -> AlertsView:
        states = self._kept.load()
        if states is None:
            return self._view(board, self._states, now)
        told = self._told if self._told is not None else _fired(states)
        due: dict[Key, Due] = {}
        if self._watching:
            outcome = evaluate(self._rules, board, states, now)
            saved = self._kept.save(outcome.changed)
            states |= {state.key: state for state in outcome.changed if state.key in saved}
            due = {one.key: one for one in outcome.due if one.key in saved}
        self._states, self._told = states, _fired(states)
        news = {
            key: state
            for key, state in states.items()
            if key in due or (state.fired_at is not None and state.fired_at != told.get(key))
        }
        return self._view(board, states, now, _notices(self.watches, news, due))

    def _view(
        self,
        board: Board,
        states: Mapping[Key, AlertState],
        now: dt.datetime,
        notices: Sequence[Notice] = (),
    ) -> AlertsView:
        return AlertsView(
            rows=rows(self.watches, board, states, now, self._troubles),
            notices=tuple(notices),
            aloud=self._acting,
        )

    def _snooze(self, key: str, now: dt.datetime) -> None:
        watch = next(watch for watch in self.watches if watch.rule.key == key)
        for _ in range(SNOOZE_TRIES):
            states = self._kept.load()
            if states is None:
                continue
            state = states.get((key, ""), AlertState(rule=key))
            quiet = state.snoozed_until is not None and now < state.snoozed_until
            until = None if quiet else now + watch.snooze
            if self._kept.save([msgspec.structs.replace(state, snoozed_until=until)]):
                return
        log.warning("alert %s: could not be snoozed, the store is busy", watch.title)

    def _act(self, notice: Notice) -> None:
        watch = notice.watch
        if "command" in watch.sinks:
            self._start(watch, "command", command.send(notice))
        if "webhook" in watch.sinks and watch.webhook is not None:
            self._start(watch, "webhook", webhook.send(notice, watch.webhook, self._http))

    def _start(self, watch: Watch, sink: Sink, sending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._send(watch, sink, sending))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, watch: Watch, sink: Sink, sending: Coroutine[Any, Any, None]) -> None:
        try:
            await sending
        except SinkError as error:
            log.warning("alert %s: %s", watch.title, error)
            self._troubles[watch.rule.key] = str(error)
        else:
            log.info("alert %s: told by its %s", watch.title, sink)
            self._troubles.pop(watch.rule.key, None)


def _fired(states: Mapping[Key, AlertState]) -> dict[Key, dt.datetime | None]:
    return {key: state.fired_at for key, state in states.items()}


def _notices(
    watches: Sequence[Watch], news: Mapping[Key, AlertState], due: Mapping[Key, Due]
) -> list[Notice]:
    """One notice for each rule, apart where part of it is for another process to act on."""
    found = []
    for watch in watches:
        for own in (True, False):
            items: list[tuple[str, Value | None]] = []
            at: list[dt.datetime] = []
            for key, state in sorted(news.items()):
                if state.rule == watch.rule.key and (key in due) == own and state.fired_at is not None:
                    items.append((state.subject, due[key].value if own else state.value))
                    at.append(state.fired_at)
            if items:
                found.append(Notice(watch=watch, at=max(at), items=tuple(items), own=own))
    return found
