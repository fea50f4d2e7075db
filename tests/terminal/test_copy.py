"""Copying in a real terminal: OSC 52 carries the line, as base64, and nothing else of it is sent."""

from __future__ import annotations

import base64
import re

import pytest

from tests.terminal.conftest import Open

pytestmark = pytest.mark.terminal

OSC_52 = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07")


def test_y_sends_the_line_of_the_dialog_to_the_readers_clipboard(monitor: Open) -> None:
    terminal = monitor("--offline", size=(110, 40))
    terminal.settle()
    terminal.press("x")
    terminal.wait_for("copies this line")
    terminal.mark()
    terminal.press("y")
    terminal.wait_for(lambda _: OSC_52.search(terminal.bytes_since_mark()))
    (sent,) = OSC_52.findall(terminal.bytes_since_mark())
    line = base64.b64decode(sent, validate=True).decode()
    assert line.startswith("OFFLINE, reference of ")
    assert "Value of the basket: $" in line
    assert line.isprintable()
    shown = terminal.wait_for("copied")
    assert line in " ".join(row.strip("│ ") for row in shown.splitlines())


def test_y_without_the_dialog_says_at_the_foot_what_was_copied(monitor: Open) -> None:
    terminal = monitor("--offline", size=(80, 24))
    terminal.settle()
    terminal.press("y")
    shown = terminal.wait_for("copied OFFLINE")
    (sent,) = OSC_52.findall(terminal.output)
    line = base64.b64decode(sent, validate=True).decode()
    assert shown.splitlines()[-1].strip().startswith(f"copied {line[:50]}")
    terminal.press("q")
    assert terminal.exit_status() == 0
