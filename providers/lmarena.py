"""LMArena: Elo ratings of language models from blind votes, out of its dataset at Hugging Face (no key).

On an Elo scale only differences have a meaning. Licence CC BY 4.0: the note of each record names the source.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from providers.base import (
    ANY_EXCHANGE,
    Answer,
    BadAnswer,
    Capability,
    Provider,
    ProviderContext,
    Request,
    SwitchedOff,
)
from providers.ecb import parse_day
from providers.model_developers import developer
from providers.numbers import positive
from providers.records import ModelScore
from providers.text import clean

HOME = "https://datasets-server.huggingface.co"
DATASET = "lmarena-ai/leaderboard-dataset"
INDEX = "LMArena text"
ATTRIBUTION = "Arena ratings by LMArena (leaderboard-dataset), CC BY 4.0"
CATEGORY = "overall"
PAGE = 100
# The whole of the newest leaderboard, with some room.
MOST_PAGES = 120
# Only the top of each side is ever compared, and every leaderboard states all ratings anew.
BEST = 20

Row = Mapping[str, object]


class Lmarena(Provider):
    """Ratings of the newest text leaderboard, overall category."""

    name = "lmarena"
    offers = {Capability.SCORES: ANY_EXCHANGE}  # noqa: RUF012 - declared by Provider as a Mapping: read-only

    def __init__(self, context: ProviderContext) -> None:
        self._now = context.now
        self._http = context.http.for_provider(self.name, context.settings, home=HOME)

    async def fetch(self, request: Request) -> Answer:
        """Answer a request; see `Provider.fetch`."""
        if request.capability is not Capability.SCORES:
            raise SwitchedOff(f"{self.name} does not serve {request.capability}")
        return Answer(records=tuple(scores(await self._rows(), self._now().date())))

    async def _rows(self) -> list[Row]:
        """Return the rows of the category; they stand together, so the pages after them are not asked for."""
        found: list[Row] = []
        before: list[Row] = []
        for page in range(MOST_PAGES):
            rows, total = await self._page(page * PAGE)
            kept = [row for row in rows if row.get("category") == CATEGORY]
            if rows == before:  # the end, or the same page again
                break
            found += kept
            before = rows
            if (page + 1) * PAGE >= total or (found and not kept):
                break
        return found

    async def _page(self, offset: int) -> tuple[list[Row], float]:
        params = {"dataset": DATASET, "config": "text", "split": "latest"}
        params |= {"offset": str(offset), "length": str(PAGE)}
        reply = await self._http.get(f"{HOME}/rows", params=params)
        payload = reply.json()
        rows = payload.get("rows") if isinstance(payload, Mapping) else None
        if not isinstance(payload, Mapping) or not isinstance(rows, list):
            raise BadAnswer(f"{reply.where} should answer with rows of a dataset, it did not")
        inner = [row.get("row") for row in rows if isinstance(row, Mapping)]
        total = positive(payload.get("num_rows_total")) or math.inf
        return [row for row in inner if isinstance(row, Mapping)], total


def scores(rows: Iterable[Row], today: dt.date) -> list[ModelScore]:
    """Return the best ratings of each side on the newest leaderboard among the rows.

    The year of its publication is the version: ratings of two leaderboards are not compared anyway.
    """
    boards: defaultdict[dt.date, dict[str, ModelScore]] = defaultdict(dict)
    for row in rows:
        score = _score(row)
        if score is not None and score.day <= today:
            boards[score.day][score.model] = score
    if not boards:
        return []
    newest = sorted(boards[max(boards)].values(), key=lambda score: (-score.score, score.model))
    sides: defaultdict[str, list[ModelScore]] = defaultdict(list)
    for score in newest:
        sides[score.region].append(score)
    return [score for side in sides.values() for score in side[:BEST]]


def _score(row: Row) -> ModelScore | None:
    model, maker = clean(row.get("model_name")), developer(row.get("organization"))
    rating, published = positive(row.get("rating")), row.get("leaderboard_publish_date")
    day = parse_day(published[:10]) if isinstance(published, str) else None
    if not model or maker is None or rating is None or day is None:
        return None
    return ModelScore(
        source="lmarena",
        index=INDEX,
        version=str(day.year),
        region=maker.region,
        model=model,
        developer=maker.name,
        score=rating,
        day=day,
        known_on=day,
        scale="elo",
        confidence="high",
        attribution=ATTRIBUTION,
    )
