"""Scores of models: the paged API of Artificial Analysis and the rows of LMArena's dataset."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter

from tests.server.accounts import Score
from tests.server.core import Asked, Exchanged
from tests.server.truth import Truth

Row = dict[str, object]
_MODELS = "/api/v2/language/models"
_BOARD = {"dataset": "lmarena-ai/leaderboard-dataset", "config": "text", "split": "latest"}


class ArtificialAnalysisProtocol:
    """The free route; the others are for keys that cost.

    Attributes:
        key: The only good one.
        allowed: Requests a day.
        page_size: Models of a page.
        version: Of the index; `None`: not stated.
    """

    def __init__(self) -> None:
        self.key = "aa-test-key"
        self.allowed = 100
        self._spent: Counter[dt.date] = Counter()
        self.page_size = 2
        self.version: object = 4.1

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        if not asked.path.startswith(_MODELS):
            return None
        if asked.headers.get("x-api-key") != self.key:
            return Exchanged(status=401, body=b'{"error":"Invalid API key"}')
        if asked.path != f"{_MODELS}/free":
            return Exchanged(status=403, body=b'{"error":"This endpoint needs a Pro key"}')
        today = truth.now().date()
        if self._spent[today] >= self.allowed:
            words = b'{"error":"Rate limit exceeded"}'
            return Exchanged(status=429, body=words, headers=[("Retry-After", "3600")])
        self._spent[today] += 1
        page = int(asked.query.get("page", "1"))
        models = [model_row(score) for score in truth.scores]
        pages = max(1, -(-len(models) // self.page_size))
        payload: Row = {
            "tier": "free",
            "data": models[(page - 1) * self.page_size : page * self.page_size],
            "pagination": {
                "page": page, "page_size": self.page_size, "total_pages": pages, "has_more": page < pages
            },
        }  # fmt: skip
        if self.version is not None:
            payload["intelligence_index_version"] = self.version
        return Exchanged(body=json.dumps(payload).encode())


class ArenaProtocol:
    """The overall category comes first, then each of the others."""

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        if asked.path != "/rows":
            return None
        if any(asked.query.get(name, value) != value for name, value in _BOARD.items()):
            return Exchanged(status=404, body=b'{"error":"Not found."}')
        offset, length = int(asked.query.get("offset", "0")), int(asked.query.get("length", "100"))
        if length > 100:
            return Exchanged(status=422, body=b'{"error":"Parameter length must not be greater than 100"}')
        published = str(truth.now().date())
        rows = [
            arena_row(score, rank, category, published)
            for category in ("overall", "coding", "math")
            for rank, score in enumerate(truth.scores, 1)
        ]
        page = [{"row_idx": offset + at, "row": row} for at, row in enumerate(rows[offset : offset + length])]
        return Exchanged(body=json.dumps({"rows": page, "num_rows_total": len(rows)}).encode())


def model_row(score: Score) -> Row:
    """Return a model of the index's API."""
    return {
        "id": score.model,
        "name": score.model,
        "slug": score.model.lower(),
        "release_date": str(score.released),
        "model_creator": {"name": score.creator, "slug": score.creator.lower()},
        "evaluations": {
            "artificial_analysis_intelligence_index": score.index,
            "artificial_analysis_intelligence_index_is_estimated": score.estimated,
            # Many evaluations are null.
            "artificial_analysis_coding_index": None,
            "artificial_analysis_agentic_index": None,
        },
        "pricing": {"price_1m_input_tokens": 1.0, "price_1m_output_tokens": 4.0},
        "performance": {
            "median_output_tokens_per_second": 80.0,
            "median_time_to_first_token_seconds": None,
        },
    }


def arena_row(score: Score, rank: int, category: str, published: str) -> Row:
    """Return a row of the arena's dataset."""
    return {
        "model_name": score.model,
        "organization": score.creator,
        "license": "Proprietary",
        "rating": score.rating,
        "vote_count": 5000,
        "rank": rank,
        "category": category,
        "leaderboard_publish_date": published,
    }
