"""What a notice says, and how each sink tells it."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from metrics.alert_values import Value
from providers.secret import Secret
from tests.metrics.alert_boards import NOW
from tests.tui.alert_helpers import SEVEN, Time, network, notice
from tui.alerts import SinkError, bell, command, desktop, webhook
from tui.surroundings import Surroundings

HOOK = "https://user:pass@hooks.example/services/T0SECRET/B0SECRET?token=SECRET"
EVIL = "a\x1b]0;owned\x07b\u202ec\nd"
WRITER = "import sys; open(sys.argv[1], 'w').write('\\n'.join(sys.argv[2:]))"


@pytest.mark.parametrize(
    ("settings", "items", "text"),
    [
        ({}, {"": 7.02}, "share.listed_pct >= 7: now 7.02 %"),
        ({"name": "China at seven"}, {"": 7.02}, "China at seven: now 7.02 %"),
        ({"when": "basket.value_usd > 1.8tn"}, {"": 1.8012e12}, "basket.value_usd > 1.8tn: now $1.801 tn"),
        ({"when": "share.day_pp < 0"}, {"": -0.04}, "share.day_pp < 0: now -0.04 pp"),
        ({"when": "universe.issuers > 3"}, {"": 4.0}, "universe.issuers > 3: now 4"),
        ({"when": "sessions[XHKG].state == open"}, {"": "open"}, "sessions[XHKG].state == open: now open"),
        ({"when": "providers any down"}, {"yahoo": "down"}, "providers any down: yahoo"),
        ({"when": "providers all down"}, {"": "down"}, "providers all down: now"),
        (
            {"when": "models.as_of older than 9d"},
            {"": dt.date(2026, 11, 2)},
            "models.as_of older than 9d: now 2 Nov 2026",
        ),
        (
            {"when": "catalysts within 3d"},
            {f"2026-11-2{number} E": None for number in range(5)},
            "catalysts within 3d: 2026-11-20 E; 2026-11-21 E; 2026-11-22 E and 2 more",
        ),
    ],
)
def test_a_notice_says_what_and_how_much(
    settings: dict[str, Any], items: dict[str, Value | None], text: str
) -> None:
    assert notice(items, **settings).text == text


def test_a_notice_is_one_line_without_control_characters() -> None:
    said = notice({EVIL: None}, when="catalysts within 3d", name=EVIL)
    for text in (said.text, said.said, json.loads(said.json())["text"]):
        assert text.isprintable()
        assert "\u202e" not in text


def test_the_desktop_gets_what_its_terminal_knows() -> None:
    said = notice(name="X", sinks=("desktop",))
    text = "X: now 7.02 %"
    assert desktop.sequence([said], Surroundings(term="xterm-kitty")) == f"\x1b]9;Narrows: {text}\a"
    for around in (Surroundings(term="foot"), Surroundings(term="xterm-256color", vte=True)):
        assert desktop.sequence([said], around) == f"\x1b]777;notify;Narrows;{text}\a"


def test_a_multiplexer_passes_a_notice_on_and_mosh_rings_instead() -> None:
    said = notice(name="X", sinks=("desktop",))
    bare = desktop.sequence([said], Surroundings())
    doubled = bare.replace("\x1b", "\x1b\x1b")
    assert desktop.sequence([said], Surroundings(multiplexer="tmux")) == f"\x1bPtmux;{doubled}\x1b\\"
    assert desktop.sequence([said], Surroundings(multiplexer="screen")) == f"\x1bP{bare}\x1b\\"
    assert desktop.sequence([said], Surroundings(mosh=True)) == ""
    assert bell.sequence([said], Surroundings(mosh=True)) == "\a"
    assert bell.sequence([said], Surroundings(multiplexer="tmux")) == ""


def test_bell_and_desktop_are_for_those_that_ask_for_them() -> None:
    quiet, loud = notice(), notice(sinks=("bell", "desktop"))
    assert bell.sequence([quiet], Surroundings()) == desktop.sequence([quiet], Surroundings()) == ""
    assert bell.sequence([loud, quiet, loud], Surroundings()) == "\a"
    assert desktop.sequence([loud, quiet, loud], Surroundings()).count("]9;") == 2


def test_a_command_gets_arguments_and_each_place_is_filled_once() -> None:
    parts = ("prog", "{text}", "--name={name}", "{when} {at}", "{said}", "{other} {0} {", "$(id); `id`")
    filled = command.arguments(notice(name="{text} $(reboot)", command=parts))
    assert filled == (
        "prog",
        "{text} $(reboot): now 7.02 %",
        "--name={text} $(reboot)",
        f"{SEVEN} {NOW.isoformat()}",
        "now 7.02 %",
        "{other} {0} {",
        "$(id); `id`",
    )


async def test_a_command_is_run_without_a_shell(tmp_path: Path) -> None:
    out = tmp_path / "out"
    argv = (sys.executable, "-c", WRITER, str(out), "{text}", "a b; echo $HOME > x")
    await command.send(notice(command=argv, name='it\'s "7"'))
    assert out.read_text().splitlines() == ['it\'s "7": now 7.02 %', "a b; echo $HOME > x"]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("/nonexistent/prog", "SECRET"), "cannot be started: No such file"),
        ((sys.executable, "-c", "raise SystemExit(3)", "SECRET"), "expected status 0, got 3"),
    ],
)
async def test_a_command_that_fails_says_why_and_no_argument(argv: tuple[str, ...], said: str) -> None:
    with pytest.raises(SinkError, match=said) as caught:
        await command.send(notice(command=argv))
    assert "SECRET" not in str(caught.value)


async def test_a_command_that_does_not_end_is_killed() -> None:
    with pytest.raises(SinkError, match=r"its end within 0\.01 s; it was killed"):
        await command.send(
            notice(command=(sys.executable, "-c", "import signal; signal.pause()")), seconds=0.01
        )


async def test_a_command_ends_with_the_program_and_with_all_that_it_has_started(tmp_path: Path) -> None:
    line = tmp_path / "line"
    os.mkfifo(line)
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_HANGS!r}, {str(line)!r}])"
    sending = asyncio.create_task(command.send(notice(command=(sys.executable, "-c", child))))
    with await asyncio.to_thread(line.open) as held:
        assert await asyncio.to_thread(held.readline) == "here\n"
        sending.cancel()
        await asyncio.wait([sending])
        assert await asyncio.to_thread(held.read) == ""  # comes when the grandchild is gone


_HANGS = """
import signal, sys
with open(sys.argv[1], "w") as line:
    print("here", file=line, flush=True)
    signal.pause()
"""


async def test_a_webhook_is_posted_as_json() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(204)

    http = network(answer, Time())
    await webhook.send(notice(name="China at seven", webhook=HOOK), HOOK, http)
    await http.aclose()
    (request,) = asked
    assert (request.method, str(request.url)) == ("POST", HOOK)
    body = json.loads(request.content)
    assert body == {
        "text": "China at seven: now 7.02 %",
        "id": request.headers["idempotency-key"],
        "name": "China at seven",
        "when": SEVEN,
        "at": "2026-11-24T06:32:00Z",
        "items": [{"subject": "", "value": 7.02}],
    }


async def test_a_webhook_may_be_kept_elsewhere_and_is_looked_up_when_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(204)

    http, place = network(answer, Time()), Secret(env="MY_HOOK")
    with pytest.raises(SinkError, match="webhook: variable MY_HOOK: empty or not set"):
        await webhook.send(notice(webhook=place), place, http)
    monkeypatch.setenv("MY_HOOK", "not an address")
    with pytest.raises(SinkError, match="variable MY_HOOK: expected an https://") as raised:
        await webhook.send(notice(webhook=place), place, http)
    assert "not an address" not in str(raised.value)
    monkeypatch.setenv("MY_HOOK", HOOK)
    await webhook.send(notice(webhook=place), place, http)
    await http.aclose()
    assert asked == [HOOK]


@pytest.mark.parametrize("address", ["https://hooks.example/\x01SECRET", "https://xn--zzz-SECRET/"])
async def test_a_webhook_to_which_nothing_can_be_posted_is_told_and_not_shown(address: str) -> None:
    http = network(lambda _request: httpx.Response(204), Time())
    with pytest.raises(SinkError, match="webhook: expected an https://") as raised:
        await webhook.send(notice(webhook=address), address, http)
    await http.aclose()
    assert "SECRET" not in str(raised.value)


async def test_a_webhook_is_tried_again_as_the_same_post() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        if len(keys) == 1:
            raise httpx.ConnectError("refused")
        return httpx.Response(503 if len(keys) == 2 else 200)

    http = network(answer, Time())
    await webhook.send(notice(webhook=HOOK), HOOK, http)
    await http.aclose()
    assert len(keys) == 3
    assert len(set(keys)) == 1


@pytest.mark.parametrize("status", [301, 403, 404, 429, 500])
async def test_a_webhook_that_refuses_is_named_by_its_host_alone(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    http = network(lambda _: httpx.Response(status, headers={"location": HOOK}), Time())
    said = []
    for _ in range(5):
        with pytest.raises(SinkError, match=r"^webhook: ") as caught:
            await webhook.send(notice(webhook=HOOK), HOOK, http)
        said.append(str(caught.value))
    await http.aclose()
    assert "hooks.example" in said[0]
    for secret in ("SECRET", "services", "pass"):
        assert secret not in "\n".join(said) + caplog.text + str(http.stats("alerts"))
