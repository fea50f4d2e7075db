"""Logging: to the file of `--log-file` and nowhere else, since the screen is not for logs."""

from __future__ import annotations

import logging
from pathlib import Path

from providers.redaction import redacted
from tui.errors import UsageError
from widgets.lines import harmless


class _Plain(logging.Formatter):
    """Writes what came from outside so that a terminal that shows the log obeys none of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines of a record without control characters and without the passwords of addresses."""
        return "\n".join(harmless(redacted(line)) for line in super().format(record).splitlines())


ROOTS = ("narrows", "providers", "feed", "metrics", "widgets", "tui")


def start(log_file: Path | None, *, to_stderr: bool = False) -> None:
    """Send our own log records to the file; other libraries' from a warning on.

    Raises:
        UsageError: when the file cannot be written.
    """
    handler: logging.Handler
    if log_file is not None:
        try:
            handler = logging.FileHandler(log_file.expanduser(), encoding="utf-8")
        except OSError as error:
            message = f"--log-file {log_file}: cannot be written: {error.strerror}. Choose another place."
            raise UsageError(message) from error
    elif to_stderr:
        handler = logging.StreamHandler()
    else:
        handler = logging.NullHandler()
    handler.setFormatter(_Plain("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ROOTS:
        logging.getLogger(name).setLevel(logging.INFO)
