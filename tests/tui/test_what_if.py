"""`w` on the monitor: sliders by keys, and that nothing of a scenario stays."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from textual.app import App

from metrics.board import Board
from tests.tui.fakes import board
from tests.tui.test_explaining import MIDDLE, SMALL, Driven, monitor, reference
from tui.screens.what_if import WhatIfScreen
from widgets.format import Format
from widgets.what_if import Slider

SnapCompare = Callable[..., bool]


def dialog(it: Driven) -> WhatIfScreen:
    screen = it.on_top
    assert isinstance(screen, WhatIfScreen)
    return screen


def sliders(it: Driven) -> dict[str, Slider]:
    return {slider.name: slider for slider in dialog(it).sliders}


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
async def test_w_opens_it_and_all_is_as_it_is(size: tuple[int, int]) -> None:
    async with monitor(size) as it:
        await it.press("w")
        assert "WHAT-IF: a scenario, no figure of the market" in it.text()
        outcome = dialog(it).supposition.outcome
        assert outcome.change_usd == 0
        assert not any(slider.moved for slider in dialog(it).sliders)


async def test_left_and_right_move_in_steps_to_whole_ones() -> None:
    async with monitor() as it:
        await it.press("w", "right")
        assert sliders(it)["Cloud platforms"].value == 90.0
        await it.press("right", "shift+right")
        assert sliders(it)["Cloud platforms"].value == 96.0
        await it.press("left", "left", "left", "H")
        assert sliders(it)["Cloud platforms"].value == 84.0


async def test_basket_and_share_move_with_the_slider() -> None:
    async with monitor() as it:
        await it.press("w", "equals_sign")
        outcome = dialog(it).supposition.outcome
        upside = reference().spreads.subsectors[0].upside_to_parity_usd
        assert outcome.change_usd == pytest.approx(upside)
        assert "$3.272 tn" in it.text()
        assert "9.44 %" in it.text()


async def test_the_last_slider_is_the_rate() -> None:
    async with monitor() as it:
        await it.press("w", "up", "right", "shift+left")
        rate = sliders(it)["USD/CNY"]
        assert rate.value == pytest.approx(6.69)
        assert round(rate.now, 2) == 6.65
        assert (dialog(it).supposition.outcome.change_usd or 0) < 0
        await it.press("equals_sign")
        assert sliders(it)["USD/CNY"].value == pytest.approx(6.69)


async def test_zero_brings_one_back_and_r_all() -> None:
    async with monitor() as it:
        await it.press("w", "right", "down", "right", "0")
        assert [name for name, slider in sliders(it).items() if slider.moved] == ["Cloud platforms"]
        await it.press("down", "right", "r")
        assert not any(slider.moved for slider in dialog(it).sliders)


async def test_sliders_keep_above_zero_and_within_the_track() -> None:
    async with monitor() as it:
        await it.press("w", *["left"] * 30)
        assert sliders(it)["Cloud platforms"].value == 1.0
        await it.press(*["right"] * 60)
        assert sliders(it)["Cloud platforms"].value == 200.0


async def test_what_is_copied_says_that_it_is_a_what_if() -> None:
    async with monitor() as it:
        await it.press("w", "right", "y")
        assert it.app.clipboard.startswith(
            "WHAT-IF, a scenario and no market figure: OFFLINE, reference of 24 Jul 2026: "
            "China Cloud platforms at 90 % of the forward P/E of peers outside China (now 88 %)"
        )
        assert it.foot.startswith(" copied WHAT-IF")


@pytest.mark.parametrize("key", ["w", "escape", "q", "enter"])
async def test_nothing_of_it_stays_behind(key: str) -> None:
    async with monitor() as it:
        before = msgspec.json.encode(it.app.monitor._board)
        await it.press("w", "right", "right", key)
        assert it.on_top is it.app.monitor
        assert msgspec.json.encode(it.app.monitor._board) == before
        await it.press("y")
        assert "WHAT-IF" not in it.app.clipboard
        await it.press("w")
        assert not any(slider.moved for slider in dialog(it).sliders)


async def test_it_stays_with_its_board_while_updates_arrive() -> None:
    async with monitor() as it:
        await it.press("w", "right")
        before = it.text()
        newer = reference()
        await it.deliver(with_value(newer, 1.0))
        await it.press("y")
        assert "now $3.154 tn" in before
        assert "now $3.154 tn" in it.app.clipboard


def with_value(of: Board, value: float) -> Board:
    return msgspec.structs.replace(of, basket=msgspec.structs.replace(of.basket, value_usd=value))


async def test_in_a_low_terminal_the_chosen_slider_is_on_the_screen() -> None:
    async with monitor((60, 12)) as it:
        await it.press("w", "up")
        assert "USD/CNY" in it.text()
        await it.press("down")
        assert "Cloud platforms" in it.text()


async def test_a_board_of_little_breaks_nothing() -> None:
    async with monitor(of=board()) as it:
        await it.press("w", "down", "right", "equals_sign", "0", "r", "y", "w")
        assert it.on_top is it.app.monitor


def test_how_it_looks(snap_compare: SnapCompare) -> None:
    class Supposed(App[None]):
        CSS = "Screen { background: ansi_default; }"

        def on_mount(self) -> None:
            self.theme = "ansi-dark"
            self.push_screen(
                WhatIfScreen(
                    reference(), Format(), language="en", copy=lambda _: None, program="Narrows 0.1.0"
                )
            )

    assert snap_compare(Supposed(), terminal_size=(80, 24), press=["right", "right", "down", "equals_sign"])
