"""From served prices to printed figures: the whole program against a loopback market, recomputed by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server import MarketServer, Stock, Truth

UNIVERSE = """\
# name: hand-made
# base_date: 2025-01-13
issuer,name,region,side,subsector,symbol,exchange,currency,ordinary_per_unit,counted,twin_of,shares,shares_as_of
red,Red Cloud,CN,china,cloud,9001.HK,XHKG,HKD,1,true,,3000000000,2025-01-13
red,Red Cloud,CN,china,cloud,601001.SS,XSHG,CNY,1,true,,1000000000,2025-01-13
jade,Jade Chips,CN,china,foundry,9002.HK,XHKG,HKD,1,true,,500000000,2025-01-13
jade,Jade Chips,CN,china,foundry,JADE,XNAS,USD,8,false,9002.HK,,
blue,Blue Cloud,US,peer,cloud,BLUE,XNAS,USD,1,true,,2000000000,2025-01-13
rising,Rising Fab,JP,peer,foundry,7001.T,XTKS,JPY,1,true,,900000000,2025-01-13
"""
SHARES = {"9001.HK": 3e9, "601001.SS": 1e9, "9002.HK": 5e8, "BLUE": 2e9, "7001.T": 9e8}
CHINA = ("9001.HK", "601001.SS", "9002.HK")
PRICES = {"9001.HK": 88.35, "601001.SS": 71.02, "9002.HK": 40.4, "BLUE": 231.17, "7001.T": 4321.0}


def prices() -> list[Stock]:
    """Every line of the universe; each counted one earns a twentieth of its price."""
    counted = [Stock(symbol=symbol, price=price, eps_forward=price / 20) for symbol, price in PRICES.items()]
    return [*counted, Stock(symbol="JADE", price=41.0)]


@pytest.fixture
def market() -> Iterator[MarketServer]:
    truth = Truth()
    truth.add(*prices())
    with MarketServer(truth) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, market: MarketServer) -> Path:
    (tmp_path / "universe.csv").write_text(UNIVERSE)
    (tmp_path / "config.toml").write_text(
        f'universe = "{tmp_path}/universe.csv"\n'
        f'[store]\nurl = "sqlite:///{tmp_path}/narrows.db"\n'
        '[providers]\norder = ["yahoo"]\n'
        f'[providers.yahoo]\nbase_url = "{market.url}"\n'
    )
    return tmp_path


def snapshot(home: Path) -> dict[str, Any]:
    """The Board that the program prints, as anybody would ask for it."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "tui", "--config", str(home / "config.toml"), "snapshot", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
        env={
            **os.environ,
            "HOME": str(home),
            "XDG_STATE_HOME": str(home),
            "XDG_CACHE_HOME": os.environ["NARROWS_TEST_CACHE"],
        },
    )
    board: dict[str, Any] = json.loads(done.stdout)
    return board


def caps(market: MarketServer) -> dict[str, float]:
    """Market values in USD, from nothing but what is served and the counts of the universe file."""
    truth = market.truth
    per_usd = {"USD": 1.0, **truth.fx}
    return {
        symbol: truth.stocks[symbol].price * shares / per_usd[truth.stocks[symbol].currency]
        for symbol, shares in SHARES.items()
    }


def test_value_share_and_spreads_are_those_of_the_served_prices(home: Path, market: MarketServer) -> None:
    board = snapshot(home)
    worth = caps(market)
    china = sum(worth[symbol] for symbol in CHINA)
    everyone = sum(worth.values())
    assert board["basket"]["value_usd"] == pytest.approx(china, rel=1e-9)
    assert board["share"]["listed_pct"] == pytest.approx(100 * china / everyone, rel=1e-9)
    assert board["share"]["global_listed_usd"] == pytest.approx(everyone, rel=1e-9)
    assert board["mode"] == "live"
    assert board["basket"]["coverage"]["priced"] == 2
    cloud, foundry = (
        next(row for row in board["spreads"]["subsectors"] if row["subsector"] == name)
        for name in ("cloud", "foundry")
    )
    # Every line earns a twentieth of its price, so every multiple is 20 and nothing is dear or cheap.
    for row in (cloud, foundry, board["spreads"]["total"]):
        assert row["china"] == pytest.approx(20, rel=1e-9)
        assert row["spread_pct"] == pytest.approx(0, abs=1e-7)


def test_a_new_price_is_in_the_next_figure_and_a_dead_source_leaves_the_last_one(
    home: Path, market: MarketServer
) -> None:
    snapshot(home)
    with market.truth.lock:
        market.truth.stocks["9001.HK"].price = 99.99
    (home / "narrows.db").unlink()
    moved = snapshot(home)
    assert moved["basket"]["value_usd"] == pytest.approx(sum(caps(market)[one] for one in CHINA), rel=1e-9)
    market.stop()
    left = snapshot(home)
    assert left["basket"]["value_usd"] == pytest.approx(moved["basket"]["value_usd"], rel=1e-9)
    assert all(line["as_of"] for one in left["basket"]["constituents"] for line in one["lines"])
    market.start()


def test_one_silent_line_lowers_coverage_and_never_counts_as_zero(home: Path, market: MarketServer) -> None:
    with market.truth.lock:
        del market.truth.stocks["9002.HK"], market.truth.stocks["JADE"]
    board = snapshot(home)
    assert board["basket"]["coverage"] | {"base_missing": []} == {
        "priced": 1, "issuers": 2, "missing": ["Jade Chips"], "base_missing": [],
    }  # fmt: skip
    jade = next(one for one in board["basket"]["constituents"] if one["issuer"] == "jade")
    assert jade["market_cap_usd"] is None
    assert jade["lines"][0]["price"] is None


def test_a_twin_serves_when_the_home_line_is_silent(home: Path, market: MarketServer) -> None:
    with market.truth.lock:
        del market.truth.stocks["9002.HK"]
    board = snapshot(home)
    jade = next(one for one in board["basket"]["constituents"] if one["issuer"] == "jade")
    assert jade["market_cap_usd"] == pytest.approx(41.0 / 8 * 5e8, rel=1e-9)
    assert jade["lines"][0]["priced_by"] == "JADE"
