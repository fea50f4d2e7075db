"""Desktop notices by the terminal: OSC 9, or OSC 777 where that is what the terminal knows.

OSC 9 (iTerm2, kitty, WezTerm, Ghostty, ConEmu) carries a text; OSC 777 (rxvt-unicode, foot, VTE) a title and
a text. Terminals that know neither show nothing. Within tmux the sequence is passed through to the terminal
outside, which tmux must be told to allow (`set -g allow-passthrough on`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.alerts.notice import Notice

TITLE = "Narrows"
_TERMINALS_OF_777 = ("rxvt", "foot")


def sequence(notices: Sequence[Notice], environ: Mapping[str, str]) -> str:
    """What to write to the terminal for the notices that want to be on the desktop."""
    return "".join(_one(notice.text, environ) for notice in notices if "desktop" in notice.watch.sinks)


def _one(text: str, environ: Mapping[str, str]) -> str:
    if environ.get("VTE_VERSION") or environ.get("TERM", "").startswith(_TERMINALS_OF_777):
        written = f"\x1b]777;notify;{TITLE};{text}\a"
    else:
        # The title comes first, because a text that begins with a number means something else there.
        written = f"\x1b]9;{TITLE}: {text}\a"
    return _through_tmux(written) if environ.get("TMUX") else written


def _through_tmux(written: str) -> str:
    """A sequence for the terminal around tmux."""
    doubled = written.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{doubled}\x1b\\"
