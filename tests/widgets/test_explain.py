"""The explanation and the line that is quoted, as text."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from metrics.board import Board, Explanation, Input, Mode
from metrics.figures import Figure, figure
from tui.boards import shipped
from widgets.amounts import amount, worked
from widgets.citation import cited, when
from widgets.explain import explained, wrapped
from widgets.format import Format

NOW = dt.datetime(2026, 11, 24, 6, 32, tzinfo=dt.UTC)
HKT = dt.timezone(dt.timedelta(hours=8), "HKT")
FMT = Format(zone=HKT)
ASCII = Format(symbol_set="ascii", zone=HKT)


def reference(**more: object) -> Board:
    found = shipped("default")
    assert found is not None
    return msgspec.structs.replace(found, as_of=NOW, **more)


def live(mode: Mode = "live") -> Board:
    return reference(mode=mode)


def share(**more: object) -> Figure:
    """China's share, of two sums and a rate."""
    settled: dict[str, object] = {
        "path": "share.listed_pct",
        "value": 6.53,
        "unit": "%",
        "coverage": "China 59 of 59, all 133 of 136 issuers priced; 71 % live, 24 % delayed, 5 % close",
        "explanation": Explanation(
            title="China's share of global AI, listed",
            formula="China listed AI ÷ all listed AI",
            inputs=(
                Input(label="China listed AI", value=1.784e12, unit="USD", source="tencent", as_of=at(6, 17)),
                Input(
                    label="all listed AI",
                    value=27.31e12,
                    unit="USD",
                    source="yahoo, tencent and 2 more",
                    as_of=at(6, 17),
                ),
                Input(label="CNY per USD", value=7.0981, unit="CNY", source="yahoo", as_of=at(6, 32)),
            ),
            method="docs/methodology.md#global-share",
            worked="{0} ÷ {1}",
        ),
    }
    return Figure(**(settled | more))  # type: ignore[arg-type]  # by name


def at(hour: int, minute: int) -> dt.datetime:
    return NOW.replace(hour=hour, minute=minute)


def text(found: Figure, of: Board, fmt: Format = FMT, width: int = 76) -> list[str]:
    return ["".join(span.text for span in line) for line in explained(found, of, fmt, width)]


def test_the_dialog_says_value_formula_numbers_inputs_and_method() -> None:
    assert text(share(), live(), width=100) == [
        "6.53 %  =  China listed AI ÷ all listed AI  =  $1.784 tn ÷ $27.310 tn",
        "as of 24 Nov 2026 14:32 HKT (UTC+8) · universe default · China 59 of 59, all 133 of 136 issuers",
        "priced; 71 % live, 24 % delayed, 5 % close",
        "",
        "China listed AI   $1.784 tn  tencent · 14:17",
        "all listed AI    $27.310 tn  yahoo, tencent and 2 more · 14:17",
        "CNY per USD      7.0981 CNY  yahoo · 14:32",
        "",
        "method  docs/methodology.md#global-share",
        "path    share.listed_pct",
    ]


def test_where_it_is_narrow_formula_and_notes_take_lines_of_their_own() -> None:
    shown = text(share(), live(), width=44)
    assert shown[:3] == ["6.53 %", "= China listed AI ÷ all listed AI", "= $1.784 tn ÷ $27.310 tn"]
    assert "China listed AI   $1.784 tn" in shown
    assert "  tencent · 14:17" in shown


def test_the_line_says_what_when_of_what_from_whom() -> None:
    assert cited(share(), live(), FMT, "Narrows 0.1.0") == (
        "China's share of global AI, listed: 6.53 % = $1.784 tn ÷ $27.310 tn; "
        "as of 24 Nov 2026 14:32 HKT (UTC+8); oldest price or rate 14:17; universe default; "
        "China 59 of 59, all 133 of 136 issuers priced; 71 % live, 24 % delayed, 5 % close; "
        "sources: tencent, yahoo; Narrows 0.1.0"
    )


def test_the_line_says_how_old_its_oldest_facts_are_beside_its_prices() -> None:
    why = share().explanation
    mark = Input(label="Moonshot", value=4e9, unit="USD", source="press", day=dt.date(2026, 5, 28))
    lost = Input(label="Lab", value=None, unit="USD", day=dt.date(2026, 1, 2))
    marked = share(explanation=msgspec.structs.replace(why, inputs=(*why.inputs, mark, lost)))
    line = cited(marked, live(), FMT, "Narrows")
    assert "; oldest price or rate 14:17; oldest dated input 28 May 2026; universe default; " in line


def test_a_change_since_the_base_date_says_which_that_is() -> None:
    of = reference(mode="live")
    for path in ("basket.change_pct", "basket.like_for_like.change_pct", "basket.index_level"):
        found = figure(of, path)
        assert found is not None
        assert "; universe default, base date 13 Jan 2025; " in cited(found, of, FMT, "Narrows")
        assert "oldest dated input 13 Jan 2025" not in cited(found, of, FMT, "Narrows")
    assert "base date" not in cited(share(), live(), FMT, "Narrows")


@pytest.mark.parametrize(
    ("mode", "begins"),
    [
        ("live", "China's share"),
        ("demo", "DEMO, simulated market: China's share"),
        ("replay", "REPLAY of a recorded day: China's share"),
        ("offline", "OFFLINE, reference of 24 Jul 2026: China's share"),
    ],
)
def test_what_is_not_the_live_market_says_so_first(mode: Mode, begins: str) -> None:
    of = live(mode)
    assert cited(share(), of, FMT, "Narrows").startswith(begins)
    word = begins.removesuffix("China's share")
    assert any(line.startswith(f"{word}as of") for line in text(share(), of))


def test_a_missing_input_is_said() -> None:
    why = share().explanation
    lacking = msgspec.structs.replace(
        why, inputs=(msgspec.structs.replace(why.inputs[0], value=None), *why.inputs[1:])
    )
    shown = text(share(value=None, explanation=lacking), live(), width=100)
    assert shown[0] == "—  =  China listed AI ÷ all listed AI"
    assert shown[1] == "no figure: an input is missing, or too little is known"
    assert "China listed AI           —  missing · tencent · 14:17" in shown


def test_a_single_source_is_quoted_in_full_and_of_several_the_names() -> None:
    of = reference(mode="live")
    one = figure(of, "share.private[OpenAI].value_usd")
    assert one is not None
    source = one.explanation.inputs[0].source
    assert source is not None
    assert f"source: {source[:40]}" in cited(one, of, FMT, "Narrows")
    cap = figure(of, "basket.constituents[tencent].market_cap_usd")
    assert cap is not None
    assert "source: reference;" in cited(cap, of, FMT, "Narrows")


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1.784e12, "USD", "$1.784 tn"),
        (7.37, "USD", "$7.37"),
        (-0.35, "USD", "-$0.3500"),
        (1234.5, "USD", "$1,234.50"),
        (0.0, "USD", "$0.0 m"),
        (-3e-7, "USD", "$0.0 m"),
        (6.5349, "%", "6.53 %"),
        (0.4, "pp", "+0.40 pp"),
        (-0.8, "pp/30d", "-0.80 pp in 30 days"),
        (18.42, "×", "18.42×"),
        (58.35, "HKD", "58.3500 HKD"),
        (1471.0, "KRW", "1,471.00 KRW"),
        (1_759_000.0, "KRW", "1,759,000 KRW"),
        (9.0925e9, "shares", "9,092.5 m shares"),
        (1.0, "days", "1 day"),
        (20.0, "days", "20 days"),
        (3.0, "points", "3.0 points"),
        (198.46, "", "198.5"),
        (None, "USD", "—"),
    ],
)
def test_amounts_carry_their_unit(value: float | None, unit: str, said: str) -> None:
    assert amount(value, unit, FMT) == said


def test_a_negative_number_stands_in_brackets_within_a_formula() -> None:
    causes = tuple(Input(label="", value=value, unit="USD") for value in (5e9, -2e9))
    why = Explanation(title="t", formula="f", inputs=causes, method="m", worked="{0} + {1}")
    assert worked(share(value=3e9, unit="USD", explanation=why), FMT) == "$5.0 bn + (-$2.0 bn)"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (dt.UTC, "24 Nov 2026 06:32 UTC"),
        (HKT, "24 Nov 2026 14:32 HKT (UTC+8)"),
        (dt.timezone(dt.timedelta(hours=5.5), "IST"), "24 Nov 2026 12:02 IST (UTC+5.5)"),
        (dt.timezone(-dt.timedelta(hours=10)), "23 Nov 2026 20:32 UTC-10"),
    ],
)
def test_a_time_says_its_zone_by_name_and_number(zone: dt.tzinfo, said: str) -> None:
    assert when(NOW, Format(zone=zone)) == said


HOSTILE = st.text(alphabet=st.sampled_from("ab \x1b\x07\n\t\u202e[]/{}0中É÷"), max_size=40)


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, st.integers(8, 120))
def test_text_from_outside_stays_text_on_lines_that_fit(
    title: str, label: str, note: str, width: int
) -> None:
    why = share().explanation
    told = msgspec.structs.replace(why.inputs[0], label=label, note=note, source=note)
    hostile = msgspec.structs.replace(why, title=title, inputs=(told, *why.inputs[1:]))
    found = share(explanation=hostile)
    line = cited(found, live(), FMT, "Narrows")
    assert line.isprintable()
    for shown in text(found, live(), width=width):
        assert shown.isprintable()
        assert cell_len(shown) <= max(width, 30)


@pytest.mark.parametrize("width", [30, 76, 105])
def test_all_that_a_board_can_explain_fits_the_width_and_ascii(width: int) -> None:
    of = live("demo")
    for path in of.explain:
        found = figure(of, path)
        assert found is not None
        shown = text(found, of, ASCII, width)
        assert all(cell_len(line) <= width for line in shown), path
        assert "\n".join(shown).isascii(), path
        assert cited(found, of, ASCII, "Narrows").isascii(), path


@given(st.text(alphabet="abc 中", max_size=60), st.integers(2, 20))
def test_wrapping_loses_nothing_and_keeps_to_the_width(words: str, width: int) -> None:
    lines = wrapped(words, width)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(cell_len(line) <= width for line in lines)
