"""Chain: whom to ask, how long to leave a failing provider alone, when to trust it again."""

from __future__ import annotations

import datetime as dt

import pytest

from feed.chain import LONGEST_PAUSE, Chain, Target
from feed.clock import ManualClock
from providers.base import Capability, RateLimited, Refused, SwitchedOff, Unreachable
from tests.feed.support import TUESDAY_MORNING, Fake, line

NOW = TUESDAY_MORNING
POLL = 15.0
QUOTES = Capability.QUOTES
TENCENT, NVIDIA = Target("0700.HK", line("0700.HK")), Target("NVDA", line("NVDA", "XNAS"))
NOBODY: frozenset[str] = frozenset()


def later(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


@pytest.fixture
def first() -> Fake:
    return Fake("first", ManualClock(NOW))


@pytest.fixture
def second() -> Fake:
    return Fake("second", ManualClock(NOW))


@pytest.fixture
def chain(first: Fake, second: Fake) -> Chain:
    return Chain([first, second], POLL)


def asked(chain: Chain, now: dt.datetime, tried: frozenset[str] = NOBODY) -> dict[str, list[str]]:
    shares = chain.assign(QUOTES, [TENCENT, NVIDIA], tried, now)
    return {provider.name: [target.key for target in targets] for provider, targets in shares}


def test_the_first_in_order_that_serves_the_exchange_is_asked(
    chain: Chain, first: Fake, second: Fake
) -> None:
    first.offers = {QUOTES: frozenset({"XHKG"})}
    assert asked(chain, NOW) == {"first": ["0700.HK"], "second": ["NVDA"]}
    second.offers = {}
    assert asked(chain, NOW) == {"first": ["0700.HK"]}


def test_who_has_been_tried_is_not_asked_again(chain: Chain) -> None:
    assert asked(chain, NOW, frozenset({"first"})) == {"second": ["0700.HK", "NVDA"]}
    assert asked(chain, NOW, frozenset({"first", "second"})) == {}


def test_a_failing_provider_is_left_alone_for_a_poll_and_then_probed(chain: Chain, first: Fake) -> None:
    chain.failed(first, QUOTES, Unreachable("no connection"), NOW)
    assert asked(chain, later(14)) == {"second": ["0700.HK", "NVDA"]}
    assert chain.probes(QUOTES, chain.assign(QUOTES, [TENCENT], NOBODY, later(14)), later(14)) == []
    shares = chain.assign(QUOTES, [TENCENT, NVIDIA], NOBODY, later(15))
    assert [provider.name for provider, _ in shares] == ["second"]
    assert chain.probes(QUOTES, shares, later(15)) == [(first, TENCENT)]


def test_it_is_the_first_choice_again_after_two_answers_running(chain: Chain, first: Fake) -> None:
    chain.failed(first, QUOTES, Unreachable("no connection"), NOW)
    chain.succeeded(first, QUOTES, later(15), 0.1)
    assert list(asked(chain, later(16))) == ["second"]
    chain.failed(first, QUOTES, Unreachable("no connection"), later(30))
    chain.succeeded(first, QUOTES, later(45), 0.1)
    assert list(asked(chain, later(46))) == ["second"]
    chain.succeeded(first, QUOTES, later(60), 0.1)
    assert list(asked(chain, later(61))) == ["first"]


def test_without_a_stand_in_it_is_asked_for_everything_at_once(first: Fake) -> None:
    alone = Chain([first], POLL)
    alone.failed(first, QUOTES, Unreachable("no connection"), NOW)
    assert asked(alone, later(14)) == {}
    assert asked(alone, later(15)) == {"first": ["0700.HK", "NVDA"]}


def test_the_pause_grows_with_the_outage_up_to_five_minutes(chain: Chain, first: Fake) -> None:
    pauses = []
    moment = NOW
    while moment < later(6 * 3600):
        chain.failed(first, QUOTES, Unreachable("no connection"), moment)
        due = chain.standing(first, QUOTES).next_try
        assert due is not None
        pauses.append((due - moment).total_seconds())
        moment = due
    assert pauses[0] == POLL
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert len(pauses) < 100


def test_who_asks_to_slow_down_is_left_alone_as_long_as_it_says(chain: Chain, first: Fake) -> None:
    chain.failed(first, QUOTES, RateLimited("429", retry_after=900), NOW)
    assert chain.standing(first, QUOTES).next_try == later(900)
    chain.forgive()
    assert list(asked(chain, later(1))) == ["second"]
    chain.failed(first, QUOTES, Refused("403"), later(1000))
    assert chain.standing(first, QUOTES).next_try == later(1185)


def test_forgiving_lets_the_unreachable_be_asked_at_once(chain: Chain, first: Fake) -> None:
    chain.failed(first, QUOTES, Unreachable("no connection"), NOW)
    chain.forgive()
    assert chain.probes(QUOTES, chain.assign(QUOTES, [TENCENT], NOBODY, NOW), NOW) == [(first, TENCENT)]


def test_a_clock_set_back_does_not_lock_a_provider_out(chain: Chain, first: Fake, second: Fake) -> None:
    for provider in (first, second):
        chain.failed(provider, QUOTES, Unreachable("no connection"), later(86_400))
    assert list(asked(chain, NOW)) == ["first"]


def test_one_capability_may_fail_while_another_serves(chain: Chain, first: Fake) -> None:
    chain.succeeded(first, QUOTES, NOW, 0.1)
    for _ in range(5):
        chain.failed(first, Capability.CLOSES, Unreachable("charts are gone"), NOW)
    assert list(asked(chain, NOW)) == ["first"]
    health = chain.health(NOW)[0]
    assert (health.state, health.last_error) == ("degraded", "charts are gone")


def test_health(chain: Chain, first: Fake, second: Fake) -> None:
    assert [health.state for health in chain.health(NOW)] == ["ok", "ok"]
    chain.failed(first, QUOTES, Unreachable("no connection"), NOW)
    assert chain.health(NOW)[0].state == "degraded"
    chain.failed(first, QUOTES, Unreachable("no connection"), later(15))
    chain.failed(first, QUOTES, Unreachable("still none"), later(30))
    health = chain.health(NOW)[0]
    assert (health.state, health.last_error, health.requests) == ("down", "still none", 3)
    assert health.next_try == later(45)
    chain.succeeded(first, QUOTES, later(45), 0.25)
    chain.succeeded(first, QUOTES, later(60), 0.25)
    health = chain.health(NOW)[0]
    assert (health.state, health.last_error, health.next_try) == ("ok", None, None)
    assert (health.last_ok, health.latency_ms, health.requests) == (later(60), 250.0, 5)


def test_who_is_not_configured_is_off_and_never_asked(chain: Chain, first: Fake) -> None:
    chain.failed(first, QUOTES, SwitchedOff("no key: set one in the configuration"), NOW)
    chain.forgive()
    assert list(asked(chain, later(10_000))) == ["second"]
    health = chain.health(NOW)[0]
    assert (health.state, health.requests) == ("off", 0)
    assert health.last_error == "no key: set one in the configuration"
