"""The one HTTP client: retries, budgets, the breaker, base addresses, cookies, and what it never says."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from email.utils import format_datetime

import httpx
import pytest

from providers.base import BadAnswer, ProviderError, RateLimited, Refused, SwitchedOff, Unreachable
from providers.breaker import Breaker
from providers.budget import Budget
from providers.http import ATTEMPTS, HttpClient, NetworkSettings
from tests.providers.world import NOW, Clock, client
from tests.server import MarketServer

URL = "https://source.example/path"
Answers = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Script(httpx.AsyncBaseTransport):
    """Answers with each of a list in turn, the last one again and again; remembers what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> httpx.Response:
    return httpx.Response(
        status, content=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


async def ask(http: HttpClient, times: int = 1) -> list[ProviderError | None]:
    """Ask so many times; return what each ended in."""
    handle = http.for_provider("source", {})
    outcomes: list[ProviderError | None] = []
    for _ in range(times):
        try:
            await handle.get(URL, params={"crumb": "SECRET"})
            outcomes.append(None)
        except ProviderError as error:
            outcomes.append(error)
    return outcomes


def kinds(outcomes: Sequence[ProviderError | None]) -> list[type | None]:
    return [None if outcome is None else type(outcome) for outcome in outcomes]


async def test_a_cut_connection_is_tried_again_after_a_growing_pause(clock: Clock) -> None:
    script = Script(httpx.ReadError("reset"), answer(502), answer())
    async with client(clock, script) as http:
        assert await ask(http) == [None]
    assert clock.slept == [0.5, 1.0]


async def test_it_gives_up_after_the_last_attempt(clock: Clock) -> None:
    script = Script(answer(500))
    async with client(clock, script) as http:
        assert kinds(await ask(http)) == [Unreachable]
    assert len(script.asked) == ATTEMPTS


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429])
async def test_a_refusal_is_not_tried_again(status: int, clock: Clock) -> None:
    script = Script(answer(status))
    async with client(clock, script) as http:
        await ask(http)
    assert len(script.asked) == 1


async def test_a_form_is_sent_once(clock: Clock) -> None:
    script = Script(answer(502))
    async with client(clock, script) as http:
        with pytest.raises(Unreachable):
            await http.for_provider("source", {}).post(URL, form=[("agree", "agree"), ("agree", "agree")])
    assert [request.content for request in script.asked] == [b"agree=agree&agree=agree"]


async def test_a_short_retry_after_is_waited_for(clock: Clock) -> None:
    script = Script(answer(429, Retry_After="3"), answer())
    async with client(clock, script) as http:
        assert await ask(http) == [None]
    assert clock.slept == [3.0]


@pytest.mark.parametrize("value", ["90", format_datetime(NOW + dt.timedelta(seconds=90), usegmt=True)])
@pytest.mark.parametrize("status", [429, 503])
async def test_a_long_retry_after_closes_the_way_until_then(value: str, status: int, clock: Clock) -> None:
    script = Script(answer(status, Retry_After=value), answer())
    async with client(clock, script) as http:
        (first,) = await ask(http)
        assert isinstance(first, RateLimited)
        assert first.retry_after == 90.0
        clock.forward(89)
        assert kinds(await ask(http)) == [RateLimited]
        assert http.stats("source").next_try == NOW + dt.timedelta(seconds=90)
        assert len(script.asked) == 1
        clock.forward(2)
        assert await ask(http) == [None]


@pytest.mark.parametrize("value", ["soon", "-5", "1e400", "Fri, 99 Nov 2026"])
async def test_an_unreadable_retry_after_is_no_pause_of_its_own(value: str, clock: Clock) -> None:
    async with client(clock, Script(answer(429, Retry_After=value))) as http:
        (error,) = await ask(http)
    assert isinstance(error, RateLimited)
    assert error.retry_after in {None, 0.0}


async def test_a_dead_source_is_left_alone_and_probed_once(clock: Clock) -> None:
    script = Script(httpx.ConnectError("refused"))
    async with client(clock, script) as http:
        await ask(http, times=3)
        before = len(script.asked)
        assert kinds(await ask(http, times=5)) == [Unreachable] * 5
        assert len(script.asked) == before
        clock.forward(11)
        script.answers = [answer()]
        assert await ask(http, times=2) == [None, None]
        assert http.stats("source").next_try is None


async def test_failing_probes_space_out_up_to_ten_seconds(clock: Clock) -> None:
    async with client(clock, Script(httpx.ConnectError("refused"))) as http:
        await ask(http, times=3)
        pauses = []
        for _ in range(4):
            next_try = http.stats("source").next_try
            assert next_try is not None
            pauses.append((next_try - clock.at).total_seconds())
            clock.at = next_try
            await ask(http)
    assert pauses == [5.0, 10.0, 10.0, 10.0]


async def test_other_answers_do_not_open_the_circuit(clock: Clock) -> None:
    script = Script(answer(404))
    async with client(clock, script) as http:
        await ask(http, times=10)
    assert len(script.asked) == 10


async def test_one_provider_in_trouble_leaves_the_others_alone(clock: Clock) -> None:
    script = Script(answer(429), answer())
    async with client(clock, script) as http:
        await ask(http)
        reply = await http.for_provider("other", {}).get(URL)
    assert reply.status == 200


async def test_one_service_out_of_order_leaves_the_others_alone(clock: Clock) -> None:
    def page(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500 if request.url.path == "/charts" else 200)

    async with client(clock, httpx.MockTransport(page)) as http:
        charts = http.for_provider("source", {}, service="charts")
        quotes = http.for_provider("source", {}, service="quotes")
        for _ in range(4):
            with pytest.raises(Unreachable):
                await charts.get("https://source.example/charts")
            assert (await quotes.get("https://source.example/quotes")).status == 200


async def test_a_rate_limit_stops_every_service(clock: Clock) -> None:
    async with client(clock, Script(answer(), answer(429))) as http:
        charts = http.for_provider("source", {}, service="charts")
        quotes = http.for_provider("source", {}, service="quotes")
        await quotes.get(URL)
        for handle in (charts, quotes):
            with pytest.raises(RateLimited):
                await handle.get(URL)
        assert http.stats("source").requests == 2


async def test_a_provider_may_be_touchier_than_most(clock: Clock) -> None:
    touchy = NetworkSettings(tolerates=2, outage_pause=(900.0, 900.0))
    async with client(clock, Script(httpx.ConnectError("refused"))) as http:
        handle = http.for_provider("source", {}, defaults=touchy)
        for _ in range(2):
            with pytest.raises(Unreachable):
                await handle.get(URL)
        assert http.stats("source").next_try == clock.at + dt.timedelta(minutes=15)


async def test_the_budget_spaces_requests_out(clock: Clock) -> None:
    async with client(clock, Script(answer())) as http:
        handle = http.for_provider("source", {"requests_per_minute": 60})
        for _ in range(25):
            await handle.get(URL)
    # A burst of twenty, then one a second.
    assert sum(clock.slept) == pytest.approx(5.0)


async def test_a_burst_is_a_minute_s_budget_at_most(clock: Clock) -> None:
    async with client(clock, Script(answer())) as http:
        handle = http.for_provider("source", {"requests_per_minute": 6}, defaults=NetworkSettings(burst=160))
        for _ in range(7):
            await handle.get(URL)
    assert sum(clock.slept) == pytest.approx(10.0)


async def test_a_budget_refills_up_to_its_burst(clock: Clock) -> None:
    budget = Budget(per_minute=60, burst=2, concurrency=1, monotonic=clock.monotonic, sleep=clock.sleep)
    clock.forward(3600)
    for _ in range(3):
        async with budget.slot():
            pass
    assert sum(clock.slept) == pytest.approx(1.0)


async def test_a_body_over_the_cap_is_refused(clock: Clock) -> None:
    async with client(clock, Script(answer(body=b"x" * 1001))) as http:
        with pytest.raises(BadAnswer, match="more than 1,000 bytes"):
            await http.for_provider("source", {"max_bytes": 1000}).get(URL)
        with pytest.raises(BadAnswer, match="more than 10 bytes"):
            await http.for_provider("source", {}).get(URL, max_bytes=10)


async def test_redirects_are_not_followed(clock: Clock) -> None:
    script = Script(answer(302, Location="https://elsewhere.example/"))
    async with client(clock, script) as http:
        assert kinds(await ask(http)) == [BadAnswer]
    assert len(script.asked) == 1


async def test_a_redirect_to_a_consent_page_is_a_refusal(clock: Clock) -> None:
    script = Script(answer(307, Location="https://guce.yahoo.com/consent?gcrumb=SECRET"))
    async with client(clock, script) as http:
        (error,) = await ask(http)
    assert isinstance(error, Refused)
    assert "SECRET" not in str(error)


async def test_a_base_address_moves_every_host_and_keeps_path_and_query(clock: Clock) -> None:
    script = Script(answer())
    async with client(clock, script) as http:
        handle = http.for_provider("source", {"base_url": "http://mirror.example:8080/yahoo/"})
        await handle.get("https://fc.yahoo.com/")
        await handle.get("https://query1.finance.yahoo.com/v8/chart/CNY%3DX", params={"a": "1 2"})
    assert [str(request.url) for request in script.asked] == [
        "http://mirror.example:8080/yahoo/",
        "http://mirror.example:8080/yahoo/v8/chart/CNY%3DX?a=1+2",
    ]


async def test_the_usual_base_address_moves_nothing(clock: Clock) -> None:
    script = Script(answer())
    async with client(clock, script) as http:
        home = "https://query1.source.example"
        handle = http.for_provider("source", {"base_url": f"{home}/"}, home=home)
        await handle.get("https://fc.source.example/")
    assert script.asked[0].url.host == "fc.source.example"


@pytest.mark.parametrize("settings", [{}, {"base_url": "http://127.0.0.1:1"}])
async def test_cookies_go_back_to_the_hosts_they_are_for(settings: dict[str, object], clock: Clock) -> None:
    script = Script(answer(Set_Cookie="A3=SECRET; Domain=.yahoo.com; Secure"), answer())
    async with client(clock, script) as http:
        handle = http.for_provider("source", settings)
        await handle.get("https://fc.yahoo.com/")
        await handle.get("https://query1.finance.yahoo.com/x")
        await handle.get("https://elsewhere.example/x")
        await http.for_provider("other", settings).get("https://query1.finance.yahoo.com/x")
        handle.forget_cookies()
        await handle.get("https://query1.finance.yahoo.com/x")
    assert [request.headers.get("Cookie") for request in script.asked] == [
        None, "A3=SECRET", None, None, None,
    ]  # fmt: skip


async def test_a_cookie_that_cannot_be_sent_back_is_dropped(clock: Clock) -> None:
    odd = httpx.Response(200, headers=[(b"Set-Cookie", b"a=\xe4\xf6; Path=/")])
    async with client(clock, Script(odd, answer())) as http:
        handle = http.for_provider("source", {})
        await handle.get(URL)
        assert (await handle.get(URL)).status == 200


async def test_no_secret_reaches_a_message_or_a_log(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [answer(status) for status in (200, 302, 400, 403, 429)]
    async with client(clock, Script(*answers)) as http:
        outcomes = await ask(http, times=len(answers))
        told = str(http.stats("source").last_error)
    assert "SECRET" not in caplog.text + told + "".join(map(str, outcomes))


async def test_the_account_of_a_provider(clock: Clock) -> None:
    async with client(clock, Script(answer(), answer(404))) as http:
        assert http.stats("source").requests == 0
        await ask(http)
        fine = http.stats("source")
        assert (fine.requests, fine.failures, fine.last_ok, fine.last_error) == (1, 0, NOW, None)
        await ask(http)
        bad = http.stats("source")
    assert (bad.requests, bad.failures, bad.last_ok) == (2, 1, NOW)
    assert bad.last_error == "source.example/path did not accept the request (status 404)"


async def test_the_user_agent_is_the_configured_one(clock: Clock) -> None:
    script = Script(answer())
    async with client(clock, script) as http:
        await http.for_provider("a", {"user_agent": "Me me@example.org"}).get(URL)
        await http.for_provider("b", {}, defaults=NetworkSettings(user_agent="own")).get(URL)
        await http.for_provider("c", {}).get(URL)
    agents = [request.headers["User-Agent"] for request in script.asked]
    assert agents == ["Me me@example.org", "own", "narrows (terminal market monitor)"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("timeout", 0),
        ("timeout", "10"),
        ("max_bytes", True),
        ("requests_per_minute", -1),
        ("user_agent", ""),
        ("user_agent", "a\r\nX-Evil: 1"),
        ("base_url", "query1.finance.yahoo.com"),
        ("base_url", "ftp://x"),
        ("base_url", "http://[broken"),
        ("base_url", 5),
    ],
)
async def test_a_setting_of_the_wrong_kind_names_its_key(key: str, value: object, clock: Clock) -> None:
    async with client(clock) as http:
        with pytest.raises(SwitchedOff, match=rf"\[providers\.source\] {key}: expected"):
            http.for_provider("source", {key: value})


async def test_proxies_come_from_the_environment(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    with MarketServer() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        http = HttpClient(now=clock.now)
        try:
            await http.for_provider("source", {}).get("http://source.example/", accept=frozenset({404}))
            with MarketServer() as direct:
                handle = http.for_provider("near", {"base_url": direct.url})
                await handle.get("http://source.example/", accept=frozenset({404}))
                assert direct.total() == 1
        finally:
            await http.aclose()
        assert proxy.total() == 1


async def test_an_abandoned_probe_lets_the_next_request_through(clock: Clock) -> None:
    breaker = Breaker(clock.monotonic)
    breaker.failed(RateLimited("slow down", 5.0))
    clock.forward(6)
    assert await breaker.admits()
    breaker.abandoned()
    assert await breaker.admits()
