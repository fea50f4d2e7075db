"""Cross-check: two sources may differ by what the market does between their times, and no more."""

from __future__ import annotations

import datetime as dt

import pytest

from feed.chain import Chain
from feed.clock import ManualClock
from feed.cross_check import Rotation, allowed, disagreement
from providers.base import Capability, Unreachable
from providers.records import Quote
from tests.feed.support import TUESDAY_MORNING, Fake, line

NOW = TUESDAY_MORNING


def quote(price: float, *, minutes: float = 0, source: str = "first", close: float | None = None) -> Quote:
    return Quote(
        source=source,
        symbol="0700.HK",
        price=price,
        currency="HKD",
        as_of=NOW - dt.timedelta(minutes=minutes),
        received=NOW,
        previous_close=close,
    )


@pytest.mark.parametrize(
    ("other", "limit"),
    [
        (quote(600), 0.005),
        (quote(600, minutes=16), 0.005 + 0.0015 * 4),
        (quote(630, minutes=15, close=600), 0.005 + 0.0015 * 15**0.5 + 0.05 / 4),
        (quote(630, minutes=225, close=600), 0.005 + 0.0015 * 15 + 0.05),
    ],
)
def test_what_the_times_explain(other: Quote, limit: float) -> None:
    assert allowed(quote(600), other) == pytest.approx(limit)
    assert allowed(other, quote(600)) == pytest.approx(limit)


def test_a_disagreement_shows_both_with_their_times() -> None:
    says = disagreement(quote(600), quote(630, minutes=15, source="second"))
    assert says == (
        "first 600 HKD of 02:00:00 UTC, second 630 HKD of 01:45:00 UTC: 5.0% apart, "
        "more than the 1.1% that their times explain; first stays in use."
    )


def test_sources_that_agree_are_not_remarked() -> None:
    assert disagreement(quote(600), quote(602.9)) is None
    assert disagreement(quote(600), quote(606, minutes=15)) is None


def test_prices_of_different_sessions_are_not_compared() -> None:
    assert disagreement(quote(600), quote(500, minutes=17 * 60)) is None


class TestRotation:
    def test_goes_round_all_lines_that_have_a_second_source(self) -> None:
        first, second = (Fake(name, ManualClock(NOW)) for name in ("first", "second"))
        second.symbols_per_fetch = 2
        lines = [line(f"{number}.HK") for number in range(5)] + [line("N", "XNAS")]
        second.offers = {Capability.QUOTES: frozenset({"XHKG"})}
        quotes = {one.symbol: quote(600) for one in lines}
        chain, rotation = Chain([first, second], 15), Rotation()
        asked = []
        for _ in range(3):
            found = rotation.next(lines, quotes, chain, NOW)
            assert found is not None
            assert found[0] is second
            asked.append([target.key for target in found[1]])
        assert asked == [["0.HK", "1.HK"], ["2.HK", "3.HK"], ["4.HK", "0.HK"]]

    def test_asks_nobody_who_fails_and_needs_a_price_to_compare(self) -> None:
        first, second = (Fake(name, ManualClock(NOW)) for name in ("first", "second"))
        chain = Chain([first, second], 15)
        assert Rotation().next([line("0700.HK")], {}, chain, NOW) is None
        chain.failed(second, Capability.QUOTES, Unreachable("gone"), NOW)
        assert Rotation().next([line("0700.HK")], {"0700.HK": quote(600)}, chain, NOW) is None
