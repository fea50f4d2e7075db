"""Sources in words: what is shown of a provider, and that what it says is text."""

from __future__ import annotations

import datetime as dt

import msgspec

from metrics.board import ProviderView
from widgets import sources
from widgets.format import Format

NOW = dt.datetime(2026, 11, 24, 6, 32, tzinfo=dt.UTC)
FMT = Format()
FINE = ProviderView(
    name="tencent",
    state="ok",
    last_ok=NOW - dt.timedelta(minutes=3),
    last_error=None,
    requests=1234,
    latency_ms=83.4,
    delay_minutes={"XHKG": 15.2, "XNAS": 0.1, "XSHG": 0.0},
)
ILL = ProviderView(
    name="scores",
    state="down",
    last_ok=None,
    last_error="\x1b]0;x\x07[/b][@click=app.quit]x",
    requests=34,
    latency_ms=None,
    next_try=NOW + dt.timedelta(seconds=42),
    allowed=100,
)


def test_every_source_has_a_line_and_one_in_trouble_its_reason() -> None:
    assert sources.table([FINE, ILL], NOW, FMT, 110).splitlines() == [
        "source   state  last answer  latency  requests today  delay measured",
        "tencent  ok     06:29        83 ms    1,234           HKEX 15m, NYSE 0m, SSE 0m",
        "scores   down   —            —        34 of 100       —",
        "  ]0;x[/b][@click=app.quit]x; next try 0:42",
    ]


def test_a_source_that_has_not_answered_yet_is_idle() -> None:
    unasked = msgspec.structs.replace(FINE, last_ok=None, requests=0)
    assert sources.table([unasked], NOW, FMT, 110).splitlines()[1].split()[:2] == ["tencent", "idle"]
    assert sources.state_words(FINE) == "ok"
    assert sources.state_words(ILL) == "down"


def test_no_line_is_wider_than_the_screen() -> None:
    long = ProviderView(
        **{name: getattr(ILL, name) for name in ILL.__struct_fields__} | {"last_error": "why " * 99}
    )
    for width in (20, 40, 80):
        assert max(map(len, sources.table([FINE, long], NOW, FMT, width).splitlines())) <= width
