"""How Chinese sources name lines, and their clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from providers.chinese_codes import code_of, market_of
from providers.local_time import local_instant
from providers.quote_rows import Unusable
from tests.providers.world import line

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("symbol", "exchange", "code"),
    [
        ("688256.SS", "XSHG", ("sh", "688256", "CNY")),
        ("300308.SZ", "XSHE", ("sz", "300308", "CNY")),
        ("830799.BJ", "BJSE", ("bj", "830799", "CNY")),
        ("0700.HK", "XHKG", ("hk", "00700", "HKD")),
        ("BABA", "XNYS", ("us", "BABA", "USD")),
        ("brk-b", "XNYS", ("us", "BRK.B", "USD")),
        # B shares, and a counter in renminbi.
        ("900905.SS", "XSHG", ("sh", "900905", "USD")),
        ("200725.SZ", "XSHE", ("sz", "200725", "HKD")),
        ("80700.HK", "XHKG", ("hk", "80700", "CNY")),
        ("2330.TW", "XTAI", None),
        ("68825.SS", "XSHG", None),
        ("688256", "XSHG", ("sh", "688256", "CNY")),
        ("٦٨٨٢٥٦.SS", "XSHG", None),
        ("123456.HK", "XHKG", None),
        ("A,sh600000", "XNAS", None),
        ("", "XHKG", None),
        ("", "XNAS", None),
    ],
)
def test_codes(symbol: str, exchange: str, code: tuple[str, str, str] | None) -> None:
    assert code_of(line(symbol, exchange)) == code


def test_a_line_in_the_currency_of_its_market() -> None:
    assert market_of(line("688256.SS", "XSHG", "CNY")) == "sh"


@pytest.mark.parametrize(
    ("symbol", "exchange", "words"),
    [
        ("900905.SS", "XSHG", "a price in CNY was expected, there the line trades in USD"),
        ("2330.TW", "XTAI", "trades nowhere"),
    ],
)
def test_a_line_in_another_currency(symbol: str, exchange: str, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        market_of(line(symbol, exchange, "CNY"))


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("20260603155049", SHANGHAI, dt.datetime(2026, 6, 3, 7, 50, 49, tzinfo=dt.UTC)),
        ("2026/08/07 16:08:23", SHANGHAI, dt.datetime(2026, 8, 7, 8, 8, 23, tzinfo=dt.UTC)),
        ("2026/08/07 16:08", SHANGHAI, dt.datetime(2026, 8, 7, 8, 8, tzinfo=dt.UTC)),
        (" 2026-09-04 16:04:38 ", NEW_YORK, dt.datetime(2026, 9, 4, 20, 4, 38, tzinfo=dt.UTC)),
        ("2026-11-23 16:00:00", NEW_YORK, dt.datetime(2026, 11, 23, 21, 0, tzinfo=dt.UTC)),
        ("2026-09/04 16:04:38", NEW_YORK, None),
        ("20260631155049", SHANGHAI, None),
        ("00010101000000", SHANGHAI, None),
        ("99991231235959", SHANGHAI, None),
        ("2026-09-04", NEW_YORK, None),
        ("16:04:38", NEW_YORK, None),
        ("", NEW_YORK, None),
    ],
)
def test_local_times(text: str, zone: dt.tzinfo, instant: dt.datetime | None) -> None:
    assert local_instant(text, zone) == instant
