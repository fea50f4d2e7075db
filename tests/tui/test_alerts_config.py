"""`[[alerts]]` in the configuration: what is accepted, and of a mistake which alert and what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui import config_secrets
from tui.alerts.settings import Alert
from tui.config import Config, load, overlaid
from tui.config_errors import Origin
from tui.errors import ConfigError

FULL = """
[[alerts]]
when = "share.listed_pct >= 7"

[[alerts]]
name = "Sources"
when = "providers any down for 10m"
repeat = "always"
snooze = 15
sinks = ["screen", "bell", "desktop", "command", "webhook"]
command = ["notify-send", "{text}"]
webhook = "https://hooks.example/services/SECRET"

[[alerts]]
when = "spreads.total.spread_pct crosses 0"
hysteresis = 0.5
"""

LIVE = 'when = "mode == live"'

# One mistake each, after an alert that has none: the lines, and the words that its message must have.
MISTAKES = {
    "no rule": ('when = "mode"', ("line 4, key alerts[2].when", "expected >=", "share.listed_pct >= 7")),
    "no path": ('when = "share.listed >= 7"', ("key alerts[2].when", "did you mean listed_pct")),
    "no word": ('when = "providers any dwon"', ("key alerts[2].when", "did you mean down? Correct it")),
    "band": (
        f"{LIVE}\nhysteresis = 1",
        ("line 5, key alerts[2].hysteresis", "a figure that is compared"),
    ),
    "negative band": (f"{LIVE}\nhysteresis = -1", ("key alerts[2].hysteresis", "got -1")),
    "endless band": ('when = "share.day_pp > 1"\nhysteresis = inf', ("key alerts[2].hysteresis",)),
    "repeat": (f'{LIVE}\nrepeat = "daily"', ("key alerts[2].repeat", "'session'", "got 'daily'")),
    "snooze": (f"{LIVE}\nsnooze = 0", ("line 5, key alerts[2].snooze", "> 0", "got 0")),
    "sink": (f'{LIVE}\nsinks = ["sms"]', ("key alerts[2].sinks[1]", "'webhook'", "got 'sms'")),
    "sinks no list": (f'{LIVE}\nsinks = "bell"', ("key alerts[2].sinks", "got 'bell'")),
    "command as a line": (f'{LIVE}\ncommand = "say hi"', ("key alerts[2].command", "got 'say hi'")),
    "command of nothing": (f'{LIVE}\ncommand = [""]', ("key alerts[2].command", "notify-send")),
    "command missing": (f'{LIVE}\nsinks = ["command"]', ("key alerts[2].sinks", "`command`")),
    "webhook missing": (f'{LIVE}\nsinks = ["webhook"]', ("key alerts[2].sinks", "`webhook`")),
    "webhook": (f'{LIVE}\nwebhook = "ftp://SECRET"', ("key alerts[2].webhook", "https://")),
    "webhook without host": (f'{LIVE}\nwebhook = "https://:80/SECRET"', ("key alerts[2].webhook",)),
    "misspelt key": (f"{LIVE}\nhystersis = 1", ("line 5, key alerts[2].hystersis", "`hysteresis`")),
    "the same twice": ('when = "catalysts  within 3d"', ("key alerts[2]", "the same as alerts[1]")),
}  # fmt: skip


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_every_key_is_accepted(tmp_path: Path) -> None:
    assert load(write(tmp_path, FULL), {}).alerts == (
        Alert(when="share.listed_pct >= 7"),
        Alert(
            name="Sources",
            when="providers any down for 10m",
            repeat="always",
            snooze=15,
            sinks=("screen", "bell", "desktop", "command", "webhook"),
            command=("notify-send", "{text}"),
            webhook="https://hooks.example/services/SECRET",
        ),
        Alert(when="spreads.total.spread_pct crosses 0", hysteresis=0.5),
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_names_the_file_the_alert_and_what_was_expected(tmp_path: Path, name: str) -> None:
    lines, words = MISTAKES[name]
    path = write(tmp_path, f'[[alerts]]\nwhen = "catalysts within 3d"\n[[alerts]]\n{lines}\n')
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    message = str(caught.value)
    assert message.startswith(str(path))
    for word in words:
        assert word in message
    assert "SECRET" not in message


def test_the_command_line_lies_over_a_file_with_alerts(tmp_path: Path) -> None:
    config = load(write(tmp_path, FULL), {})
    assert overlaid(config, {("peers",): "us"}, Origin("--peers", "")).alerts == config.alerts


def test_a_webhook_is_a_secret(tmp_path: Path) -> None:
    config: Config = load(write(tmp_path, FULL), {})
    shown = str(config_secrets.hidden({"alerts": [{"webhook": config.alerts[1].webhook, "when": "x"}]}))
    assert "SECRET" not in shown
    assert "'when': 'x'" in shown
