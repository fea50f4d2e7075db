"""What the program tells of the place it runs in, from variables and from the names of processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.surroundings import above, described_colours, here, surroundings

MODERN = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
BOTH = MODERN | {"TMUX": "/run/tmux", "STY": "1.pts"}
SSH = {"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"}
TERMINFO = {"xterm": 8, "linux": 8, "vt100": 0, "dumb": 0, "screen": 8, "xterm-88color": 88}


@pytest.mark.parametrize(
    ("environ", "processes", "expected"),
    [
        (MODERN, (), {"ssh": False, "mosh": False, "multiplexer": None, "remote": False}),
        (MODERN | SSH, ("bash", "sshd", "systemd"), {"ssh": True, "remote": True}),
        # sudo takes the variables away.
        (MODERN, ("bash", "sudo", "bash", "sshd-session"), {"ssh": True, "remote": True}),
        (MODERN, ("bash", "mosh-server", "systemd"), {"ssh": False, "mosh": True, "remote": True}),
        (MODERN | {"TMUX": "/run/tmux"}, (), {"multiplexer": "tmux"}),
        (MODERN, ("bash", "tmux: server"), {"multiplexer": "tmux"}),
        (MODERN | {"STY": "1.pts"}, (), {"multiplexer": "screen"}),
        (BOTH, ("zsh", "screen", "tmux: server"), {"multiplexer": "screen"}),
        (BOTH, ("zsh", "tmux: server", "SCREEN"), {"multiplexer": "tmux"}),
        (MODERN | {"VTE_VERSION": "7600"}, (), {"vte": True}),
        (MODERN | {"NO_COLOR": "1"}, (), {"no_colour": True}),
        (MODERN | {"NO_COLOR": ""}, (), {"no_colour": False}),
    ],
)  # fmt: skip
def test_what_stands_between_program_and_reader(
    environ: dict[str, str], processes: tuple[str, ...], expected: dict[str, object]
) -> None:
    found = surroundings(environ, processes, TERMINFO.get)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("environ", "promised"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, 1 << 24),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, 1 << 24),
        ({"TERM": "xterm-kitty"}, 1 << 24),
        ({"TERM": "xterm-direct"}, 1 << 24),
        ({"TERM": "tmux-256color", "TMUX": "x", "COLORTERM": "truecolor"}, 1 << 24),
        ({"TERM": "screen-256color", "STY": "x", "COLORTERM": "truecolor"}, 256),
        ({"TERM": "screen", "STY": "x", "COLORTERM": "truecolor"}, 8),
        ({"TERM": "xterm-256color"}, 256),
        ({"TERM": "xterm"}, 8),
        ({"TERM": "xterm-88color"}, 88),
        ({"TERM": "vt100"}, 0),
        ({"TERM": "never-heard-of"}, 16),
        ({}, 16),
    ],
)
def test_how_many_colours_are_promised(environ: dict[str, str], promised: int) -> None:
    assert surroundings(environ, (), TERMINFO.get).promised == promised


@pytest.mark.parametrize(
    ("environ", "utf8"),
    [
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "C.utf8"}, True),
        ({"LANG": "de_DE"}, True),
        ({}, True),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, False),
        ({"LC_CTYPE": "POSIX"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LANG": "zh_CN.GB18030"}, False),
    ],
)
def test_whether_more_than_ascii_can_be_said(environ: dict[str, str], *, utf8: bool) -> None:
    assert surroundings(environ).utf8 is utf8


def test_the_processes_above_are_named_nearest_first(tmp_path: Path) -> None:
    for process, name, parent in ((30, "bash", 20), (20, "tmux: server", 10), (10, "odd) S 1 (name", 0)):
        (tmp_path / str(process)).mkdir()
        (tmp_path / str(process) / "stat").write_text(f"{process} ({name}) S {parent} {process} 0 -1")
    assert above(30, tmp_path) == ("bash", "tmux: server", "odd) S 1 (name")
    assert above(30, tmp_path / "no_proc_here") == ()


def test_a_real_process_has_some_above_it() -> None:
    assert here().words


def test_it_is_said_in_words() -> None:
    environ = MODERN | SSH | {"TMUX": "x", "TERM": "tmux-256color"}
    assert surroundings(environ).words == "ssh, tmux, TERM=tmux-256color, C.UTF-8"
    assert surroundings({}).words == "local, TERM=(none), no locale"


def test_the_terminal_database_is_asked_for_colours() -> None:
    colours = described_colours("xterm")
    assert colours is None or colours >= 0
