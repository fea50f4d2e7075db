"""EDGAR: who asks, how fast, what is kept, and which share counts are of use."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from providers.base import Answer, Capability, RateLimited, Refused, Request, SwitchedOff
from providers.records import CapexFact, ShareCount
from providers.sec.concepts import BALANCE_SHARES, COVER_SHARES
from providers.sec.facts import Fact, Facts
from providers.sec.pace import PER_SECOND, Pace
from providers.sec.shares import counted_line, share_counts
from providers.universe import Line
from tests.providers.slow_world import MICROSOFT, MSFT, ORACLE, ORCL, issuer, slow, slow_provider
from tests.providers.world import NOW, Clock, client, line
from tests.server import MarketServer, Truth, faults
from tests.server.accounts import Accounts
from tests.server.sec import TOO_FAST

CAPEX = Request(capability=Capability.CAPEX, lines=(MSFT, ORCL))
SHARES = Request(capability=Capability.SHARES, lines=(MSFT, ORCL))
QUARTER = dt.date(2026, 6, 30)
FACTS = "/api/xbrl/companyfacts/"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def truth(clock: Clock) -> Truth:
    accounts = {
        "MSFT": Accounts(cik=789019, capex={QUARTER: 35.8e9}, shares={QUARTER: 7.4e9}, year_begins=4),
        "ORCL": Accounts(cik=1341439, capex={QUARTER: 28.5e9}, shares={QUARTER: 2.9e9}, year_begins=4),
    }
    return Truth(accounts=accounts, now=clock.now)


async def asked(
    server: MarketServer, clock: Clock, folder: Path, request: Request = CAPEX, **settings: object
) -> Answer:
    async with slow("sec", server, clock, folder, MICROSOFT, ORACLE, **settings) as provider:
        return await provider.fetch(request)


@pytest.mark.parametrize(
    "contact", [None, "", "Ann Analyst", 5, "Änn änn@example.org", "a@b\r\nX: y", "@" * 200]
)
async def test_without_a_contact_it_is_off_and_says_what_to_set(
    contact: object, clock: Clock, tmp_path: Path
) -> None:
    async with client(clock) as http:
        with pytest.raises(SwitchedOff, match=r'\[providers\.sec\] contact = "Name name@example\.org"'):
            slow_provider("sec", http, clock, tmp_path, {"contact": contact})


async def test_every_request_says_who_asks(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        await asked(server, clock, tmp_path)
    assert {asked.headers["user-agent"] for asked in server.log} == {"narrows Ann Analyst ann@example.org"}


async def test_the_first_line_of_an_issuer_stands_for_it_and_others_are_missing(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    request = Request(capability=Capability.CAPEX, lines=(line("0700.HK", "XHKG", "HKD"), MSFT))
    with MarketServer(truth) as server:
        answer = await asked(server, clock, tmp_path, request)
    assert answer.missing == ("0700.HK",)
    assert [one.company for one in answer.records if isinstance(one, CapexFact)] == ["Microsoft"]


async def test_one_request_serves_capex_and_share_counts(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        await asked(server, clock, tmp_path, CAPEX)
        answer = await asked(server, clock, tmp_path, SHARES)
        assert server.total(FACTS) == 2
    assert [one.shares for one in answer.records if isinstance(one, ShareCount)] == [7.4e9, 2.9e9]


async def test_what_has_not_changed_is_not_sent_again(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        first = await asked(server, clock, tmp_path)
        clock.forward(86_400)
        again = await asked(server, clock, tmp_path)
        assert server.log[-1].headers["if-none-match"]
        assert server.log[-1].headers["if-modified-since"] == "Mon, 23 Nov 2026 00:00:00 GMT"
        truth.accounts["ORCL"].capex[dt.date(2026, 9, 30)] = 30e9
        clock.forward(86_400)
        changed = await asked(server, clock, tmp_path)
    assert first == again
    assert len(changed.records) == len(first.records) + 1


def rewrite(folder: Path, change: Callable[[bytes], bytes]) -> None:
    """Change what is kept of each company."""
    for file in folder.glob("CIK*.json"):
        file.write_bytes(change(file.read_bytes()))


async def test_what_was_just_confirmed_is_not_asked_again(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        await asked(server, clock, tmp_path)
        clock.forward(86_400)
        await asked(server, clock, tmp_path)
        clock.forward(1800)
        await asked(server, clock, tmp_path)
        assert server.total(FACTS) == 4


@pytest.mark.parametrize("damage", [b"", b"\xff\x00", b"{}", b'{"facts": {}, "concepts": [], "asked": 5}'])
async def test_a_damaged_cache_is_no_cache(damage: bytes, truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        first = await asked(server, clock, tmp_path)
        rewrite(tmp_path, lambda _: damage)
        assert await asked(server, clock, tmp_path) == first
        assert server.total(FACTS) == 4


async def test_a_cache_of_other_concepts_is_no_cache(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        await asked(server, clock, tmp_path)
        rewrite(
            tmp_path, lambda held: json.dumps(json.loads(held) | {"concepts": ["us-gaap/Other"]}).encode()
        )
        await asked(server, clock, tmp_path)
        assert ["if-none-match" in asked.headers for asked in server.log] == [False] * 4


async def test_without_a_folder_to_write_to_it_asks_all_the_same(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    file = tmp_path / "a file, no folder"
    file.touch()
    with MarketServer(truth) as server:
        assert len((await asked(server, clock, file)).records) == 2


async def test_too_fast_means_ten_minutes_of_silence_for_every_process(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(truth) as server:
        server.fail(faults.Status(403, TOO_FAST), times=1)
        with pytest.raises(RateLimited, match="more than ten requests a second") as raised:
            await asked(server, clock, tmp_path)
        assert raised.value.retry_after == 600
        assert server.total() == 1
        clock.forward(300)
        with pytest.raises(RateLimited, match="another 300 s"):
            await asked(server, clock, tmp_path)
        assert server.total() == 1
        clock.forward(301)
        assert len((await asked(server, clock, tmp_path)).records) == 2


async def test_a_client_that_edgar_takes_for_a_tool_hears_what_to_set(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(truth) as server, pytest.raises(Refused, match="set a name and an e-mail address"):
        await asked(server, clock, tmp_path, user_agent="curl/8")
    assert server.total() == 1


async def test_a_company_that_fails_costs_itself(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        server.fail(faults.Status(400), f"{FACTS}CIK0000789019.json")
        answer = await asked(server, clock, tmp_path)
    assert answer.missing == ("MSFT",)
    assert [one.company for one in answer.records if isinstance(one, CapexFact)] == ["Oracle"]


async def test_eight_turns_a_second_for_two_processes_together(clock: Clock, tmp_path: Path) -> None:
    one, other = (Pace(tmp_path / "pace", clock.now, clock.sleep) for _ in range(2))
    for _ in range(20):
        await one.turn()
        await other.turn()
    assert (clock.now() - NOW).total_seconds() == pytest.approx(39 / PER_SECOND)


@pytest.mark.parametrize("damage", [b"", b"soon", b"\xff", b"9e99", b"1" * 9000, b"1795489200000"])
async def test_a_damaged_pace_holds_nobody_up(damage: bytes, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "pace").write_bytes(damage)
    await Pace(tmp_path / "pace", clock.now, clock.sleep).turn()
    assert clock.slept == []


TWIN = Line(
    symbol="TSM", issuer="tsmc", exchange="XNYS", currency="USD", line_class="ADS", ordinary_per_unit=5.0,
    counted=False, twin_of="2330.TW",
)  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "counted"),
    [
        ((line("MSFT", "XNAS"),), "MSFT"),
        ((line("2330.TW", "XTAI", "TWD"), TWIN), None),
        ((line("GOOGL", "XNAS"), line("GOOG", "XNAS")), None),
        ((Line(symbol="VNET", issuer="vnet", exchange="XNAS", currency="USD", line_class="ADS"),), None),
    ],
)
def test_edgar_counts_the_units_of_a_single_us_line(lines: tuple[Line, ...], counted: str | None) -> None:
    found = counted_line(issuer("Any", *lines))
    assert (found.symbol if found else None) == counted


def count(day: str, shares: float, filed: str = "") -> Fact:
    end = dt.date.fromisoformat(day)
    return Fact(end=end, value=shares, filed=dt.date.fromisoformat(filed) if filed else end)


SINCE = dt.date(2024, 9, 15)


def test_a_count_that_a_company_no_longer_states_as_a_whole_is_not_served() -> None:
    facts: Facts = {COVER_SHARES: {"shares": (count("2025-01-25", 2.5e9), count("2025-04-25", 2.6e9))}}
    assert share_counts(facts, MSFT, SINCE, NOW.date()) == []


def test_a_balance_sheet_is_on_the_share_basis_of_the_day_of_its_filing() -> None:
    facts: Facts = {BALANCE_SHARES: {"shares": (count("2026-09-30", 2.5e9, "2026-10-30"),)}}
    (found,) = share_counts(facts, MSFT, SINCE, NOW.date())
    assert (found.day, found.restated_to) == (dt.date(2026, 9, 30), dt.date(2026, 10, 30))


def test_a_cover_page_is_on_the_share_basis_of_its_own_day() -> None:
    facts: Facts = {COVER_SHARES: {"shares": (count("2026-10-20", 2.5e9, "2026-10-30"),)}}
    assert [one.restated_to for one in share_counts(facts, MSFT, SINCE, NOW.date())] == [None]


def test_a_count_in_thousands_and_one_from_before_the_base_date_are_left_out() -> None:
    days = (count("2024-07-20", 2.4e9), count("2025-10-20", 2.5e6), count("2026-10-20", 2.5e9))
    found = share_counts({COVER_SHARES: {"shares": days}}, MSFT, SINCE, NOW.date())
    assert [(str(one.day), one.shares) for one in found] == [("2026-10-20", 2.5e9)]
