"""Nothing above the rungs of a terminal is sent to it, wherever one goes."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from tests.terminal.screens import TITLES, has_numbers
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal

BOXES = {
    "?": "- Keys", "P": "- Providers", "i": "- Remarks", "a": "- Alerts", "c": "- Columns", "/": "filter:",
    ":": "Search for",
}  # fmt: skip
"""What opens by a key, and a text in it; a dash stands for the line of a frame."""
SETTINGS = [("truecolor", "braille"), ("256", "blocks")]
TERMINALS = {
    "vt100": ("none", "ascii"),
    "linux": ("16", "ascii"),
    "xterm": ("16", "blocks"),
}
ORDER = ("none", "16", "256", "truecolor")


@pytest.mark.parametrize(("colours", "symbols"), SETTINGS)
def test_a_setting_is_kept_on_the_whole_tour(tmp_path: Path, colours: str, symbols: str) -> None:
    (tmp_path / "config.toml").write_text(f'[display]\ncolours = "{colours}"\nsymbols = "{symbols}"\n')
    kept(toured(tmp_path, {"NO_COLOR": "1"}), colours, symbols)


@pytest.mark.parametrize("term", TERMINALS)
def test_a_terminal_gets_what_it_shows(tmp_path: Path, term: str) -> None:
    (tmp_path / "config.toml").write_text("")
    kept(toured(tmp_path, {"TERM": term, "COLORTERM": ""}), *TERMINALS[term])


def test_no_colours_are_sent_where_none_are_wanted(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    kept(toured(tmp_path, {"NO_COLOR": "1"}), "none", "braille")


def toured(home: Path, environ: dict[str, str]) -> str:
    """What is sent on a tour of all panes, each zoomed, and of everything that opens over them."""
    args = ("--offline", "--config", str(home / "config.toml"))
    with Terminal.run(args, home, size=(110, 34), env=environ) as terminal:
        terminal.wait_for(has_numbers)
        terminal.press("3", "z")
        terminal.wait_for(is_charted)
        for key in TITLES:
            terminal.press(key)
            terminal.wait_for(partial(alone, key))
        terminal.press("escape")
        for key, title in BOXES.items():
            terminal.press(key)
            terminal.wait_for(partial(shows, title))
            terminal.settle(quiet=0.1)
            terminal.press("escape")
            terminal.wait_for(partial(lacks, title))
        terminal.press("q")
        assert terminal.exit_status(timeout=5) == 0
        return terminal.output.decode()


def is_charted(screen: str) -> bool:
    """Whether a chart stands there: a figure at its vertical axis."""
    return "%┤" in screen or "%|" in screen


def alone(key: str, screen: str) -> bool:
    """Whether one pane has the screen for itself."""
    return [one for one, title in TITLES.items() if f" {one} {title}" in screen] == [key]


def shows(title: str, screen: str) -> bool:
    """Whether a text is on the screen, whatever the line of its frame is drawn with."""
    return title in screen.replace("─", "-")


def lacks(title: str, screen: str) -> bool:
    """Whether it is not, or no more."""
    return not shows(title, screen)


def kept(output: str, colours: str, symbols: str) -> None:
    """Check that what was sent is on its rungs and, so that this can fail, not below them."""
    seen = colours_of(output)
    assert seen <= set(ORDER[: ORDER.index(colours) + 1])
    assert (colours == "none") == (not seen)
    signs = {sign for sign in output if not sign.isascii()}
    assert bool(signs) == (symbols != "ascii")
    assert any("\u2800" <= sign <= "\u28ff" for sign in signs) == (symbols == "braille")
    assert bool(set("▖▗▘▝▚▞") & signs) == (symbols == "blocks")


def colours_of(output: str) -> set[str]:
    """Kinds of colours that are set, by the parameters of SGR."""
    kinds: set[str] = set()
    for found in re.findall(r"\x1b\[([\d;]*)m", output):
        numbers = [int(number or 0) for number in found.split(";")]
        while numbers:
            number = numbers.pop(0)
            if number in (38, 48):
                kinds.add("256" if numbers[0] == 5 else "truecolor")
                del numbers[: 2 if numbers[0] == 5 else 4]
            elif 30 <= number <= 49 or 90 <= number <= 107:
                kinds.add("16")
    return kinds


def test_kinds_of_colours_are_told_apart() -> None:
    assert colours_of("\x1b[1;7m x \x1b[0m") == set()
    assert colours_of("\x1b[1;36;49m") == {"16"}
    assert colours_of("\x1b[38;5;31m") == {"256"}
    assert colours_of("\x1b[1;48;2;31;32;33m") == {"truecolor"}
    assert colours_of("\x1b[38;5;31;97m") == {"16", "256"}
