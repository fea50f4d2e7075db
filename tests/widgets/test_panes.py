"""Each pane says what the Board says, in its three forms, at any size, whatever is missing."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys

import msgspec
import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from metrics.board import Board, Point, Trend, Trends
from tests.widgets import boards
from tests.widgets.apps import OneWidget, text_of
from tests.widgets.boards import HKT, NOW
from widgets.basket import BasketPane
from widgets.capex import CapexPane
from widgets.catalysts import CatalystsPane
from widgets.models import ModelsPane
from widgets.options import DisplayOptions, UpColour
from widgets.pane import Form, Pane
from widgets.share import SharePane
from widgets.spreads import SpreadsPane

PANES: tuple[type[Pane], ...] = (BasketPane, SharePane, CapexPane, SpreadsPane, ModelsPane, CatalystsPane)
FORMS: tuple[Form, ...] = ("full", "folded", "zoomed")
UP_COLOURS: tuple[UpColour, ...] = ("green", "red")
OPTIONS = DisplayOptions(zone=HKT)


def said(pane: Pane) -> list[str]:
    """All that a pane shows, its borders apart."""
    parts = (pane.headline_lines, pane.trend_line, pane.chart, pane.table, pane.brief_line)
    return [line for part in parts if part.display for line in text_of(part)]


async def shown(
    kind: type[Pane],
    board: Board,
    *,
    size: tuple[int, int] = (120, 24),
    form: Form = "full",
    options: DisplayOptions = OPTIONS,
) -> list[str]:
    """What a pane shows of a Board."""
    pane = kind()
    async with OneWidget(pane).run_test(size=size) as pilot:
        pane.form = form
        pane.show(board, boards.trends(), NOW, options)
        await pilot.pause()
        await pilot.pause()
        return said(pane)


def test_panes_have_their_own_keys_and_names() -> None:
    assert [pane.PANE_KEY for pane in PANES] == ["1", "2", "3", "4", "5", "6"]
    assert [pane.PANE_ID for pane in PANES] == ["basket", "share", "capex", "spreads", "models", "catalysts"]


@pytest.mark.parametrize("kind", PANES)
async def test_nothing_known_yet_is_said_and_never_zero(kind: type[Pane]) -> None:
    pane = kind()
    async with OneWidget(pane).run_test(size=(120, 24)) as pilot:
        for form in FORMS:
            pane.form = form
            pane.show(boards.empty_board(), boards.no_trends(), NOW, OPTIONS)
            await pilot.pause()
            text = "\n".join(said(pane))
            assert "—" in text
            assert not re.search(r"None|nan|0\.0", text)


@pytest.mark.parametrize("kind", PANES)
async def test_any_size_draws_in_any_form(kind: type[Pane]) -> None:
    pane = kind()
    async with OneWidget(pane).run_test(size=(120, 24)) as pilot:
        pane.show(boards.board(), boards.trends(), NOW, OPTIONS)
        for size in ((20, 4), (57, 7), (1, 1), (200, 60), (80, 14)):
            await pilot.resize_terminal(*size)
            await pilot.wait_for_scheduled_animations()
            for form in FORMS:
                pane.form = form
                await pilot.pause()
                await pilot.pause()
                assert all(cell_len(line) <= size[0] for line in said(pane))


@pytest.mark.parametrize("kind", PANES)
async def test_ascii_is_ascii(kind: type[Pane]) -> None:
    pane = kind()
    async with OneWidget(pane).run_test(size=(120, 24)) as pilot:
        for form in FORMS:
            pane.form = form
            pane.show(boards.board(), boards.trends(), NOW, DisplayOptions(zone=HKT, symbols="ascii"))
            await pilot.pause()
            assert "\n".join(said(pane)).isascii()


async def test_the_basket_tells_level_from_like_for_like_and_names_the_causes() -> None:
    lines = await shown(BasketPane, boards.board())
    assert "$1.784 tn   ▲ +12.1 bn today +0.68%" in lines[0]
    assert "since base (level) ▲ +869 bn +95.0%   same 52 names ▲ +782 bn +85.4%" in lines[1]
    assert "price +760   FX +19   shares +3   listings +87" in lines[2]


async def test_in_a_low_pane_the_headline_leaves_room_for_rows() -> None:
    pane = BasketPane()
    async with OneWidget(pane).run_test(size=(57, 8)) as pilot:
        pane.show(boards.board(), boards.trends(), NOW, OPTIONS)
        await pilot.pause()
        await pilot.pause()
        assert pane.headline_lines.size.height == 3
        assert text_of(pane.headline_lines)[2].endswith("…")
        assert text_of(pane.table)[0].startswith(("▌Tencent", " Tencent"))
        await pilot.resize_terminal(57, 20)
        await pilot.pause()
        await pilot.pause()
        assert pane.headline_lines.size.height == 4


async def test_rows_carry_share_classes_delay_reference_and_stale_time() -> None:
    lines = await shown(BasketPane, boards.board())

    def row(name: str) -> list[str]:
        return next(line for line in lines if name in line).split()[:4]

    assert row("SMIC") == ["SMIC", "H", "A", "58.35"]
    assert row("Baidu") == ["Baidu", "15m", "118.20", "▲"]
    assert row("GDS") == ["GDS", "ref", "41.05", "▲"]
    assert row("SenseTime") == ["SenseTime", "13:45", "2.31", "▼"]


async def test_a_stale_row_is_dimmed() -> None:
    pane = BasketPane()
    async with OneWidget(pane).run_test(size=(120, 24)):
        pane.show(boards.board(), boards.trends(), NOW, OPTIONS)
        stale = {row.key for row in pane.table.rows if row.cells[1].stale}
        assert stale == {"sensetime"}


async def test_a_missing_price_is_said_in_the_headline() -> None:
    board = boards.board()
    coverage = msgspec.structs.replace(board.basket.coverage, priced=57)
    board = msgspec.structs.replace(board, basket=msgspec.structs.replace(board.basket, coverage=coverage))
    assert "57 of 59 priced" in (await shown(BasketPane, board))[0]


@pytest.mark.parametrize("kind", PANES)
async def test_offline_every_headline_carries_the_day_of_its_own_figures(kind: type[Pane]) -> None:
    day = "ref 20 Nov 2026" if kind in (CapexPane, ModelsPane) else "ref 24 Jul 2026"
    pane = kind()
    board = msgspec.structs.replace(boards.board(), mode="offline")
    async with OneWidget(pane).run_test(size=(160, 24)) as pilot:
        for form in FORMS:
            pane.form = form
            pane.show(board, boards.trends(), NOW, OPTIONS)
            await pilot.pause()
            assert day in (said(pane)[0] if form == "folded" else str(pane.border_title))


async def test_chinese_names_by_choice() -> None:
    lines = await shown(BasketPane, boards.board(), options=DisplayOptions(zone=HKT, names="zh"))
    assert any("腾讯控股" in line for line in lines)


async def test_the_share_with_private_companies_is_a_range_beside_the_last_common_close() -> None:
    lines = await shown(SharePane, boards.board())
    assert "6.5 % listed   8.1 % with private (7.6–8.9)   ▲ +0.04 pp" in lines[0]
    assert "at 20 Nov close 6.49 %   China since +0.68%   peers -0.12%" in lines[1]
    text = "\n".join(await shown(SharePane, boards.board(), size=(160, 40)))
    assert "350~" in text
    assert "900–1,100" in text


async def test_capex_tells_actual_press_and_guidance_apart() -> None:
    lines = await shown(CapexPane, boards.board())
    assert "14.2 % 2023-25 (22 % est.)" in lines[0]
    byte_dance = next(line for line in lines if "ByteDance" in line).split()
    microsoft = next(line for line in lines if "Microsoft" in line).split()
    assert byte_dance[1:6] == ["5.7~", "11.1~", "20.9~", "—", "28.0~"]
    assert microsoft[1:6] == ["35.2", "55.6", "83.1", "118.4", "145.0g"]


async def test_a_plan_for_another_span_than_a_year_is_named_in_full() -> None:
    board = boards.board()
    companies = tuple(
        msgspec.structs.replace(row, period="2026Q2-2027Q1 plan") if "plan" in row.period else row
        for row in board.capex.companies
    )
    board = msgspec.structs.replace(board, capex=msgspec.structs.replace(board.capex, companies=companies))
    assert any("2026Q2-2027Q1 plan" in line for line in await shown(CapexPane, board, size=(160, 24)))


async def test_spreads_show_direction_thin_coverage_and_upside_of_discounts_only() -> None:
    lines = await shown(SpreadsPane, boards.board())
    assert "-11 % total P/E   same mix -16 %   to parity +231.0 bn   closing 0.8 pp/30d" in lines[0]
    cloud = next(line for line in lines if "Cloud" in line)
    design = next(line for line in lines if "IC design" in line)
    assert "-29 % ▼" in cloud
    assert "+549" in cloud
    assert "×3.5 ▲" in design
    assert "—" in design
    assert "42%" in next(line for line in lines if "Semicap" in line)


async def test_a_total_on_less_than_half_of_a_side_says_that_it_is_thin() -> None:
    board = boards.board()
    total = msgspec.structs.replace(board.spreads.total, thin=True)
    spreads = msgspec.structs.replace(board.spreads, total=total)
    lines = await shown(SpreadsPane, msgspec.structs.replace(board, spreads=spreads))
    assert "-11 % total P/E thin" in lines[0]


async def test_the_attribution_that_a_licence_asks_for_is_shown() -> None:
    board = boards.board()
    credited = msgspec.structs.replace(board.models, attribution="Scores by somebody, CC BY 4.0")
    lines = await shown(ModelsPane, msgspec.structs.replace(board, models=credited))
    assert "Scores by somebody, CC BY 4.0" in "\n".join(lines)


async def test_a_version_break_is_not_a_move() -> None:
    lines = await shown(ModelsPane, boards.board())
    assert "20.7 %   46 MiMo-V2.6-Pro against 58 Claude Opus 5.5" in lines[0]
    assert "before 4.8 % (v4.1)   ┆ version break, not a move" in lines[1]
    assert "▲" not in "\n".join(lines)
    assert "┆" in lines[2]


async def test_a_version_that_scores_old_models_again_replaces_the_history_of_older_versions() -> None:
    def at(ago: int, value: float) -> Point:
        return Point(at=NOW - dt.timedelta(days=ago), value=value)

    older, newer = (at(200, 8.0), at(100, 6.0), at(50, 5.0)), (at(150, 20.0), at(40, 18.0))
    trend = Trend(
        path="models.gap_pct", timeframe="versions", step="1 new best model", segments=(older, newer)
    )
    pane = ModelsPane()
    async with OneWidget(pane).run_test(size=(120, 24)):
        pane.show(boards.board(), Trends(timeframe="1M", lines={trend.path: trend}), NOW, OPTIONS)
        assert pane.view is not None
        drawn = pane.trend(pane.view)
        assert drawn is not None
        assert drawn.segments == (older[:1], newer)


async def test_a_gap_on_the_same_version_is_compared() -> None:
    board = boards.board()
    before = board.models.previous
    assert before is not None
    before = msgspec.structs.replace(before, comparable=True, gap_pct=20.0)
    board = msgspec.structs.replace(board, models=msgspec.structs.replace(board.models, previous=before))
    assert "▲ +0.7 pp" in (await shown(ModelsPane, board))[1]


async def test_an_elo_board_shows_points_and_win_rate_and_no_per_cent_of_a_level() -> None:
    board = boards.board()
    models = msgspec.structs.replace(board.models, gap_pct=None, gap_points=52.0, win_rate_pct=57.4)
    lines = await shown(ModelsPane, msgspec.structs.replace(board, models=models))
    assert lines[0].startswith(" 52 points, wins 57 %")


async def test_catalysts_count_down_and_mark_inferred_days() -> None:
    lines = await shown(CatalystsPane, boards.board())
    assert lines[0].startswith(" 2 d  Alibaba results (September quarter)")
    assert any("~38 d" in line for line in lines)
    assert [line.strip("▌ ").split()[0] for line in lines[2:6]] == ["2", "4", "~38", "~65"]


async def test_a_folded_pane_is_one_line_with_a_live_headline() -> None:
    assert await shown(SharePane, boards.board(), form="folded", size=(80, 10)) == [
        " 2 Share   6.5 % listed · 8.1 % with private (7.6–8.9)               ▲ +0.04 pp"
    ]


async def test_a_zoomed_pane_charts_its_trend_with_past_events() -> None:
    lines = await shown(BasketPane, boards.board(), form="zoomed", size=(160, 40))
    text = "\n".join(lines)
    assert "1.80┤" in text
    assert "2 12 Nov 2026 AI+ implementation plan" in text
    assert "Kingsoft Cloud" in text


async def test_one_changed_price_in_a_pane_sends_less_than_a_hundred_bytes_and_none_the_second_time() -> None:
    pane = BasketPane()
    app = OneWidget(pane)
    async with app.run_test(size=(120, 40)) as pilot:
        pane.show(boards.board(), boards.trends(), NOW, OPTIONS)
        await pilot.pause()
        await pilot.pause()
        app.sent.clear()
        pane.show(boards.board(), boards.trends(), NOW + dt.timedelta(seconds=15), OPTIONS)
        await pilot.pause()
        assert app.bytes_sent == 0
        pane.show(boards.repriced(boards.board(), "hygon", 232.0), boards.trends(), NOW, OPTIONS)
        await pilot.pause()
        assert "232.00" in "".join(app.sent)
        assert app.bytes_sent < 100


async def test_the_colour_of_a_rise_is_a_choice() -> None:
    pane = BasketPane()
    async with OneWidget(pane).run_test(size=(120, 24)) as pilot:
        for up in UP_COLOURS:
            pane.show(boards.board(), boards.trends(), NOW, DisplayOptions(zone=HKT, up=up))
            await pilot.pause()
            rises = [segment.style for segment in pane.table.render_line(1) if "▲" in segment.text]
            assert {style.color.name for style in rises if style is not None and style.color} == {up}


async def test_hostile_text_from_outside_shows_as_text() -> None:
    name = "\x1b]0;x\x07[/b][@click=app.quit]x\u202e"
    board = boards.board()
    rows = tuple(msgspec.structs.replace(row, name=name) for row in board.basket.constituents)
    events = tuple(msgspec.structs.replace(event, title=name) for event in board.catalysts)
    history = tuple(msgspec.structs.replace(row, model=name) for row in board.models.history)
    models = msgspec.structs.replace(board.models, index=name, version=name, history=history)
    board = msgspec.structs.replace(
        board,
        basket=msgspec.structs.replace(board.basket, constituents=rows),
        catalysts=events,
        models=models,
    )
    for kind in (BasketPane, CatalystsPane, ModelsPane):
        text = "".join(await shown(kind, board))
        assert "]0;x[/b][@c" in text
        assert not {"\x1b", "\x07", "\u202e"} & set(text)


class TwoPanes(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        yield SharePane()
        yield CapexPane()

    def on_pane_zoom_requested(self, event: Pane.ZoomRequested) -> None:
        self.heard.append(f"zoom {event.control.PANE_ID}")

    def on_pane_open_requested(self, event: Pane.OpenRequested) -> None:
        self.heard.append(f"open {event.control.PANE_ID}")


async def test_a_click_on_the_title_asks_to_zoom_and_a_folded_pane_asks_to_be_opened() -> None:
    app = TwoPanes()
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(CapexPane).form = "folded"
        app.query_one(SharePane).styles.height = 10
        await pilot.pause()
        await pilot.click(SharePane, offset=(6, 0))
        await pilot.click(CapexPane, offset=(6, 0))
        app.query_one(CapexPane).focus()
        await pilot.press("enter")
        assert app.heard == ["zoom share", "open capex", "open capex"]


def test_widgets_import_neither_pandas_nor_any_client() -> None:
    modules = ["basket", "share", "capex", "spreads", "models", "catalysts", "header", "ribbon", "footer"]
    heavy = ("pandas", "numpy", "httpx", "sqlalchemy", "exchange_calendars")
    imports = ", ".join(f"widgets.{module}" for module in modules)
    code = f"import sys, {imports}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert done.stdout.strip() == "[]"


async def test_a_forward_multiple_of_a_loss_is_called_a_loss() -> None:
    board = boards.board()
    rows = board.basket.constituents
    losing = msgspec.structs.replace(rows[0], forward_pe=-8.5)
    basket = msgspec.structs.replace(board.basket, constituents=(losing, *rows[1:]))
    text = await shown(
        BasketPane, msgspec.structs.replace(board, basket=basket), size=(200, 40), form="zoomed"
    )
    row = next(line for line in text if rows[0].name in line)
    assert "loss" in row.split()
    assert "-8.5" not in row


async def test_a_listing_of_the_day_is_named_beside_the_day_s_change() -> None:
    board = boards.board()
    split = msgspec.structs.replace(board.basket.attribution, new_listings_usd=479.6e9)
    basket = msgspec.structs.replace(board.basket, day_attribution=split)
    text = await shown(BasketPane, msgspec.structs.replace(board, basket=basket))
    assert "▲ +12.1 bn today +0.68%   new today +479.6 bn" in text[0]


async def test_a_capex_window_without_a_ratio_takes_no_room_from_the_others() -> None:
    board = boards.board()
    first, *others = board.capex.windows
    unknown = [msgspec.structs.replace(window, ratio_pct=None) for window in others]
    capex = msgspec.structs.replace(board.capex, windows=(first, *unknown))
    text = await shown(CapexPane, msgspec.structs.replace(board, capex=capex), size=(62, 10))
    assert "—" not in text[0]
    assert any(line.lstrip().startswith("Company") for line in text)


async def test_large_figures_give_up_decimals_and_never_digits() -> None:
    board = boards.board()
    rows = board.basket.constituents
    huge = msgspec.structs.replace(rows[0], market_cap_usd=8276.3e9, day_contribution_usd=-238.61e9)
    basket = msgspec.structs.replace(board.basket, constituents=(huge, *rows[1:]))
    text = await shown(BasketPane, msgspec.structs.replace(board, basket=basket), size=(80, 24))
    row = next(line for line in text if rows[0].name in line).split()
    assert {"8,276", "-238.6"} <= set(row)


async def test_companies_that_a_capex_window_lacks_are_named_with_that_window() -> None:
    """A company without a plan is not missing from the years before."""
    board = boards.board()
    first, second, *_ = board.capex.windows
    windows = (
        first,
        msgspec.structs.replace(second, label="LTM", missing=("Baidu",)),
        msgspec.structs.replace(second, label="plans", ratio_pct=None, missing=("Tencent",)),
    )
    capex = msgspec.structs.replace(board.capex, windows=windows)
    text = " ".join(await shown(CapexPane, msgspec.structs.replace(board, capex=capex)))
    assert "LTM without Baidu" in text
    assert "without Tencent" not in text


async def test_a_border_is_cut_by_the_sign_of_the_symbols_in_use() -> None:
    pane = CapexPane()
    async with OneWidget(pane).run_test(size=(44, 20)) as pilot:
        ascii_only = DisplayOptions(zone=HKT, symbols="ascii")
        pane.show(boards.board(), boards.trends(), NOW, ascii_only)
        await pilot.pause()
        assert str(pane.border_subtitle).endswith("~")
        assert str(pane.border_subtitle).isascii()
