"""A PostgreSQL for tests: the one that is given, or a private one from Debian's binaries."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GIVEN = "NARROWS_TEST_POSTGRES"


class NoPostgresError(Exception):
    """There is none here; the message says what was looked for."""


@contextmanager
def server() -> Iterator[str]:
    """URL of a database in which schemas may be made.

    Raises:
        NoPostgresError: when none is given and none can be started.
    """
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parent.parent.name)
    if not found:
        raise NoPostgresError(f"no PostgreSQL: {GIVEN} is not set, nothing in /usr/lib/postgresql/*/bin")
    user = _user()
    with tempfile.TemporaryDirectory(prefix="narrows-pg-", dir="/tmp") as folder:
        if user is not None:
            shutil.chown(folder, user)
        yield from _run(found[-1].parent, Path(folder), user)


def _run(binaries: Path, folder: Path, user: str | None) -> Iterator[str]:
    data = folder / "data"
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c shared_buffers=16MB"
    start = ["-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"]
    _call([str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "narrows", "--no-sync"], user)
    _call([str(binaries / "pg_ctl"), *start], user)
    try:
        yield f"postgresql+psycopg://narrows@/postgres?host={folder}"
    finally:
        _call([str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], user)


def _user() -> str | None:
    """Whom the server runs as: it refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoPostgresError("no PostgreSQL: it refuses to run as root, and there is no user postgres or nobody")


def _call(command: list[str], user: str | None) -> None:
    done = subprocess.run(  # noqa: S603 - the server's own programs
        command, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, text=True
    )
    if done.returncode:
        raise NoPostgresError(f"no PostgreSQL: {Path(command[0]).name} failed: {done.stderr.strip()[-300:]}")
