"""The JSON form: a contract that others read."""

from __future__ import annotations

import json
import math
from typing import Any

import jsonschema
import msgspec
import pytest

from metrics.board import SCHEMA, Board
from metrics.compute import board
from metrics.contract import decode, encode, schema
from tests.metrics.markets import large_market, small_market


@pytest.fixture(scope="module")
def result() -> Board:
    return board(large_market(issuers=40, days=60))


@pytest.fixture(scope="module")
def tree(result: Board) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode(result))
    return found


def test_a_board_survives_the_round_trip(result: Board) -> None:
    assert decode(encode(result)) == result


@pytest.mark.parametrize("closes", [None, {}])
def test_it_is_valid_against_its_schema_full_or_empty(result: Board, closes: dict[str, Any] | None) -> None:
    shown = result if closes is None else board(small_market(closes=closes, fx={}))
    jsonschema.validate(json.loads(encode(shown)), schema(), format_checker=jsonschema.FormatChecker())


def test_the_schema_is_itself_valid_and_refuses_what_is_no_board(tree: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    for broken in (
        tree | {"schema": "other"},
        tree | {"surplus": 1},
        {k: v for k, v in tree.items() if k != "share"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema())


def test_keys_are_those_of_the_contract(tree: dict[str, Any]) -> None:
    assert tree["schema"] == SCHEMA
    assert {"as_of", "mode", "universe", "basket", "share", "capex", "spreads", "models", "catalysts"} <= set(
        tree
    )
    row = tree["basket"]["constituents"][0]
    assert {"issuer", "name", "market_cap_usd", "weight_pct", "day_pct", "since_base_pct", "lines"} <= set(
        row
    )
    assert {"symbol", "price", "currency", "shares", "fx_usd", "as_of", "source", "stale"} <= set(
        row["lines"][0]
    )


def test_times_are_iso_8601_in_utc(tree: dict[str, Any]) -> None:
    assert tree["as_of"] == "2026-01-05T22:00:00Z"
    assert tree["basket"]["base_date"].count("-") == 2


def test_missing_is_null_even_where_a_nan_slipped_in(result: Board) -> None:
    hurt = msgspec.structs.replace(result.basket, value_usd=math.nan, index_level=math.inf)
    data = encode(msgspec.structs.replace(result, basket=hurt))
    assert b"NaN" not in data
    assert decode(data).basket.value_usd is None
    assert decode(data).basket.index_level is None


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff"])
def test_what_is_no_board_is_refused_with_the_schema_expected(data: bytes) -> None:
    with pytest.raises(ValueError, match=SCHEMA):
        decode(data)


def test_a_board_of_another_schema_is_refused(result: Board) -> None:
    with pytest.raises(ValueError, match="narrows/0"):
        decode(encode(msgspec.structs.replace(result, schema="narrows/0")))
