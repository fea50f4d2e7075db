"""Model gap: how far the best Chinese model is behind the best US model.

    gap = 1 - best Chinese score ÷ best US score, on one index, one version, one day

A new version of an index re-scales every score, so runs of different versions are never joined and never
subtracted. On an Elo board only differences have a meaning: the gap is in points, and with d = US - China the
US model wins 1 ÷ (1 + 10^(-d ÷ 400)) of the comparisons (Elo 1978).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from metrics.board import BestModel, Explanation, Input, ModelRow, Models, PreviousGap
from providers.market import Market
from providers.records import ModelScore

PREFERRED_INDEX = "Artificial Analysis Intelligence Index"
METHOD = "docs/methodology.md#model-gap"
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Step:
    """One move of the frontier: `score` became the best of its side on `day`; beside it both bests then."""

    day: dt.date
    score: ModelScore
    china: ModelScore | None
    us: ModelScore | None

    @property
    def gap_pct(self) -> float | None:
        """Per cent, where both sides have a score with a level."""
        return _gap_pct(self.china, self.us)


@dataclass(frozen=True, slots=True)
class Run:
    """The scores of one version, as known on a day: newest vintage of each model."""

    version: str
    since: dt.date
    scores: tuple[ModelScore, ...]
    steps: tuple[Step, ...]

    @property
    def both_sides(self) -> bool:
        """Whether a gap can be computed."""
        return bool(self.steps) and self.steps[-1].china is not None and self.steps[-1].us is not None


def models(market: Market) -> Models:
    """Pane 5, from the newest version of the preferred index that has scores of both sides."""
    index, runs = _runs(market)
    usable = [run for run in runs if run.both_sides]
    if index is None or not usable:
        return _nothing(index)
    run = usable[-1]
    china, us = run.steps[-1].china, run.steps[-1].us
    if china is None or us is None:
        return _nothing(index)
    points = us.score - china.score
    return Models(
        index=index,
        version=run.version,
        as_of=max(score.known_on for score in run.scores),
        china=_best(china),
        us=_best(us),
        gap_pct=_gap_pct(china, us),
        gap_points=points,
        previous=_previous(usable),
        win_rate_pct=100 / (1 + 10 ** (-points / 400)) if us.scale == "elo" else None,
        stale_version=_newer_version(market, index, run),
        history=_history(usable),
        source="; ".join(dict.fromkeys((china.source, us.source))),
        attribution="; ".join(dict.fromkeys(one for one in (china.attribution, us.attribution) if one))
        or None,
    )


def gap_history(market: Market) -> list[tuple[str, list[tuple[dt.date, float]]]]:
    """Version and its run of (day, gap in per cent), ascending; oldest version first. Never join runs."""
    _, runs = _runs(market)
    lines = [(run.version, [(day, gap) for day, gap in _gaps(run) if gap is not None]) for run in runs]
    return [(version, line) for version, line in lines if line]


def explain(part: Models, market: Market) -> dict[str, Explanation]:
    """How the gap came about. Paths: `models.gap_pct`, `models.gap_points`, `models.win_rate_pct`."""
    if part.china is None or part.us is None:
        return {}
    known = {
        (score.model, score.score): score
        for score in market.scores
        if (score.index, score.version) == (part.index, part.version)
    }
    inputs = tuple(
        Input(
            label=f"{side}: {best.model} ({best.developer})" if best.developer else f"{side}: {best.model}",
            value=best.score,
            unit="",
            source=score.source if score else None,
            day=score.known_on if score else None,
            note=f"held since {best.released.isoformat()}" if best.released else None,
        )
        for side, best in (("China", part.china), ("US", part.us))
        for score in (known.get((best.model, best.score)),)
    )
    title = f"Best Chinese model behind the best US model, {part.index} {part.version}"
    formulas = {
        "models.gap_pct": (part.gap_pct, "1 - best Chinese score ÷ best US score", "1 - {0} ÷ {1}"),
        "models.gap_points": (part.gap_points, "best US score - best Chinese score", "{1} - {0}"),
        "models.win_rate_pct": (
            part.win_rate_pct,
            "1 ÷ (1 + 10^(-(US - China) ÷ 400)), won by the US model",
            "1 ÷ (1 + 10^(-({1} - {0}) ÷ 400))",
        ),
    }
    return {
        path: Explanation(title=title, formula=formula, inputs=inputs, method=METHOD, worked=worked)
        for path, (value, formula, worked) in formulas.items()
        if value is not None
    }


def _runs(market: Market) -> tuple[str | None, list[Run]]:
    """The index to show and its versions, oldest first."""
    today = market.at.date()
    known = [score for score in market.scores if max(score.day, score.known_on) <= today]
    index = _choose_index(known)
    grouped: defaultdict[str, list[ModelScore]] = defaultdict(list)
    for score in known:
        if score.index == index:
            grouped[score.version].append(score)
    dated = {one.version: one.day for one in market.index_versions if one.index == index}
    runs = [_run(version, scores, dated) for version, scores in grouped.items()]
    return index, sorted(runs, key=lambda run: (run.since, _numbers(run.version), run.version))


def _choose_index(known: Sequence[ModelScore]) -> str | None:
    sides: defaultdict[str, set[str]] = defaultdict(set)
    newest: dict[str, tuple[bool, dt.date, str]] = {}
    for score in known:
        sides[score.index].add(score.region)
        rank = (score.scale == "level", score.known_on, score.index)
        newest[score.index] = max(rank, newest.get(score.index, rank))
    complete = [index for index, regions in sides.items() if len(regions) == 2]
    if PREFERRED_INDEX in complete:
        return PREFERRED_INDEX
    return max(complete, key=lambda index: newest[index], default=None)


def _run(version: str, scores: Sequence[ModelScore], dated: Mapping[str, dt.date]) -> Run:
    since = dated.get(version) or min(score.known_on for score in scores)
    if scores[0].scale == "elo":
        scores = _one_leaderboard(scores)
    newest: dict[tuple[str, str], ModelScore] = {}
    for score in scores:
        key = (score.region, score.model)
        if key not in newest or _vintage(score) > _vintage(newest[key]):
            newest[key] = score
    kept = tuple(sorted(newest.values(), key=lambda one: (one.day, one.region, -one.score, one.model)))
    return Run(version, since, kept, tuple(_frontier(kept)))


def _one_leaderboard(scores: Sequence[ModelScore]) -> Sequence[ModelScore]:
    """Elo ratings drift from day to day: only the newest day on which both sides stand counts."""
    days: defaultdict[dt.date, set[str]] = defaultdict(set)
    for score in scores:
        days[score.day].add(score.region)
    newest = max((day for day, regions in days.items() if len(regions) == 2), default=None)
    return scores if newest is None else [score for score in scores if score.day == newest]


def _frontier(scores: Iterable[ModelScore]) -> Iterable[Step]:
    """Steps of the best of each side; `scores` ascending by day, the better first within a day."""
    best: dict[str, ModelScore] = {}
    steps: list[Step] = []
    for score in scores:
        if score.region in best and score.score <= best[score.region].score:
            continue
        best[score.region] = score
        steps.append(Step(score.day, score, best.get("CN"), best.get("US")))
    # Every step of a day shows the gap at the end of that day.
    last = {step.day: step for step in steps}
    return (Step(step.day, step.score, last[step.day].china, last[step.day].us) for step in steps)


def _gaps(run: Run) -> list[tuple[dt.date, float | None]]:
    """The gap at the end of each day on which the frontier moved."""
    return list({step.day: step.gap_pct for step in run.steps}.items())


def _previous(usable: Sequence[Run]) -> PreviousGap | None:
    """The last different gap of the same version, else the last gap of the version before."""
    run = usable[-1]
    gaps = [(day, gap) for day, gap in _gaps(run) if gap is not None]
    for day, gap in reversed(gaps[:-1]):
        if abs(gap - gaps[-1][1]) > _SAME:
            return PreviousGap(as_of=day, version=run.version, gap_pct=gap, comparable=True)
    for before in reversed(usable[:-1]):
        day, gap_before = _gaps(before)[-1]
        if gap_before is not None:
            return PreviousGap(as_of=day, version=before.version, gap_pct=gap_before, comparable=False)
    return None


def _history(usable: Sequence[Run]) -> tuple[ModelRow, ...]:
    """Every step, newest version and day first; a mark on the first step of each version after the oldest."""
    rows = [
        ModelRow(
            date=step.day,
            version=run.version,
            region=step.score.region,
            model=step.score.model,
            developer=step.score.developer,
            score=step.score.score,
            gap_pct=step.gap_pct,
            version_break=position > 0 and number == 0,
        )
        for position, run in enumerate(usable)
        for number, step in enumerate(run.steps)
    ]
    return tuple(reversed(rows))


def _newer_version(market: Market, index: str, run: Run) -> str | None:
    today = market.at.date()
    newer = [
        (one.day, _numbers(one.version), one.version)
        for one in market.index_versions
        if one.index == index and run.since < one.day <= today
    ]
    return max(newer)[2] if newer else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


def _vintage(score: ModelScore) -> tuple[dt.date, dt.date, float, str]:
    return (score.known_on, score.day, score.score, score.source)


def _gap_pct(china: ModelScore | None, us: ModelScore | None) -> float | None:
    if china is None or us is None or "elo" in {china.scale, us.scale} or us.score <= 0:
        return None
    return 100 * (1 - china.score / us.score)


def _best(score: ModelScore) -> BestModel:
    return BestModel(model=score.model, developer=score.developer, score=score.score, released=score.day)


def _nothing(index: str | None) -> Models:
    return Models(
        index=index,
        version=None,
        as_of=None,
        china=None,
        us=None,
        gap_pct=None,
        gap_points=None,
        previous=None,
    )
