"""What the program runs in, told from the environment and from the programs that have started it.

Ssh, tmux and screen leave variables, which `sudo` and `su` take away; mosh leaves none. So the names of the
processes above this one are looked at too. The nearest multiplexer counts, where one runs within another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Multiplexer = Literal["tmux", "screen"]

PROC = Path("/proc")
_MULTIPLEXERS: dict[str, Multiplexer] = {"tmux: server": "tmux", "screen": "screen", "SCREEN": "screen"}
_SSH_SERVERS = frozenset({"sshd", "sshd-session", "dropbear"})
_SSH_VARIABLES = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
_WITH_TRUECOLOUR = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the program runs in.

    Attributes:
        term: `TERM`, which names the terminal, or what a multiplexer makes of it.
        locale: The locale in force, such as `zh_CN.UTF-8`; empty where none is set.
        ssh, mosh: Whether the terminal is at the other end of such a connection.
        multiplexer: What stands between the program and the terminal, if anything does.
        vte: Whether the terminal is built on VTE, as GNOME's is.
        promised: How many colours the terminal says it has.
        no_colour: Whether `NO_COLOR` asks for none.
    """

    term: str = ""
    locale: str = ""
    ssh: bool = False
    mosh: bool = False
    multiplexer: Multiplexer | None = None
    vte: bool = False
    promised: int = 16
    no_colour: bool = False

    @property
    def remote(self) -> bool:
        """Whether each byte goes over a network."""
        return self.ssh or self.mosh

    @property
    def utf8(self) -> bool:
        """Whether the locale can say more than ASCII; one that does not name its encoding is believed to."""
        name = self.locale.lower().replace("-", "")
        return name not in {"c", "posix"} and ("." not in name or "utf8" in name)

    @property
    def words(self) -> str:
        """`ssh, tmux, TERM=tmux-256color, C.UTF-8`."""
        between = (("ssh", self.ssh), ("mosh", self.mosh), (self.multiplexer or "", bool(self.multiplexer)))
        parts = [name for name, there in between if there] or ["local"]
        return ", ".join((*parts, f"TERM={self.term or '(none)'}", self.locale or "no locale"))


def surroundings(
    environ: Mapping[str, str],
    above: Sequence[str] = (),
    described: Callable[[str], int | None] = lambda _term: None,
) -> Surroundings:
    """What an environment and the processes above this one say.

    Args:
        environ: The process environment.
        above: Names of the processes above this one, the nearest first.
        described: How many colours the terminal database gives a `TERM`; 0 for none, `None`: not known.
    """
    multiplexer = _multiplexer(environ, above)
    return Surroundings(
        term=environ.get("TERM", ""),
        locale=environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or "",
        ssh=any(environ.get(name) for name in _SSH_VARIABLES) or not _SSH_SERVERS.isdisjoint(above),
        mosh="mosh-server" in above,
        multiplexer=multiplexer,
        vte=bool(environ.get("VTE_VERSION")),
        promised=_promised(environ, multiplexer, described),
        no_colour=bool(environ.get("NO_COLOR")),
    )


def here() -> Surroundings:
    """What this process runs in."""
    return surroundings(os.environ, above(os.getppid()), described_colours)


def above(process: int, proc: Path = PROC) -> tuple[str, ...]:
    """Names of a process and of all above it, the nearest first; none where there is no `/proc`."""
    names: list[str] = []
    while process > 0:
        try:
            stat = (proc / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            break
        # PID (name) state PPID …; a name may hold blanks and brackets.
        head, _, rest = stat.rpartition(")")
        names.append(head.partition("(")[2])
        process = int(rest.split()[1])
    return tuple(names)


def described_colours(term: str) -> int | None:
    """Colours of a terminal by its description in the terminal database (terminfo).

    Only the first `TERM` that one process asks about is looked up; a process has no other.
    """
    try:
        import curses
    except ImportError:
        return None
    try:
        curses.setupterm(term, 1)
    except curses.error:
        return None
    return max(curses.tigetnum("colors"), 0)


def _multiplexer(environ: Mapping[str, str], above: Sequence[str]) -> Multiplexer | None:
    nearest = next((_MULTIPLEXERS[name] for name in above if name in _MULTIPLEXERS), None)
    return nearest or ("tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else None)


def _promised(
    environ: Mapping[str, str], multiplexer: Multiplexer | None, described: Callable[[str], int | None]
) -> int:
    """Colours by what terminals set, else by the terminal database.

    GNU screen 4 takes `COLORTERM` over from the terminal around it and garbles what that promises.
    """
    term = environ.get("TERM", "")
    truecolour = environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}
    if multiplexer != "screen" and (truecolour or term.startswith(_WITH_TRUECOLOUR) or "-direct" in term):
        return 1 << 24
    if "256color" in term:
        return 256
    known = described(term)
    return 16 if known is None else known
