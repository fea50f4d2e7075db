"""Write the shipped reference Boards anew: `python -m tui.boards [FOLDER]`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from metrics.contract import encode
from providers.reference import universe_names
from tui.boards.made import reference_board


def main(folder: Path) -> None:
    """Write one file per shipped universe."""
    for name in universe_names():
        file = folder / f"{name}.json"
        file.write_bytes(encode(asyncio.run(reference_board(name))) + b"\n")
        sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
