"""Which colours and signs a terminal gets: what was found by what is set."""

from __future__ import annotations

import pytest

from tui.config import Display
from tui.rungs import rungs
from tui.surroundings import Surroundings, surroundings

TERMINFO = {
    "xterm": 8,
    "linux": 8,
    "vt100": 0,
    "vt220": 0,
    "dumb": 0,
    "screen": 8,
    "putty": 8,
    "screen.linux": 8,
}
UTF8 = {"LANG": "C.UTF-8"}

PLACES = {
    "a terminal of today": ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, (), "truecolor", "braille"),
    "the same over ssh": ({"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/1"}, ("sshd",), "256", "braille"),
    "mosh": ({"TERM": "xterm-256color"}, ("bash", "mosh-server"), "256", "braille"),
    "mosh to an old terminal": ({"TERM": "xterm"}, ("bash", "mosh-server"), "16", "blocks"),
    "PuTTY": ({"TERM": "xterm"}, (), "16", "blocks"),
    "PuTTY by name": ({"TERM": "putty"}, (), "16", "blocks"),
    "tmux": ({"TERM": "tmux-256color", "TMUX": "x"}, (), "256", "braille"),
    "tmux of old": ({"TERM": "screen", "TMUX": "x"}, (), "16", "braille"),
    "screen": ({"TERM": "screen", "STY": "x", "COLORTERM": "truecolor"}, (), "16", "braille"),
    "a Linux console": ({"TERM": "linux"}, (), "16", "ascii"),
    "a Linux console around screen": ({"TERM": "screen.linux", "STY": "x"}, (), "16", "ascii"),
    "vt100": ({"TERM": "vt100"}, (), "none", "ascii"),
    "vt220": ({"TERM": "vt220"}, (), "none", "ascii"),
    "dumb": ({"TERM": "dumb"}, (), "none", "ascii"),
    "no TERM": ({}, (), "16", "ascii"),
    "NO_COLOR": ({"TERM": "xterm-256color", "NO_COLOR": "1"}, (), "none", "braille"),
    "a locale of Latin 1": ({"TERM": "xterm-256color", "LANG": "de_DE.ISO-8859-1"}, (), "256", "ascii"),
}  # fmt: skip


def place(name: str) -> Surroundings:
    environ, processes, _, _ = PLACES[name]
    return surroundings(UTF8 | environ, processes, TERMINFO.get)


@pytest.mark.parametrize("name", PLACES)
def test_by_itself_it_steps_down_to_what_the_terminal_shows(name: str) -> None:
    found = rungs(Display(), place(name))
    assert (found.colours, found.symbols) == PLACES[name][2:]


@pytest.mark.parametrize("name", PLACES)
def test_a_setting_stands_above_what_was_found(name: str) -> None:
    for colours in ("truecolor", "256", "16", "none"):
        for symbols in ("braille", "blocks", "ascii"):
            found = rungs(Display(colours=colours, symbols=symbols), place(name))
            assert (found.colours, found.symbols) == (colours, symbols)
            assert found.words == f"colours {colours} (set), symbols {symbols} (set)"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("the same over ssh", "colours 256 (the terminal says so), symbols braille (UTF-8)"),
        ("NO_COLOR", "colours none (NO_COLOR), symbols braille (UTF-8)"),
        ("PuTTY", "colours 16 (the terminal promises no more), symbols blocks (few colours, few signs)"),
        ("vt100", "colours none (the terminal has none), symbols ascii (the terminal shows no more)"),
        (
            "a locale of Latin 1",
            "colours 256 (the terminal says so), symbols ascii (the locale de_DE.ISO-8859-1 is not UTF-8)",
        ),
    ],
)
def test_it_says_why(name: str, words: str) -> None:
    assert rungs(Display(), place(name)).words == words
