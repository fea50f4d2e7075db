"""Yahoo's traps, one by one, against the loopback market."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from providers.base import Answer, BadAnswer, Capability, Provider, RateLimited, Refused, Request
from providers.records import Close, FxRate, Quote, Split, Valuation
from providers.universe import Line
from providers.yahoo.fields import key, pair_of
from providers.yahoo.session import hidden_fields, usable_crumb
from tests.providers.world import NOW, Clock, against, line
from tests.server import MarketServer, Stock, Truth, faults

AAPL, BABA = line("AAPL"), line("BABA")
HK = line("0700.HK", "XHKG", "HKD")
TAIPEI = line("2330.TW", "XTAI", "TWD")
BATCH, SPARK, CRUMB = "/v7/finance/quote", "/v7/finance/spark", "/v1/test/getcrumb"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[MarketServer]:
    truth = Truth(now=clock.now)
    truth.add(
        Stock(symbol="AAPL", price=333.7, previous_close=333.69),
        Stock(symbol="0700.HK", price=478.8, previous_close=470.0),
    )
    with MarketServer(truth) as server:
        yield server


@pytest.fixture
async def yahoo(server: MarketServer, clock: Clock) -> AsyncIterator[Provider]:
    async with against("yahoo", server, clock) as provider:
        yield provider


def wanting(capability: Capability, *lines: Line, since: dt.date | None = None) -> Request:
    return Request(capability=capability, lines=lines, since=since)


QUOTES = wanting(Capability.QUOTES, AAPL, HK)


def prices(answer: Answer) -> dict[str, float]:
    return {record.symbol: record.price for record in answer.records if isinstance(record, Quote)}


def closes(answer: Answer) -> dict[dt.date, float]:
    return {record.day: record.close for record in answer.records if isinstance(record, Close)}


class TestSession:
    async def test_one_crumb_serves_all_day(
        self, yahoo: Provider, server: MarketServer, clock: Clock
    ) -> None:
        for _ in range(5):
            await yahoo.fetch(QUOTES)
            clock.forward(3600)
        assert server.requests[CRUMB] == 1
        clock.forward(24 * 3600)
        await yahoo.fetch(QUOTES)
        assert server.requests[CRUMB] == 2

    async def test_a_crumb_that_is_no_longer_good_is_renewed_once(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        await yahoo.fetch(QUOTES)
        server.yahoo.expire()
        assert len((await yahoo.fetch(QUOTES)).records) == 2
        assert (server.requests[CRUMB], server.requests[BATCH]) == (2, 3)

    async def test_refused_twice_it_rests_and_the_sparks_serve(
        self, yahoo: Provider, server: MarketServer, clock: Clock
    ) -> None:
        server.fail(faults.Status(401), BATCH)
        for _ in range(5):
            answer = await yahoo.fetch(QUOTES)
            assert prices(answer) == {"AAPL": 333.7, "0700.HK": 478.8}
        assert (server.requests[CRUMB], server.requests[BATCH]) == (2, 2)
        (remark,) = answer.remarks
        assert remark.severity == "warning"
        assert "its sparks serve, without market values" in remark.text
        server.heal()
        clock.forward(61)
        assert (await yahoo.fetch(QUOTES)).remarks == ()

    async def test_each_rest_is_longer_than_the_one_before(
        self, yahoo: Provider, server: MarketServer, clock: Clock
    ) -> None:
        server.fail(faults.Status(429), CRUMB)
        tries = []
        for minute in range(60):
            before = server.requests[CRUMB]
            await yahoo.fetch(QUOTES)
            if server.requests[CRUMB] > before:
                tries.append(minute)
            clock.forward(60)
        assert tries == [0, 1, 3, 7, 15, 30, 45]

    async def test_too_many_requests_with_status_200_is_no_crumb(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        server.fail(faults.Body(b"Too Many Requests\r\n", "text/plain"), CRUMB)
        server.fail(faults.Status(500), SPARK)
        with pytest.raises(RateLimited):
            await yahoo.fetch(wanting(Capability.VALUATIONS, AAPL))

    async def test_where_consent_is_wanted_the_form_is_sent(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        server.yahoo.wants_consent = True
        assert len((await yahoo.fetch(QUOTES)).records) == 2
        assert server.requests["/v2/collectConsent"] == 1

    async def test_a_redirect_to_consent_renews_the_session(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        await yahoo.fetch(QUOTES)
        server.fail(faults.consent(), BATCH, times=1)
        answer = await yahoo.fetch(QUOTES)
        assert (len(answer.records), answer.remarks) == (2, ())

    async def test_no_crumb_at_all_is_a_refusal(self, yahoo: Provider, server: MarketServer) -> None:
        server.fail(faults.html(), CRUMB)
        with pytest.raises(Refused, match="gave no crumb"):
            await yahoo.fetch(wanting(Capability.VALUATIONS, AAPL))

    @pytest.mark.parametrize("body", ["", "<html></html>", "Too Many Requests", '{"a":1}', "x" * 65, "ä"])
    def test_what_is_no_crumb(self, body: str) -> None:
        assert usable_crumb(body) is None

    def test_a_crumb_may_hold_an_escaped_slash(self) -> None:
        assert usable_crumb("ab\\u002Fcd.e\n") == "ab/cd.e"

    def test_hidden_fields_survive_a_broken_page(self) -> None:
        assert hidden_fields('<![bad <input name="a" value="1"><input name=b><input value=2 name="c">') in (
            {"a": "1", "c": "2"},
            {},
        )


class TestQuotes:
    async def test_at_most_fifty_symbols_go_in_one_batch(self, yahoo: Provider, server: MarketServer) -> None:
        lines = [line(f"S{number}") for number in range(120)]
        server.truth.add(*(Stock(symbol=each.symbol, price=1.0) for each in lines))
        answer = await yahoo.fetch(wanting(Capability.QUOTES, *lines))
        assert (len(answer.records), server.requests[BATCH]) == (120, 3)

    async def test_at_most_twenty_symbols_go_in_one_spark(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        lines = [line(f"S{number}") for number in range(45)]
        server.truth.add(*(Stock(symbol=each.symbol, price=1.0) for each in lines))
        server.fail(faults.html(), BATCH)
        answer = await yahoo.fetch(wanting(Capability.QUOTES, *lines))
        assert (len(answer.records), server.requests[SPARK]) == (45, 3)

    async def test_market_value_is_in_pounds_where_the_price_is_in_pence(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.add(Stock(symbol="OCDO.L", price=308.8, market_cap=2_554_603_520))
        answer = await yahoo.fetch(wanting(Capability.QUOTES, line("OCDO.L", "XLON", "GBP")))
        (quote,) = answer.records
        assert isinstance(quote, Quote)
        assert (quote.price, quote.currency, quote.market_cap) == (3.088, "GBP", 2_554_603_520)

    @pytest.mark.parametrize(
        "delisted",
        [{"quoteType": "NONE"}, {"regularMarketPrice": ...}, {"regularMarketTime": ...}, {"currency": ...}],
    )
    async def test_a_row_that_makes_no_quote_is_missing_with_a_remark(
        self, delisted: dict[str, Any], yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.stocks["AAPL"].raw = delisted
        answer = await yahoo.fetch(QUOTES)
        assert answer.missing == ("AAPL",)
        assert [remark.subject for remark in answer.remarks] == ["AAPL"]

    async def test_a_renamed_symbol_is_pointed_out_and_not_guessed(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.stocks["AAPL"].raw = {"symbol": "FRUIT"}
        answer = await yahoo.fetch(QUOTES)
        assert answer.missing == ("AAPL",)
        assert answer.remarks[0].text == "Yahoo left out AAPL and sent FRUIT unasked: renamed?"

    async def test_of_two_rows_the_newer_counts(self, yahoo: Provider, server: MarketServer) -> None:
        older = b'{"symbol":"AAPL","currency":"USD","regularMarketPrice":1,"regularMarketTime":1700000000}'

        def twice(body: bytes) -> bytes:
            return body.replace(b"]", b"," + older + b"]")

        server.fail(faults.Body(twice), BATCH)
        assert prices(await yahoo.fetch(QUOTES))["AAPL"] == 333.7

    async def test_formatted_numbers_are_unpacked(self, yahoo: Provider, server: MarketServer) -> None:
        server.truth.stocks["AAPL"].raw = {"regularMarketPrice": {"raw": 333.7, "fmt": "333.70"}}
        assert prices(await yahoo.fetch(QUOTES))["AAPL"] == 333.7

    async def test_sparks_know_the_previous_close(self, yahoo: Provider, server: MarketServer) -> None:
        server.fail(faults.html(), BATCH)
        answer = await yahoo.fetch(QUOTES)
        assert {q.symbol: q.previous_close for q in answer.records if isinstance(q, Quote)} == {
            "AAPL": 333.69,
            "0700.HK": 470.0,
        }

    def test_symbols_are_compared_as_yahoo_spells_them(self) -> None:
        assert key("usdcny=x") == key("CNY=X")
        assert key(" 0700.hk") == key("0700.HK")
        assert key("EURUSD=X") != key("EUR=X")
        assert (pair_of("CNY=X"), pair_of("EURUSD=X")) == (("USD", "CNY"), ("EUR", "USD"))
        assert pair_of("AAPL") is None

    async def test_a_rate_the_other_way_round_is_turned(self, yahoo: Provider, server: MarketServer) -> None:
        row = (
            b'{"symbol":"EURUSD=X","currency":"USD","regularMarketPrice":1.25,"regularMarketTime":1795489200}'
        )
        body = b'{"quoteResponse":{"result":[' + row + b'],"error":null}}'
        server.fail(faults.Body(body), BATCH)
        answer = await yahoo.fetch(Request(capability=Capability.FX, currencies=("EUR",)))
        assert [r.per_usd for r in answer.records if isinstance(r, FxRate)] == [0.8]


class TestCloses:
    SINCE = dt.date(2026, 11, 1)
    MONDAY, TUESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24)

    async def asked(self, yahoo: Provider, which: Line = HK) -> dict[dt.date, float]:
        return closes(await yahoo.fetch(wanting(Capability.CLOSES, which, since=self.SINCE)))

    @pytest.mark.parametrize(
        ("time", "is_close"),
        [
            ("02:00", False),  # in session
            ("04:30", False),  # at lunch the day is not over
            ("07:59", False),
            ("08:08", False),  # the auction still changes the bar
            ("08:10", True),
            ("15:00", True),
        ],
    )
    async def test_todays_bar_is_a_close_when_the_day_is_over(
        self, time: str, *, is_close: bool, yahoo: Provider, server: MarketServer, clock: Clock
    ) -> None:
        clock.at = dt.datetime.fromisoformat(f"2026-11-24T{time}+00:00")
        server.truth.stocks["0700.HK"].history = {self.MONDAY: 470.0}
        expected = {self.MONDAY: 470.0} | ({self.TUESDAY: 478.8} if is_close else {})
        assert await self.asked(yahoo) == expected

    async def test_of_two_bars_of_a_day_the_one_with_a_value_counts(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.add(Stock(symbol="2330.TW", price=1500.0, history={self.MONDAY: 1490.0}))

        def with_null_bar(body: bytes) -> bytes:
            stamp = b'"timestamp": [1795392000, '  # the same morning, an hour before
            return body.replace(b'"timestamp": [', stamp).replace(b'"close": [', b'"close": [null, ')

        server.fail(faults.Body(with_null_bar), "/v8/")
        assert await self.asked(yahoo, TAIPEI) == {self.MONDAY: 1490.0}

    async def test_days_are_those_of_the_exchange_in_winter_and_summer(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        days = {dt.date(2026, 3, 6): 1.0, dt.date(2026, 3, 9): 2.0, dt.date(2026, 10, 30): 3.0}
        server.truth.stocks["AAPL"].history = days
        server.yahoo.live_bar = False
        request = wanting(Capability.CLOSES, AAPL, since=dt.date(2026, 3, 1))
        assert closes(await yahoo.fetch(request)) == days

    async def test_closes_before_a_split_come_divided_and_say_so(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        split = dt.date(2026, 11, 10)
        stock = server.truth.stocks["0700.HK"]
        stock.history = {dt.date(2026, 11, 9): 500.0, split: 100.0}
        stock.splits = {split: 5.0}
        answer = await yahoo.fetch(wanting(Capability.CLOSES, HK, since=self.SINCE))
        assert closes(answer) == {dt.date(2026, 11, 9): 100.0, split: 100.0}
        assert {r.adjusted_to for r in answer.records if isinstance(r, Close)} == {self.TUESDAY}
        assert [r for r in answer.records if isinstance(r, Split)] == [
            Split(source="yahoo", symbol="0700.HK", day=split, ratio=5.0)
        ]

    async def test_an_unknown_symbol_costs_nothing_but_itself(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.stocks["0700.HK"].history = {self.MONDAY: 470.0}
        answer = await yahoo.fetch(wanting(Capability.CLOSES, line("NOPE"), HK, since=self.SINCE))
        assert answer.missing == ("NOPE",)
        assert closes(answer) == {self.MONDAY: 470.0}

    async def test_a_chart_that_fails_costs_nothing_but_itself(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.stocks["0700.HK"].history = {self.MONDAY: 470.0}
        server.fail(faults.html(), "/v8/finance/chart/AAPL")
        answer = await yahoo.fetch(wanting(Capability.CLOSES, AAPL, HK, since=self.SINCE))
        assert answer.missing == ("AAPL",)
        assert closes(answer) == {self.MONDAY: 470.0}

    async def test_without_a_first_day_the_newest_closes_come(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.stocks["0700.HK"].history = {dt.date(2026, 11, 2): 400.0, self.MONDAY: 470.0}
        assert closes(await yahoo.fetch(wanting(Capability.CLOSES, HK))) == {self.MONDAY: 470.0}

    async def test_an_empty_list_of_charts_is_no_answer(self, yahoo: Provider, server: MarketServer) -> None:
        server.fail(faults.Body(b'{"chart":{"result":[],"error":null}}'), "/v8/")
        with pytest.raises(BadAnswer):
            await self.asked(yahoo)


class TestValuations:
    async def multiples(self, yahoo: Provider, which: Line) -> dict[str, float]:
        answer = await yahoo.fetch(wanting(Capability.VALUATIONS, which))
        return {r.field: round(r.value, 4) for r in answer.records if isinstance(r, Valuation)}

    async def test_one_currency(self, yahoo: Provider, server: MarketServer) -> None:
        server.truth.add(
            Stock(symbol="AAPL", price=244.6, eps_forward=8.31, eps_trailing=6.3, book_value=4.438)
        )
        assert await self.multiples(yahoo, AAPL) == {
            "forward_pe": 29.4344, "trailing_pe": 38.8254, "price_book": 55.1149,
        }  # fmt: skip

    async def test_a_loss_gives_a_negative_multiple(self, yahoo: Provider, server: MarketServer) -> None:
        server.truth.add(Stock(symbol="AAPL", price=10.0, eps_forward=-2.0))
        assert await self.multiples(yahoo, AAPL) == {"forward_pe": -5.0}

    async def test_pence_are_set_against_pounds_as_pounds(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.add(Stock(symbol="OCDO.L", price=308.8, eps_forward=0.1, book_value=1.668))
        found = await self.multiples(yahoo, line("OCDO.L", "XLON", "GBP"))
        assert found == {"forward_pe": 30.88, "price_book": 1.8513}

    @pytest.mark.parametrize(
        ("forward", "expected"),
        [
            (9.87, {"forward_pe": 12.6373}),  # dollars, beside 62.96 yuan this year
            (71.6, {}),  # yuan, or dollars beside dollars: nobody can tell
            (800.0, {}),  # neither
            (-9.87, {}),
        ],
    )
    async def test_the_currency_of_an_adr_s_earnings_is_made_out(
        self, forward: float, expected: dict[str, float], yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.fx["CNY"] = 7.25
        server.truth.add(
            Stock(
                symbol="BABA",
                price=124.73,
                financial_currency="CNY",
                eps_forward=forward,
                eps_this_year=62.9588,
                book_value=409.85,
            )
        )
        assert await self.multiples(yahoo, BABA) == expected

    @pytest.mark.parametrize(
        ("stock", "expected"),
        [
            (Stock(symbol="AAPL", price=300.0, raw={"forwardPE": 29.4}), {"forward_pe": 29.4}),
            (Stock(symbol="AAPL", price=300.0, raw={"forwardPE": 2.0}, financial_currency="CNY"), {}),
            (Stock(symbol="AAPL", price=300.0, raw={"forwardPE": 2.0, "financialCurrency": ...}), {}),
        ],
    )
    async def test_a_ready_multiple_serves_where_nothing_can_be_mixed(
        self, stock: Stock, expected: dict[str, float], yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.add(stock)
        assert await self.multiples(yahoo, AAPL) == expected

    async def test_without_a_rate_mixed_currencies_give_no_multiple(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        del server.truth.fx["CNY"]
        server.truth.add(
            Stock(symbol="BABA", price=124.7, financial_currency="CNY", eps_forward=9.9, eps_this_year=63.0)
        )
        answer = await yahoo.fetch(wanting(Capability.VALUATIONS, BABA))
        assert (answer.records, answer.missing) == ((), ("BABA",))

    async def test_multiples_say_whose_and_which_they_are(
        self, yahoo: Provider, server: MarketServer
    ) -> None:
        server.truth.add(Stock(symbol="0700.HK", price=478.8, financial_currency="CNY", eps_forward=30.0))
        (multiple,) = (await yahoo.fetch(wanting(Capability.VALUATIONS, HK))).records
        assert isinstance(multiple, Valuation)
        assert (multiple.issuer, multiple.symbol, multiple.day) == ("0700.hk", "0700.HK", NOW.date())
        assert multiple.quality == (
            "analysts' mean for the next fiscal year, by Yahoo; accounts in CNY, price in HKD"
        )
