"""Two other market monitors, in environments of their own, on the same machine and in the same run.

Both ask Yahoo at hosts that are written into their HTTP library, and only by TLS: neither can
be pointed at the loopback market. They are measured without an answer, which flatters them.
"""

from __future__ import annotations

import os
import subprocess
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import programs
from bench.measure import Measure, Options
from bench.usage import cpu_seconds, memory
from tests.terminal.terminal import NeverHappenedError, Terminal

WHY = "cannot be pointed at the loopback market: no quote ever arrives"
INSTALL_SECONDS = 240


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One program; its first frame is whole when it shows a name from its own list."""

    package: str
    command: tuple[str, ...]
    shown: str


PEERS = (
    Peer(package="stonks-cli==0.6.4", command=("stonks", "demo"), shown="MSFT"),
    Peer(package="stockstui==0.1.0b14", command=("stockstui",), shown="NVDA"),
)


def peers(options: Options) -> Iterator[Measure]:
    """First frame, processor and memory of each peer; the product's own first frame is the floor."""
    ours = programs.median([_narrows(options.folder / "narrows") for _ in range(options.runs + 1)][1:])
    for peer in PEERS:
        name = peer.package.replace("==", " ")
        try:
            folder = _installed(peer, options.folder)
            first = programs.median([_first_frame(peer, folder) for _ in range(options.runs + 1)][1:])
            cpu, memory = _left_alone(peer, folder, options.seconds)
        except (OSError, subprocess.SubprocessError, NeverHappenedError) as error:
            yield Measure(name=name, unit="s", note=f"does not install or start here: {error}")
            continue
        yield Measure(
            name=f"first frame, {name}",
            unit="s",
            value=first,
            floor=ours,
            note=f"floor: Narrows offline; {WHY}",
        )
        yield Measure(name=f"CPU left open, {name}", unit="% of a core", value=cpu, note=WHY)
        yield Measure(name=f"memory, {name}", unit="MB", value=memory, note=WHY)


def _installed(peer: Peer, parent: Path) -> Path:
    """Folder of a fresh environment that holds the peer."""
    folder = parent / peer.command[0]
    venv.create(folder, with_pip=True)
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", peer.package]
    # The user's own pip settings count: they say where packages come from here.
    subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_SECONDS, env=dict(os.environ))
    return folder


def _start(peer: Peer, folder: Path) -> Terminal:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    program, *arguments = peer.command
    return Terminal([str(folder / "bin" / program), *arguments], home, size=programs.SIZE)


def _first_frame(peer: Peer, folder: Path) -> float:
    with _start(peer, folder) as terminal:
        return programs.until(terminal, peer.shown)


def _left_alone(peer: Peer, folder: Path, seconds: float) -> tuple[float, float]:
    """Per cent of a core and resident megabytes."""
    with _start(peer, folder) as terminal:
        terminal.wait_for(peer.shown, timeout=30)
        terminal.watch(min(10.0, seconds))
        process = terminal.process.pid
        before = cpu_seconds(process)
        terminal.watch(seconds)
        return 100 * (cpu_seconds(process) - before) / seconds, memory(process).resident


def _narrows(home: Path) -> float:
    with programs.narrows(home, "--offline") as terminal:
        seconds = programs.until(terminal, programs.has_numbers)
        programs.quit_with_q(terminal)
        return seconds
