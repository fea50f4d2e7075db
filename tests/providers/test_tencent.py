"""Tencent: names of lines, positions and clocks per market, what is no price of the line, share counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import httpx
import pytest

from providers.base import Answer, BadAnswer, Capability, ProviderContext, Request, SwitchedOff
from providers.records import Quote, ShareCount
from providers.tencent import Tencent
from providers.universe import Issuer, Line, Universe
from tests.providers.records_of import TENCENT, Record
from tests.providers.world import NOW, Clock, client, line, session_open
from tests.server.tencent import row

A, HK, US = (
    line("688256.SS", "XSHG", "CNY"),
    line("0700.HK", "XHKG", "HKD"),
    line("BABA"),
)
MAINLAND = {
    0: "1", 1: "寒武纪", 2: "688256", 3: "1378.10", 4: "1300.00", 30: "20260603155049", 33: "1428.01",
    34: "1291.00", 39: "318.68", 44: "8658.51", 45: "8658.51", 61: "GP-A-KCB", 73: "628292969", 82: "CNY",
}  # fmt: skip
HONG_KONG = {
    0: "100", 1: "腾讯控股", 2: "00700", 3: "478.800", 4: "479.200", 30: "2026/08/07 16:08:23",
    33: "483.200", 34: "475.400", 39: "17.47", 45: "43488.0714", 63: "GP", 70: "9082721689.00", 75: "HKD",
}  # fmt: skip
NEW_YORK = {
    0: "200", 1: "阿里巴巴", 2: "BABA.N", 3: "113.24", 4: "111.81", 30: "2026-09-04 16:04:38", 33: "113.41",
    34: "111.97", 35: "USD", 39: "25.89", 45: "2814.72018", 56: "GP", 62: "2485623615",
}  # fmt: skip


def mainland(told: dict[int, str] | None = None, name: str = "sh688256") -> Record:
    return Record(name, row(88, MAINLAND | (told or {})))


def hong_kong(told: dict[int, str] | None = None, name: str = "hk00700") -> Record:
    return Record(name, row(78, HONG_KONG | (told or {})))


def new_york(told: dict[int, str] | None = None, name: str = "usBABA") -> Record:
    return Record(name, row(71, NEW_YORK | (told or {})))


class Page:
    """Answers every request with one body and remembers what was asked."""

    def __init__(self, *records: Record, body: bytes | None = None) -> None:
        self.body = TENCENT.write(*records) if body is None else body
        self.paths: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        return httpx.Response(200, content=self.body)


async def ask(
    page: Page,
    lines: Sequence[Line],
    capability: Capability = Capability.QUOTES,
    issuers: tuple[Issuer, ...] = (),
) -> Answer:
    clock = Clock()
    universe = Universe(name="test", base_date=dt.date(2025, 1, 13), issuers=issuers)
    async with client(clock, httpx.MockTransport(page)) as http:
        context = ProviderContext(universe=universe, http=http, now=clock.now, session_open=session_open)
        return await Tencent(context).fetch(Request(capability=capability, lines=tuple(lines)))


async def refusal(which: Line, record: Record) -> str:
    """Return why a row gave no quote."""
    answer = await ask(Page(record), [which])
    assert (answer.records, answer.missing) == ((), (which.symbol,))
    (remark,) = answer.remarks
    assert remark.subject == which.symbol
    return remark.text


async def only(which: Line, record: Record) -> Quote:
    answer = await ask(Page(record), [which])
    (quote,) = answer.records
    assert isinstance(quote, Quote)
    assert answer.remarks == ()
    return quote


async def test_lines_are_asked_for_as_tencent_spells_them() -> None:
    lines = [
        A, line("300308.SZ", "XSHE", "CNY"), line("830799.BJ", "BJSE", "CNY"), HK,
        line("9988.HK", "XHKG", "HKD"), US, line("BRK-B"), line("2330.TW", "XTAI", "TWD"),
        line("../etc", "XSHG", "CNY"),
    ]  # fmt: skip
    page = Page(body=b'v_pv_none_match="1";')
    answer = await ask(page, lines)
    assert page.paths == ["/q=sh688256,sz300308,bj830799,hk00700,hk09988,usBABA,usBRK.B"]
    assert set(answer.missing) == {each.symbol for each in lines}
    assert answer.remarks == ()


async def test_lines_without_a_code_ask_nothing() -> None:
    page = Page(mainland())
    answer = await ask(page, [line("2330.TW", "XTAI", "TWD")])
    assert (page.paths, answer.missing) == ([], ("2330.TW",))


async def test_a_long_list_goes_in_parts_of_sixty() -> None:
    page = Page(body=b'v_pv_none_match="1";')
    await ask(page, [line(f"{600000 + number}.SS", "XSHG", "CNY") for number in range(130)])
    assert [path.count(",") + 1 for path in page.paths] == [60, 60, 10]


@pytest.mark.parametrize(
    ("which", "record", "as_of"),
    [
        (A, mainland(), dt.datetime(2026, 6, 3, 7, 50, 49, tzinfo=dt.UTC)),
        (HK, hong_kong(), dt.datetime(2026, 8, 7, 8, 8, 23, tzinfo=dt.UTC)),
        (US, new_york(), dt.datetime(2026, 9, 4, 20, 4, 38, tzinfo=dt.UTC)),
        (US, new_york({30: "2026-11-23 16:00:00"}), dt.datetime(2026, 11, 23, 21, 0, tzinfo=dt.UTC)),
    ],
)
async def test_each_market_has_its_own_clock(which: Line, record: Record, as_of: dt.datetime) -> None:
    assert (await only(which, record)).as_of == as_of


async def test_the_market_value_is_that_of_all_shares_not_of_the_floating_ones() -> None:
    quote = await only(A, mainland({44: "14147.60", 45: "14215.10"}))
    assert quote.market_cap == pytest.approx(1_421_510e6)
    assert (quote.previous_close, quote.delay_minutes, quote.market_state) == (1300.0, None, None)
    assert (await only(A, mainland({45: ""}))).market_cap is None


async def test_a_halted_line_has_no_price_and_says_its_last_close() -> None:
    text = await refusal(A, mainland({3: "0.00", 33: "0.00", 34: "0.00"}))
    assert "halted; the close before was 1300 CNY" in text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({0: "51"}, "a row of market 1 was expected, it is of 51"),
        ({2: "688257"}, "a row of 688256 was expected, it is of 688257"),
        ({2: ""}, "a row of 688256 was expected, it is of nothing"),
        ({61: "ETF"}, "a fund or an index"),
        ({61: "ZS", 39: "-1"}, "a fund or an index"),
        ({39: "-1"}, "a fund or an index"),
        ({39: "", 44: "", 45: ""}, "a fund or an index"),
        ({82: "USD"}, "a price in CNY was expected, the row names USD"),
        ({82: ""}, "a price in CNY was expected, the row names nothing"),
        ({3: "-3"}, "below zero"),
        ({3: "13781.0"}, "the price 13781 is outside of the day's range, 1291 to 1428.01"),
        ({3: "137.81"}, "outside of the day's range"),
        ({30: "20260631155049"}, "does not say when"),
        ({30: "1378.10"}, "does not say when"),
        ({30: ""}, "does not say when"),
    ],
)
async def test_a_row_that_is_not_the_price_of_the_line(told: dict[int, str], words: str) -> None:
    assert words in await refusal(A, mainland(told))


async def test_a_row_shifted_by_one_field_is_refused() -> None:
    shifted = new_york()
    shifted.fields.insert(20, "0")
    assert await refusal(US, shifted)


async def test_a_fund_in_new_york_is_refused() -> None:
    assert "fund" in await refusal(US, new_york({39: "", 44: "", 45: "", 56: "GP-ETF"}))


async def test_a_class_of_shares_is_known_by_ticker_and_venue() -> None:
    berkshire = line("BRK-B")
    quote = await only(berkshire, new_york({2: "BRK.B.N"}, "usBRK.B"))
    assert quote.symbol == "BRK-B"
    assert "it is of BRK.A.N" in await refusal(berkshire, new_york({2: "BRK.A.N"}, "usBRK.B"))


async def test_rows_in_brief_and_rows_of_others_change_nothing() -> None:
    brief = Record("s_sh688256", ["1", "寒武纪", "688256", "9999.00", "1.0", "0.1"])
    answer = await ask(Page(brief, mainland(), hong_kong()), [A])
    (quote,) = answer.records
    assert isinstance(quote, Quote)
    assert (quote.price, answer.missing, answer.remarks) == (1378.1, (), ())


async def test_a_record_that_breaks_off_is_none() -> None:
    whole = TENCENT.write(mainland(), hong_kong())
    answer = await ask(Page(body=whole[:-40]), [A, HK])
    assert [quote.price for quote in answer.records if isinstance(quote, Quote)] == [1378.1]
    assert answer.missing == ("0700.HK",)


@pytest.mark.parametrize("body", [b"", b'{"rc":0}', b'v_sh688256="1~broken', b'<p>v_sh688256="1";</p>'])
async def test_something_else_is_no_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer, match=r"qt\.gtimg\.cn/q=… should answer"):
        await ask(Page(body=body), [A])


async def test_bytes_that_are_no_gbk_cost_nothing_but_the_name() -> None:
    body = TENCENT.write(mainland()).replace("寒武纪".encode("gbk"), b"\xff\xff\x80")
    assert len((await ask(Page(body=body), [A])).records) == 1


async def test_it_serves_nothing_else() -> None:
    with pytest.raises(SwitchedOff):
        await ask(Page(), [A], Capability.CLOSES)


def issuer(*lines: Line, cik: str | None = None) -> Issuer:
    return Issuer(
        id=lines[0].issuer, name="x", side="china", region="CN", subsector="foundry", lines=lines, cik=cik
    )


async def counts(which: Line, record: Record, of: Issuer | None = None) -> Answer:
    return await ask(Page(record), [which], Capability.SHARES, (of or issuer(which),))


@pytest.mark.parametrize(
    ("which", "record", "day", "shares", "confidence"),
    [
        (A, mainland(), dt.date(2026, 6, 3), 628_292_969.0, "medium"),
        (HK, hong_kong(), dt.date(2026, 8, 7), 9_082_721_689.0, "medium"),
        (US, new_york(), dt.date(2026, 9, 4), 2_485_623_615.0, "low"),
    ],
)
async def test_share_counts(
    which: Line, record: Record, day: dt.date, shares: float, confidence: str
) -> None:
    (count,) = (await counts(which, record)).records
    assert isinstance(count, ShareCount)
    assert (count.symbol, count.day, count.shares) == (which.symbol, day, shares)
    assert (count.source, count.confidence) == ("tencent", confidence)


async def test_a_halted_line_keeps_its_share_count() -> None:
    halted = mainland({3: "0.00", 45: "8167.81"})
    assert len((await counts(A, halted)).records) == 1


async def test_a_line_of_several_has_no_count_here_because_the_row_counts_all_of_them() -> None:
    smic = line("688981.SS", "XSHG", "CNY")
    both = issuer(smic, Line(symbol="0981.HK", issuer=smic.issuer, exchange="XHKG", currency="HKD"))
    page = Page(mainland({2: "688981"}, "sh688981"))
    answer = await ask(page, [smic], Capability.SHARES, (both,))
    assert (answer.records, answer.missing, page.paths) == ((), ("688981.SS",), [])


async def test_the_count_of_an_issuer_that_files_with_the_sec_is_the_sec_s() -> None:
    assert (await counts(US, new_york(), issuer(US, cik="1577552"))).missing == ("BABA",)


async def test_a_line_that_no_issuer_of_the_universe_has_gets_no_count() -> None:
    assert (await ask(Page(mainland()), [A], Capability.SHARES)).missing == ("688256.SS",)


async def test_a_count_that_price_and_value_contradict_is_refused() -> None:
    answer = await counts(A, mainland({73: "62829296"}))
    assert answer.missing == ("688256.SS",)
    (remark,) = answer.remarks
    assert "62,829,296 shares at 1378.1 are not the" in remark.text


async def test_every_record_says_when_it_came() -> None:
    assert (await only(A, mainland())).received == NOW
