"""Artificial Analysis: scores of language models on its Intelligence Index, with the index's version.

Needs a key. A hundred requests a day are allowed; one round takes as many as there are pages of 200 models.
The source wants to be named where its scores are shown: the note of each record does.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from providers.base import (
    ANY_EXCHANGE,
    Answer,
    BadAnswer,
    Capability,
    Provider,
    ProviderContext,
    Refused,
    Request,
    SwitchedOff,
)
from providers.day_count import DayCount
from providers.ecb import parse_day
from providers.files import user_folder
from providers.model_developers import Developer, developer
from providers.numbers import positive
from providers.records import ModelScore
from providers.secret import SecretError, in_keyring
from providers.text import clean

HOME = "https://artificialanalysis.ai"
INDEX = "Artificial Analysis Intelligence Index"
ATTRIBUTION = "Source: Artificial Analysis, https://artificialanalysis.ai"
KEY_VARIABLE = "NARROWS_ARTIFICIAL_ANALYSIS_KEY"
REQUESTS_A_DAY = 100
MOST_PAGES = 20

_NAME = "artificial_analysis"
_FIELD = "artificial_analysis_intelligence_index"

Row = Mapping[str, object]


class ArtificialAnalysis(Provider):
    """Scores of all models of Chinese and US developers.

    Args:
        context: Settings `key` (the environment variable goes before it, a keyring after it) and
            `index_version`, for an answer that does not state its version.
        folder: Where the requests of the day are counted; the platform's state folder by default.

    Raises:
        SwitchedOff: No key.
    """

    name = _NAME
    requests_per_day = REQUESTS_A_DAY
    offers = {Capability.SCORES: ANY_EXCHANGE}  # noqa: RUF012 - declared by Provider as a Mapping: read-only

    def __init__(self, context: ProviderContext, *, folder: Path | None = None) -> None:
        self._key = _find_key(context.settings)
        self._version = _version(context.settings.get("index_version"))
        self._now = context.now
        self._http = context.http.for_provider(self.name, context.settings, home=HOME)
        counted = (folder or user_folder("state")) / f"{self.name}.requests"
        self._count = DayCount(counted, REQUESTS_A_DAY, "Artificial Analysis", context.now)

    async def fetch(self, request: Request) -> Answer:
        """Answer a request; see `Provider.fetch`."""
        if request.capability is not Capability.SCORES:
            raise SwitchedOff(f"{self.name} does not serve {request.capability}")
        records: dict[tuple[str, str], ModelScore] = {}
        for page in range(1, MOST_PAGES + 1):
            payload = await self._page(page)
            for score in scores(payload, self._version, self._now().date()):
                records[score.version, score.model] = score
            if not _has_more(payload, page):
                break
        return Answer(records=tuple(records.values()))

    async def _page(self, page: int) -> Row:
        self._count.spend()
        reply = await self._http.get(
            f"{HOME}/api/v2/language/models/free",
            params={"page": str(page)},
            headers={"x-api-key": self._key},
            accept=frozenset({401, 403}),
        )
        if reply.status in {401, 403}:
            raise Refused(
                f"{reply.where} does not accept the key (status {reply.status}); check {KEY_VARIABLE}"
            )
        payload = reply.json()
        if not isinstance(payload, Mapping) or not isinstance(_models(payload), list):
            raise BadAnswer(f"{reply.where} should answer with a list of models, it did not")
        return payload


def scores(payload: Row, version: str | None, today: dt.date) -> list[ModelScore]:
    """Return the scores of one page, of the API's shape (`data`) or the leaderboard's own (`models`).

    Args:
        payload: The page.
        version: For pages that do not state the version of the index. Without either, scores stand under the
            day on which they were read: they are of one version that day, and joined with no other day's.
        today: The day on which they became known.
    """
    stated = _version(payload.get("intelligence_index_version")) or version or f"not stated, {today}"
    rows = _models(payload)
    found = (_score(row, stated, today) for row in (rows if isinstance(rows, list) else []))
    return [score for score in found if score is not None]


def _score(row: object, version: str, today: dt.date) -> ModelScore | None:
    if not isinstance(row, Mapping):
        return None
    evaluations = row.get("evaluations")
    if not isinstance(evaluations, Mapping):
        return None
    name, score, maker = clean(row.get("name")), positive(evaluations.get(_FIELD)), _maker(row)
    if not name or score is None or maker is None:
        return None
    released = row.get("release_date")
    return ModelScore(
        source=_NAME,
        index=INDEX,
        version=version,
        region=maker.region,
        model=name,
        developer=maker.name,
        score=score,
        day=(parse_day(released) if isinstance(released, str) else None) or today,
        known_on=today,
        confidence="low" if evaluations.get(f"{_FIELD}_is_estimated") is True else "high",
        attribution=ATTRIBUTION,
    )


def _maker(row: Row) -> Developer | None:
    """Return the developer, by our own table, else by the country that the page states."""
    creator = row.get("model_creator") or row.get("creator")
    if not isinstance(creator, Mapping):
        return None
    known = developer(creator.get("slug"), creator.get("name"))
    if known is not None:
        return known
    match clean(creator.get("country")).upper(), clean(creator.get("name")):
        case "CN", str(name) if name:
            return Developer("CN", name)
        case "US", str(name) if name:
            return Developer("US", name)
        case _:
            return None


def _models(payload: Row) -> object:
    return payload["data"] if "data" in payload else payload.get("models")


def _has_more(payload: Row, page: int) -> bool:
    """Whether another page follows, as the page states it at the top or under `meta`."""
    meta = payload.get("meta")
    stated: Iterable[object] = (
        payload.get("pagination"),
        meta.get("pagination") if isinstance(meta, Mapping) else None,
    )
    for pagination in stated:
        if isinstance(pagination, Mapping):
            return pagination.get("has_more") is True or (positive(pagination.get("total_pages")) or 0) > page
    return False


def _version(stated: object) -> str | None:
    """Return a version as text: `4.1` for the number, the text itself without a leading `v`."""
    if isinstance(stated, str):
        return clean(stated, 20).removeprefix("v") or None
    value = positive(stated)
    return None if value is None else f"{value:g}"


def _find_key(settings: Mapping[str, object]) -> str:
    """Return the key; it stands in no message."""
    key = os.environ.get(KEY_VARIABLE, "").strip() or settings.get("key") or _from_keyring()
    if not isinstance(key, str) or not key.strip():
        raise SwitchedOff(
            f"Artificial Analysis needs a key; set {KEY_VARIABLE}, or key in [providers.{_NAME}]"
        )
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SwitchedOff(
            f"the key for Artificial Analysis holds characters that no key has; set {KEY_VARIABLE}"
        )
    return key


def _from_keyring() -> str | None:
    """Return the key from the desktop's keyring, where the optional package for it is installed."""
    try:
        return in_keyring("narrows", _NAME)
    except SecretError:
        return None
