"""The contract, kept by the sources of model scores."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from providers.artificial_analysis import ATTRIBUTION, INDEX
from providers.records import AnyRecord, ModelScore
from tests.providers.contract import Spoil
from tests.providers.slow_world import MODELS, SCORES, ScoresContract
from tests.providers.spoiling import HOSTILE
from tests.providers.world import NOW
from tests.server import Truth

Row = dict[str, Any]
VICTIM = MODELS[0].model


def spoils(rows_of: str, score: Callable[[Row, object], object], maker: str) -> dict[str, Spoil]:
    """Each way to spoil the row of the victim. `score` sets its figure; `maker` holds its developer."""
    costly = frozenset({VICTIM})

    def inner(row: Row) -> Row:
        found: Row = row.get("row", row)
        return found

    def name_of(row: Row) -> object:
        return inner(row).get("name", inner(row).get("model_name"))

    def rows(edit: Callable[[list[Row]], object], missing: frozenset[str] = costly) -> Spoil:
        def change(body: bytes) -> bytes:
            payload = json.loads(body)
            edit(payload[rows_of])
            return json.dumps(payload).encode()

        return Spoil(change, missing)

    def victim(edit: Callable[[Row], object], missing: frozenset[str] = costly) -> Spoil:
        return rows(lambda all_: [edit(inner(row)) for row in all_ if name_of(row) == VICTIM], missing)

    def copies(change: Callable[[Row], Row]) -> Callable[[list[Row]], object]:
        return lambda all_: all_.extend(
            {"row": change(dict(row["row"]))} if "row" in row else change(dict(row)) for row in list(all_)
        )

    def value(wrong: object) -> Spoil:
        return victim(lambda row: score(row, wrong))

    def made_by(name: str) -> Callable[[Row], object]:
        return lambda row: row.update({maker: {"name": name} if isinstance(row[maker], dict) else name})

    def stranger(row: Row) -> Row:
        made_by("A company from nowhere")(row)
        return row

    free = frozenset[str]()
    return {
        "partial": rows(
            lambda all_: all_.__setitem__(slice(None), [row for row in all_ if name_of(row) != VICTIM])
        ),
        "duplicate row": rows(copies(lambda row: row), free),
        "missing field": victim(lambda row: row.pop(maker)),
        "null field": value(None),
        "wrong type": value([51.1]),
        "NaN": value(float("nan")),
        "infinity": value(float("inf")),
        "zero": value(0),
        "negative": value(-3.0),
        "wrong currency": victim(made_by("Mistral")),
        "other order": rows(lambda all_: all_.reverse(), free),
        "other spelling": victim(made_by(" z.AI "), free),
        "a stranger's row": rows(copies(stranger), free),
        "hostile text": victim(lambda row: row.update(id=HOSTILE, license=HOSTILE), free),
    }  # fmt: skip


class TestArtificialAnalysis(ScoresContract):
    """Four models on two pages."""

    name = "artificial_analysis"
    request = SCORES

    def truth(self) -> Truth:
        return Truth(scores=list(MODELS))

    def expected(self) -> list[AnyRecord]:
        def score(at: int, region: str, developer: str, confidence: str = "high") -> ModelScore:
            of = MODELS[at]
            return ModelScore(
                source="artificial_analysis", index=INDEX, version="4.1",
                region="CN" if region == "CN" else "US", model=of.model, developer=developer,
                score=of.index or 0.0, day=of.released, known_on=NOW.date(),
                confidence="low" if confidence == "low" else "high", attribution=ATTRIBUTION,
            )  # fmt: skip

        return [score(0, "CN", "Z.ai"), score(1, "US", "Anthropic"), score(3, "CN", "Moonshot", "low")]

    def spoiled(self) -> dict[str, Spoil]:
        def score(row: Row, value: object) -> None:
            row["evaluations"]["artificial_analysis_intelligence_index"] = value

        return spoils("data", score, "model_creator")

    def nothing_known(self, truth: Truth) -> None:
        truth.scores.clear()


class TestLmarena(ScoresContract):
    name = "lmarena"
    request = SCORES

    def truth(self) -> Truth:
        return Truth(scores=list(MODELS))

    def expected(self) -> list[AnyRecord]:
        def score(at: int, region: str, developer: str) -> ModelScore:
            return ModelScore(
                source="lmarena", index="LMArena text", version="2026",
                region="CN" if region == "CN" else "US", model=MODELS[at].model, developer=developer,
                score=MODELS[at].rating or 0.0, day=NOW.date(), known_on=NOW.date(), scale="elo",
                confidence="high", attribution="Arena ratings by LMArena (leaderboard-dataset), CC BY 4.0",
            )  # fmt: skip

        return [score(0, "CN", "Z.ai"), score(1, "US", "Anthropic"), score(3, "CN", "Moonshot")]

    def spoiled(self) -> dict[str, Spoil]:
        return spoils("rows", lambda row, value: row.update(rating=value), "organization")

    def nothing_known(self, truth: Truth) -> None:
        truth.scores.clear()
