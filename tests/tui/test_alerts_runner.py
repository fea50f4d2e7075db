"""The runner: told once, acted on by whoever keeps the state first; and what happens when keeping fails."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from feed.store import Store
from feed.store_errors import BusyError, CorruptError, FullError, StoreError, UnreachableStoreError
from metrics.board import Board
from tests.metrics.alert_boards import NOW, alert_board
from tests.tui.alert_helpers import SEVEN, Time, network
from tui.alerts.kept import Keeper
from tui.alerts.runner import Alerts
from tui.alerts.settings import Alert
from tui.alerts.watches import watch, watches

MINUTE = dt.timedelta(minutes=1)
HOOK = "https://hooks.example/secret"
HIGH, LOW = alert_board(listed_pct=7.1), alert_board(listed_pct=6.9)


class Running:
    """One process: a runner with its own clock and network, on a store that others may share."""

    def __init__(self, store: Keeper | None, *alerts: Alert, **more: Any) -> None:
        self.time = Time()
        self.posts: list[httpx.Request] = []
        self.status = 200
        self.http = network(self._answer, self.time)
        self.alerts = Alerts(watches(alerts), store=store, http=self.http, now=self.time.now, **more)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.posts.append(request)
        return httpx.Response(self.status)

    async def see(self, board: Board, after: dt.timedelta = dt.timedelta()) -> list[tuple[str, bool]]:
        """Texts of the notices of a Board, and whether they are this process's own."""
        self.time.at = NOW + after
        return [(notice.text, notice.own) for notice in (await self.alerts.consider(board)).notices]


@asynccontextmanager
async def running(store: Keeper | None, *alerts: Alert, **more: Any) -> AsyncIterator[Running]:
    process = Running(store, *alerts, **more)
    try:
        yield process
    finally:
        await process.alerts.close()
        await process.http.aclose()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'narrows.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def same_store(url: str, store: Store) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


async def test_what_fires_is_told_once_and_posted_once() -> None:
    async with running(None, Alert(when=SEVEN, name="Seven", webhook=HOOK)) as process:
        assert await process.see(LOW) == []
        assert await process.see(HIGH) == [("Seven: now 7.10 %", True)]
        assert await process.see(HIGH, MINUTE) == []
    assert len(process.posts) == 1


async def test_of_two_processes_one_acts_and_both_tell(store: Store, same_store: Store) -> None:
    alert = Alert(when=SEVEN, webhook=HOOK)
    async with running(store, alert) as here, running(same_store, alert) as there:
        assert await here.see(LOW) == await there.see(LOW) == []
        assert await here.see(HIGH) == [(f"{SEVEN}: now 7.10 %", True)]
        assert await there.see(HIGH) == [(f"{SEVEN}: now 7.10 %", False)]
        assert await there.see(HIGH) == []
    assert (len(here.posts), len(there.posts)) == (1, 0)


async def test_of_many_at_once_one_acts(store: Store, same_store: Store) -> None:
    alert = Alert(when=SEVEN, webhook=HOOK)
    processes = [Running(one, alert) for one in (store, same_store) * 3]
    said = await asyncio.gather(*(process.see(HIGH) for process in processes))
    for process in processes:
        await process.alerts.close()
        await process.http.aclose()
    assert sum(own for notices in said for _, own in notices) == 1
    assert sum(len(process.posts) for process in processes) == 1


async def test_what_has_held_for_months_is_not_forgotten_while_somebody_watches(store: Store) -> None:
    for days in range(0, 90, 10):
        async with running(store, Alert(when=SEVEN)) as process:
            told = await process.see(HIGH, dt.timedelta(days))
            assert bool(told) == (days == 0)
        store.compact(NOW + dt.timedelta(days))


async def test_a_rule_that_was_taken_out_of_the_configuration_is_forgotten_after_a_month(
    store: Store,
) -> None:
    async with running(store, Alert(when=SEVEN), Alert(when="share.listed_pct >= 5")) as process:
        assert len(await process.see(HIGH)) == 2
    for days in range(0, 50, 10):
        async with running(store, Alert(when=SEVEN)) as process:
            await process.see(HIGH, dt.timedelta(days))
        store.compact(NOW + dt.timedelta(days))
    (left,) = store.alert_states()
    assert SEVEN in left


async def test_after_a_restart_nothing_is_told_again(store: Store) -> None:
    for _ in range(2):
        async with running(store, Alert(when=SEVEN, webhook=HOOK)) as process:
            told = await process.see(HIGH)
    assert told == []
    assert process.posts == []


async def test_who_may_not_keep_states_tells_what_others_have_fired(store: Store, same_store: Store) -> None:
    alert = Alert(when=SEVEN, webhook=HOOK)
    async with running(store, alert) as here, running(same_store, alert, watching=False) as reader:
        assert await reader.see(HIGH) == []
        await reader.alerts.snooze(watch(alert).rule.key)
        assert len(await here.see(HIGH)) == 1
        assert await reader.see(HIGH) == [(f"{SEVEN}: now 7.10 %", False)]
    assert reader.posts == []


async def test_what_has_fired_before_it_came_is_in_the_list_and_no_news(store: Store) -> None:
    async with running(store, Alert(when=SEVEN)) as before:
        await before.see(HIGH)
    async with running(store, Alert(when=SEVEN)) as process:
        (row,) = (await process.alerts.consider(HIGH)).rows
    assert (row.now, row.standing, row.fired_at) == ("7.10 %", "holds", NOW)


async def test_rows_that_fire_together_are_one_notice() -> None:
    async with running(None, Alert(when="providers any down")) as process:
        down = alert_board(providers={"yahoo": "down", "ecb": "down"})
        assert await process.see(down) == [("providers any down: ecb; yahoo", True)]


async def test_nothing_fires_where_nothing_is_watched_and_nothing_acts_on_a_simulated_market() -> None:
    async with running(None, Alert(when=SEVEN, webhook=HOOK), watching=False) as past:
        assert await past.see(HIGH) == []
    async with running(None, Alert(when=SEVEN, webhook=HOOK), acting=False) as demo:
        assert await demo.see(HIGH) == [(f"{SEVEN}: now 7.10 %", True)]
    assert past.posts == demo.posts == []


async def test_without_alerts_nothing_is_read() -> None:
    async with running(Broken(StoreError("never"))) as process:
        view = await process.alerts.consider(HIGH)
    assert (view.rows, view.notices) == ((), ())


async def test_a_snooze_is_quiet_on_every_screen_and_taken_back_by_another(
    store: Store, same_store: Store
) -> None:
    alert = Alert(when=SEVEN, repeat="always", snooze=30)
    key = watch(alert).rule.key
    async with running(store, alert) as here, running(same_store, alert) as there:
        await here.alerts.snooze(key)
        assert await there.see(HIGH) == []
        (row,) = (await there.alerts.consider(HIGH)).rows
        assert (row.standing, row.snoozed_until) == ("snoozed", NOW + 30 * MINUTE)
        assert there.alerts.next_look() == NOW + 30 * MINUTE
        await there.alerts.snooze(key)
        assert await here.see(HIGH) == [(f"{SEVEN}: now 7.10 %", True)]


async def test_a_snooze_ends_by_itself() -> None:
    alert = Alert(when=SEVEN, repeat="always", snooze=30)
    async with running(None, alert) as process:
        await process.alerts.snooze(watch(alert).rule.key)
        assert await process.see(HIGH, 29 * MINUTE) == []
        assert await process.see(HIGH, 30 * MINUTE) == [(f"{SEVEN}: now 7.10 %", True)]


async def test_a_sink_that_refuses_is_named_in_the_list() -> None:
    async with running(None, Alert(when=SEVEN, webhook=HOOK)) as process:
        process.status = 404
        await process.see(HIGH)
        await process.alerts.close()
        (row,) = (await process.alerts.consider(HIGH)).rows
    assert row.why is not None
    assert row.why.startswith("webhook: hooks.example")


class Broken:
    """A store that fails as long as it is told to."""

    def __init__(self, error: StoreError | None) -> None:
        self.error = error
        self.states: dict[str, tuple[int, bytes]] = {}

    def alert_states(self) -> dict[str, tuple[int, bytes]]:
        self._fail()
        return dict(self.states)

    def save_alert_states(self, states: Mapping[str, tuple[int, bytes]], _day: dt.date) -> frozenset[str]:
        self._fail()
        mine = {key for key, (version, _) in states.items() if self.states.get(key, (0,))[0] == version}
        self.states |= {key: (states[key][0] + 1, states[key][1]) for key in mine}
        return frozenset(mine)

    def renew_alert_states(self, _keys: Collection[str], _day: dt.date) -> None:
        self._fail()

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


async def test_a_busy_store_is_asked_again_and_nothing_is_told_meanwhile() -> None:
    store = Broken(BusyError("busy"))
    async with running(store, Alert(when=SEVEN)) as process:
        assert await process.see(HIGH) == []
        store.error = None
        assert await process.see(HIGH) == [(f"{SEVEN}: now 7.10 %", True)]


async def test_while_the_store_fails_alerts_go_on_from_memory(caplog: pytest.LogCaptureFixture) -> None:
    store = Broken(None)
    async with running(store, Alert(when=SEVEN, repeat="always")) as process:
        assert len(await process.see(HIGH)) == 1
        store.error = FullError("no space left")
        assert await process.see(HIGH) == []
        assert await process.see(LOW) == []
        assert len(await process.see(HIGH)) == 1
        assert await process.see(HIGH) == []
    assert caplog.text.count("go on from memory") == 1


async def test_what_fired_while_the_store_failed_is_kept_once_it_works_again() -> None:
    store, alert = Broken(UnreachableStoreError("gone")), Alert(when=SEVEN)
    async with running(store, alert) as process:
        assert len(await process.see(HIGH)) == 1
        store.error = None
        assert await process.see(HIGH) == []
    async with running(store, alert) as later:
        assert await later.see(HIGH) == []


async def test_what_another_kept_meanwhile_stands() -> None:
    store, alert = Broken(None), Alert(when=SEVEN, repeat="always")
    async with running(store, alert) as here, running(store, alert) as there:
        assert await here.see(LOW) == []
        store.error = UnreachableStoreError("gone")
        assert len(await here.see(HIGH)) == 1
        store.error = None
        assert len(await there.see(HIGH, MINUTE)) == 1
        assert await here.see(HIGH) == [(f"{SEVEN}: now 7.10 %", False)]
    assert len(store.states) == 1


@pytest.mark.parametrize("error", [CorruptError("not a database"), None])
async def test_a_store_that_will_not_work_again_is_left(error: StoreError | None) -> None:
    store = Broken(error)
    store.states["x"] = (1, b"{")
    async with running(store, Alert(when=SEVEN)) as process:
        assert len(await process.see(HIGH)) == 1
        assert await process.see(HIGH) == []
    assert set(store.states) == {"x"}


@pytest.mark.parametrize(
    ("when", "board", "now", "standing"),
    [
        (SEVEN, LOW, "6.90 %", "armed"),
        (SEVEN, alert_board(listed_pct=None), "—", "missing"),
        (SEVEN, alert_board(answered=False), "6.50 %", "early"),
        ("share.listed_pct crosses 7", LOW, "6.90 %", "armed"),
        ("providers any down for 10m", alert_board(providers={"yahoo": "down"}), "yahoo", "lasting"),
        ("providers any down", alert_board(), "none", "armed"),
        ("catalysts within 3d", alert_board(), "none", "armed"),
        ("catalysts within 3d", alert_board(events={"E": 2}), "2026-11-26 E", "holds"),
    ],
)
async def test_the_list_says_how_an_alert_stands(when: str, board: Board, now: str, standing: str) -> None:
    async with running(None, Alert(when=when)) as process:
        (row,) = (await process.alerts.consider(board)).rows
    assert (row.now, row.standing) == (now, standing)


async def test_the_list_says_why_there_is_no_value_and_what_is_within_the_band() -> None:
    typo = Alert(when="spreads.subsectors[foundri].spread_pct > 0")
    async with running(None, typo, Alert(when=SEVEN, hysteresis=0.5)) as process:
        await process.alerts.consider(alert_board(listed_pct=7.0))
        view = await process.alerts.consider(alert_board(listed_pct=6.8, spreads={"foundry": 3.0}))
    first, second = view.rows
    assert first.why == "no row foundri now; did you mean foundry?"
    assert second.standing == "band"


def test_alerts_that_do_the_same_share_a_state_and_others_do_not() -> None:
    same = [Alert(when=SEVEN), Alert(when=f" {SEVEN} ", name="Seven", sinks=("bell",), snooze=5)]
    other = [
        Alert(when=SEVEN, webhook=HOOK),
        Alert(when=SEVEN, command=("x",)),
        Alert(when=SEVEN, hysteresis=1),
    ]
    assert len({watch(alert).rule.key for alert in same}) == 1
    assert len({watch(alert).rule.key for alert in (*same, *other)}) == 4
    assert watch(same[0], "note-2026-01 us").rule.key != watch(same[0], "default us").rule.key


def test_an_alert_is_told_where_it_says_or_else_on_the_screen_and_by_what_is_set() -> None:
    assert watch(Alert(when=SEVEN)).sinks == {"screen"}
    assert watch(Alert(when=SEVEN, webhook=HOOK, command=("x",))).sinks == {"screen", "webhook", "command"}
    assert watch(Alert(when=SEVEN, webhook=HOOK, sinks=("bell",))).sinks == {"bell"}


def test_an_alert_is_about_a_pane() -> None:
    assert watch(Alert(when=SEVEN)).pane == "share"
    assert watch(Alert(when="providers any down")).pane is None
