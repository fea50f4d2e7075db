"""Desktop notices by the terminal: OSC 9, or OSC 777 where that is what the terminal knows.

OSC 9 (iTerm2, kitty, WezTerm, Ghostty, ConEmu) carries a text; OSC 777 (rxvt-unicode, foot, VTE) a title and
a text. Terminals that know neither show nothing. Within tmux the sequence is passed through to the terminal
outside, which tmux must be told to allow (`set -g allow-passthrough on`).
"""

from __future__ import annotations

from collections.abc import Mapping

TITLE = "Narrows"
_TERMINALS_OF_777 = ("rxvt", "foot")


def notice(text: str, environ: Mapping[str, str]) -> str:
    """What to write to the terminal for a text without control characters."""
    if environ.get("VTE_VERSION") or environ.get("TERM", "").startswith(_TERMINALS_OF_777):
        sequence = f"\x1b]777;notify;{TITLE};{text}\a"
    else:
        # The title comes first, because a text that begins with a number means something else there.
        sequence = f"\x1b]9;{TITLE}: {text}\a"
    return through_tmux(sequence) if environ.get("TMUX") else sequence


def through_tmux(sequence: str) -> str:
    """A sequence for the terminal around tmux."""
    doubled = sequence.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{doubled}\x1b\\"
