"""Model scores: versions, developers, keys and the allowance of a day."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from providers.artificial_analysis import KEY_VARIABLE, REQUESTS_A_DAY, scores
from providers.base import Answer, RateLimited, Refused, SwitchedOff
from providers.lmarena import BEST
from providers.model_developers import developer
from providers.records import ModelScore
from tests.providers.slow_world import MODELS, SCORES, slow, slow_provider
from tests.providers.world import NOW, Clock, client
from tests.server import MarketServer, Truth, faults
from tests.server.accounts import Score
from tests.server.core import Asked

ROWS = {"dataset": "lmarena-ai/leaderboard-dataset", "offset": "0", "length": "100"}


@pytest.fixture(autouse=True)
def _no_key_of_the_user_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def asked(name: str, server: MarketServer, clock: Clock, folder: Path, **settings: object) -> Answer:
    async with slow(name, server, clock, folder, **settings) as provider:
        return await provider.fetch(SCORES)


def versions(answer: Answer) -> set[str]:
    return {record.version for record in answer.records if isinstance(record, ModelScore)}


@pytest.mark.parametrize(
    ("stated", "setting", "version"),
    [
        (4.1, None, "4.1"),
        ("v4.3.2", "9", "4.3.2"),
        (5, None, "5"),
        (None, "4.2", "4.2"),
        (None, None, "not stated, 2026-11-24"),
        (["4"], None, "not stated, 2026-11-24"),
    ],
)
async def test_the_version_is_what_the_answer_states_else_what_the_user_states(
    stated: object, setting: str | None, version: str, clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server:
        server.analysis.version = stated
        answer = await asked("artificial_analysis", server, clock, tmp_path, index_version=setting)
    assert versions(answer) == {version}


async def test_scores_of_an_unknown_version_are_joined_with_no_other_day_s(
    clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server:
        server.analysis.version = None
        today = await asked("artificial_analysis", server, clock, tmp_path)
        clock.forward(86_400)
        tomorrow = await asked("artificial_analysis", server, clock, tmp_path)
    assert not versions(today) & versions(tomorrow)


async def test_a_hundred_requests_a_day_over_restarts_and_then_none(clock: Clock, tmp_path: Path) -> None:
    with MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server:
        for _ in range(REQUESTS_A_DAY // 2):
            await asked("artificial_analysis", server, clock, tmp_path)
        with pytest.raises(RateLimited, match="allows 100 requests a day") as raised:
            await asked("artificial_analysis", server, clock, tmp_path)
        assert raised.value.retry_after == 21 * 3600
        assert server.total() == REQUESTS_A_DAY
        clock.forward(21 * 3600)
        assert (await asked("artificial_analysis", server, clock, tmp_path)).records


async def test_a_damaged_count_counts_nothing(clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "artificial_analysis.requests").write_bytes(b"\xff 2026-11-24 many")
    with MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server:
        assert (await asked("artificial_analysis", server, clock, tmp_path)).records


async def test_without_a_folder_to_write_to_the_process_counts_alone(clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "a file, no folder"
    file.touch()
    with MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server:
        async with slow("artificial_analysis", server, clock, file) as provider:
            for _ in range(REQUESTS_A_DAY // 2):
                await provider.fetch(SCORES)
            with pytest.raises(RateLimited):
                await provider.fetch(SCORES)


async def test_a_refused_key_is_not_told(clock: Clock, tmp_path: Path) -> None:
    with (
        MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server,
        pytest.raises(Refused, match=f"does not accept the key .*; check {KEY_VARIABLE}") as raised,
    ):
        await asked("artificial_analysis", server, clock, tmp_path, key="secret-of-mine")
    assert "secret-of-mine" not in str(raised.value)


async def test_the_environment_goes_before_the_settings(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "aa-test-key")
    with MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server:
        assert (await asked("artificial_analysis", server, clock, tmp_path, key="an older key")).records


def fake_keyring(monkeypatch: pytest.MonkeyPatch, found: str | None, *, locked: bool = False) -> None:
    """Install the optional package."""

    class KeyringError(Exception):
        pass

    def get_password(service: str, name: str) -> str | None:
        assert (service, name) == ("narrows", "artificial_analysis")
        if locked:
            raise KeyringError("the keyring is locked")
        return found

    package, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    vars(package).update(get_password=get_password, __spec__=object())
    vars(errors).update(KeyringError=KeyringError)
    monkeypatch.setitem(sys.modules, "keyring", package)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


async def test_a_keyring_holds_the_key_where_one_is_installed(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_keyring(monkeypatch, "aa-test-key")
    with MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server:
        assert (await asked("artificial_analysis", server, clock, tmp_path, key=None)).records


@pytest.mark.parametrize("key", [None, "", "  ", 5, "two words", "schlüssel", "line\nbreak"])
async def test_without_a_usable_key_it_is_off_and_says_what_to_set(
    key: object, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_keyring(monkeypatch, None, locked=True)
    async with client(clock) as http:
        with pytest.raises(SwitchedOff, match=KEY_VARIABLE) as raised:
            slow_provider("artificial_analysis", http, clock, tmp_path, {"key": key})
    assert "two words" not in str(raised.value)


async def test_the_arena_s_categories_after_overall_are_not_asked_for(clock: Clock, tmp_path: Path) -> None:
    models = [
        Score(model=f"m{at}", creator="OpenAI", released=NOW.date(), rating=1000.0 + at) for at in range(150)
    ]
    with MarketServer(Truth(scores=models, now=clock.now)) as server:
        answer = await asked("lmarena", server, clock, tmp_path)
        assert server.total("/rows") == 3
    ratings = [record.score for record in answer.records if isinstance(record, ModelScore)]
    assert ratings == [1149.0 - at for at in range(BEST)]


async def test_of_several_leaderboards_only_the_newest_counts(clock: Clock, tmp_path: Path) -> None:
    def older(body: bytes) -> bytes:
        payload = json.loads(body)
        for row in payload["rows"][1:]:
            row["row"]["leaderboard_publish_date"] = "2026-11-01"
        return json.dumps(payload).encode()

    with MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server:
        server.fail(faults.Body(older))
        answer = await asked("lmarena", server, clock, tmp_path)
    assert [record.model for record in answer.records if isinstance(record, ModelScore)] == [MODELS[0].model]


async def test_a_page_that_comes_again_is_the_end(clock: Clock, tmp_path: Path) -> None:
    def endless(body: bytes) -> bytes:
        return json.dumps(json.loads(body) | {"num_rows_total": 10**9}).encode()

    with MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server:
        page = server.answer(Asked(method="GET", path="/rows", query=ROWS, headers={})).body
        server.fail(faults.Body(endless(page)))
        server.requests.clear()
        assert len((await asked("lmarena", server, clock, tmp_path)).records) == 3
        assert server.total() == 2


async def test_a_leaderboard_of_tomorrow_is_none(clock: Clock, tmp_path: Path) -> None:
    def tomorrow(body: bytes) -> bytes:
        return body.replace(b"2026-11-24", b"2026-11-25")

    with MarketServer(Truth(scores=list(MODELS), now=clock.now)) as server:
        server.fail(faults.Body(tomorrow))
        assert (await asked("lmarena", server, clock, tmp_path)).records == ()


@pytest.mark.parametrize(
    ("country", "found"), [("cn", ("CN", "New Lab")), ("us", ("US", "New Lab")), ("fr", None), (None, None)]
)
def test_a_developer_that_the_table_lacks_is_where_the_page_says(
    country: str | None, found: tuple[str, str] | None
) -> None:
    creator = {"name": "New Lab", "slug": "new-lab", "country": country}
    model = {"name": "m", "creator": creator, "evaluations": {"artificial_analysis_intelligence_index": 50}}
    kept = scores({"models": [model]}, "4.1", NOW.date())
    assert [(score.region, score.developer) for score in kept] == ([found] if found else [])


@pytest.mark.parametrize(
    ("spelling", "region", "name"),
    [
        ("Z AI", "CN", "Z.ai"),
        ("moonshotai", "CN", "Moonshot"),
        ("Alibaba", "CN", "Alibaba"),
        ("ByteDance Seed", "CN", "ByteDance"),
        ("SpaceXAI", "US", "xAI"),
        ("Google DeepMind", "US", "Google"),
    ],
)
def test_a_developer_has_one_name_and_one_side(spelling: str, region: str, name: str) -> None:
    assert developer(spelling) == (region, name)


@pytest.mark.parametrize("spelling", ["Mistral", "LG AI Research", "Cohere", "", None, 5])
def test_developers_from_elsewhere_are_on_neither_side(spelling: object) -> None:
    assert developer(spelling) is None
