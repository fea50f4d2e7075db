"""The JSON form of a Board and its JSON Schema. Absent is `null`; NaN cannot occur in it."""

from __future__ import annotations

from typing import Any

import msgspec

from metrics.board import SCHEMA, Board

_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Board)


def encode(board: Board) -> bytes:
    """UTF-8 JSON of the whole Board; times ISO 8601 UTC. A NaN or infinity that slipped in becomes `null`."""
    return _ENCODER.encode(board)


def decode(data: bytes) -> Board:
    """The Board from its JSON.

    Raises:
        ValueError: when the bytes are not JSON, not a Board, or a Board of another schema than this one.
    """
    try:
        board = _DECODER.decode(data)
    except msgspec.MsgspecError as exc:
        raise ValueError(f"expected a Board of schema {SCHEMA}, got something else: {exc}") from exc
    if board.schema != SCHEMA:
        raise ValueError(f"expected a Board of schema {SCHEMA}, got {board.schema}")
    return board


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of `encode`'s output: every key is there, so every key is required."""
    found = msgspec.json.schema(Board)
    for definition in found["$defs"].values():
        if "properties" in definition:
            definition["required"] = sorted(definition["properties"])
            definition["additionalProperties"] = False
    found["$defs"]["Board"]["properties"]["schema"] = {"const": SCHEMA}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "Narrows Board",
        **found,
    }
