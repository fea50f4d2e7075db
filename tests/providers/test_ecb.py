"""The European Central Bank: its files, its calendar, its gaps."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator

import pytest

from providers.base import BadAnswer, Capability, Request
from providers.ecb import next_publication, parse_day, read
from providers.reply import Reply
from tests.providers.world import Clock, against
from tests.server import MarketServer, Truth
from tests.server.ecb import daily_csv, hist_csv, xml, zipped

DAY = dt.date(2026, 11, 20)
TABLE = {DAY: {"USD": 1.1172, "CNY": 7.4326}}
FX = Request(capability=Capability.FX, currencies=("USD", "EUR", "CNY", "TWD"))


def reply(body: bytes) -> Reply:
    return Reply(status=200, headers={}, body=body, where="www.ecb.europa.eu/file")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[MarketServer]:
    with MarketServer(Truth(now=clock.now)) as server:
        yield server


@pytest.mark.parametrize(
    "body",
    [
        xml(TABLE),
        b"\xef\xbb\xbf" + xml(TABLE),
        hist_csv(TABLE).encode(),
        daily_csv(TABLE).encode(),
        zipped(hist_csv(TABLE)),
        zipped(daily_csv(TABLE)),
    ],
)
def test_every_file_of_the_bank_says_the_same(body: bytes) -> None:
    assert read(reply(body)) == TABLE


def test_a_document_type_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Cube time="2026-11-20"><Cube currency="USD" rate="1"/></Cube>'
    with pytest.raises(BadAnswer, match="another document"):
        read(reply(bomb))


def test_a_zip_without_a_table_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(BadAnswer, match="should hold a CSV file"):
        read(reply(buffer.getvalue()))


def test_a_damaged_zip_is_refused() -> None:
    body = bytearray(zipped(hist_csv(TABLE)))
    body[40] ^= 0xFF
    with pytest.raises(BadAnswer):
        read(reply(bytes(body)))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-30", dt.date(2026, 10, 30)),
        ("30 October 2026", dt.date(2026, 10, 30)),
        (" 02 March 2026 ", dt.date(2026, 3, 2)),
        ("30 Oktober 2026", None),
        ("2026-13-01", None),
        ("31 June 2026", None),
        ("Date", None),
        ("", None),
    ],
)
def test_both_spellings_of_a_day(text: str, day: dt.date | None) -> None:
    assert parse_day(text) == day


async def test_the_dollar_is_the_unit_and_the_taiwan_dollar_is_missing(
    server: MarketServer, clock: Clock
) -> None:
    async with against("ecb", server, clock) as ecb:
        answer = await ecb.fetch(FX)
    assert {getattr(record, "currency", None) for record in answer.records} == {"EUR", "CNY"}
    assert answer.missing == ("TWD",)


async def test_the_day_s_file_is_fetched_once_until_the_next_is_out(
    server: MarketServer, clock: Clock
) -> None:
    async with against("ecb", server, clock) as ecb:
        for _ in range(12 * 60):
            await ecb.fetch(FX)
            clock.forward(60)
    assert server.total() == 1


@pytest.mark.parametrize(
    ("newest", "now", "due"),
    [
        ("2026-11-23", "2026-11-24T03:00+00:00", "2026-11-24T15:00+00:00"),
        ("2026-11-20", "2026-11-21T03:00+00:00", "2026-11-23T15:00+00:00"),  # over the weekend
        ("2026-07-01", "2026-07-02T03:00+00:00", "2026-07-02T14:00+00:00"),  # summer time
        ("2026-11-23", "2026-11-24T15:10+00:00", "2026-11-24T15:40+00:00"),  # late
    ],
)
def test_when_the_next_day_is_out(newest: str, now: str, due: str) -> None:
    found = next_publication(dt.date.fromisoformat(newest), dt.datetime.fromisoformat(now))
    assert found == dt.datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("since", "path"), [("2026-09-15", "eurofxref-hist-90d.xml"), ("2026-08-01", "eurofxref-hist.zip")]
)
async def test_a_short_history_takes_the_short_file(
    since: str, path: str, server: MarketServer, clock: Clock
) -> None:
    request = Request(
        capability=Capability.FX_HISTORY, currencies=("CNY",), since=dt.date.fromisoformat(since)
    )
    async with against("ecb", server, clock) as ecb:
        await ecb.fetch(request)
    assert server.requests == {f"/stats/eurofxref/{path}": 1}
