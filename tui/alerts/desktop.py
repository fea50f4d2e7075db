"""Desktop notices by the terminal: OSC 9, or OSC 777 where that is what the terminal knows.

OSC 9 (iTerm2, kitty, WezTerm, Ghostty, ConEmu) carries a text; OSC 777 (rxvt-unicode, foot, VTE) a title and
a text. Terminals that know neither show nothing. A multiplexer drops both unless they are wrapped for the
terminal outside, which tmux must be told to allow (`set -g allow-passthrough on`). mosh carries neither.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.alerts.notice import Notice
from tui.surroundings import Surroundings

TITLE = "Narrows"
_TERMINALS_OF_777 = ("rxvt", "foot")


def arrives(around: Surroundings) -> bool:
    """Whether a notice can get to the terminal at all."""
    return not around.mosh


def sequence(notices: Sequence[Notice], around: Surroundings) -> str:
    """What to write to the terminal for the notices that want to be on the desktop."""
    if not arrives(around):
        return ""
    return "".join(_one(notice.text, around) for notice in notices if "desktop" in notice.watch.sinks)


def _one(text: str, around: Surroundings) -> str:
    if around.vte or around.term.startswith(_TERMINALS_OF_777):
        written = f"\x1b]777;notify;{TITLE};{text}\a"
    else:
        # The title comes first, because a text that begins with a number means something else there.
        written = f"\x1b]9;{TITLE}: {text}\a"
    return passed_through(written, around)


def passed_through(written: str, around: Surroundings) -> str:
    """A sequence for the terminal around a multiplexer; tmux wants each escape twice."""
    match around.multiplexer:
        case "tmux":
            doubled = written.replace("\x1b", "\x1b\x1b")
            return f"\x1bPtmux;{doubled}\x1b\\"
        case "screen":
            return f"\x1bP{written}\x1b\\"
    return written
