"""Small files that outlive a run and that several processes share."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

# A counter or an instant; whatever is longer is damaged.
_LARGEST = 4096


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file's content in one step, so that no reader sees half of it.

    Raises:
        OSError: The folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def revise(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Read a small file and write what `change` makes of it, while no other process can.

    A file that does not exist, or is too large to be one of these, reads as empty.

    Raises:
        OSError: The folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        known = file.read(_LARGEST + 1)
        wanted = change(known if len(known) <= _LARGEST else b"")
        file.truncate(0)
        file.write(wanted)


def user_folder(kind: Literal["cache", "state"]) -> Path:
    """Return the platform's folder for what can be fetched again (`cache`) or not; it need not exist."""
    import platformdirs

    path = platformdirs.user_cache_path if kind == "cache" else platformdirs.user_state_path
    return path("narrows", appauthor=False)
