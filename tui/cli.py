"""The command line: what was asked, and the exit status.

0 fine; 2 usage or configuration; 3 nothing to show; 4 store unusable; 1 a bug. Imports nothing heavy at the
top: each command imports what it needs.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from providers.redaction import redacted
from tui.errors import ProgramError, UsageError

if TYPE_CHECKING:
    from types import TracebackType

PANES = ("basket", "share", "capex", "spreads", "models", "catalysts")
FORMATS = ("table", "json", "csv", "markdown")
ABSENT: dict[str, object] = {
    "config": None, "universe": None, "store": None, "providers": None, "demo": False, "offline": False,
    "at": None, "peers": None, "log_file": None, "kiosk": False,
}  # fmt: skip


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other message here, and leaves the exit to `main`."""

    def error(self, message: str) -> NoReturn:
        """Turn a mistake in the arguments into an exception."""
        raise UsageError(f"{redacted(message)}. See `narrows --help`.")


def parser() -> Parser:
    """The whole grammar. Global options work before and after the command."""
    shared = _global_options()
    top = Parser(
        prog="narrows", parents=[shared], allow_abbrev=False,
        description="Live monitor of the valuation gap between Chinese and US AI stocks.",
        epilog="Exit status: 0 fine; 2 usage or configuration; 3 nothing to show; 4 store unusable; 1 a bug.",
    )  # fmt: skip
    top.add_argument("--version", action="store_true", help="print the version and end")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def command(name: str, text: str) -> Parser:
        return commands.add_parser(name, parents=[shared], help=text, description=text, allow_abbrev=False)

    command("watch", "the monitor (what `narrows` alone does)")
    snapshot = command("snapshot", "one Board on stdout")
    snapshot.add_argument("--format", choices=FORMATS, default="table")
    snapshot.add_argument("--pane", choices=PANES, metavar="NAME", help=f"one part only: {', '.join(PANES)}")
    command("collect", "the poller without a screen")
    replay = command("replay", "a recorded day again, on the same screen")
    replay.add_argument("tape", metavar="DAY|FILE", help="a UTC day on the store's tape, or an exported file")
    replay.add_argument("--speed", type=float, default=60.0, help="market seconds per second; default: 60")
    replay.add_argument("--from", dest="start", metavar="TIME", help="where to begin, such as 10:15")
    replay.add_argument("--to", dest="end", metavar="TIME", help="where to stop")
    tape = command("tape", "what has been recorded, and a day of it as one file")
    tape.add_argument("do", choices=("list", "export", "demo"))
    tape.add_argument("names", nargs="*", help="list [FILE], export DAY FILE, demo FILE")
    tape.add_argument(
        "--hours", type=float, default=8.0, help="length of a tape of the simulated market; default: 8"
    )
    command("reproduce", "the broker note's figures beside ours, as Markdown")
    command("doctor", "what works here: config, store, providers, clock, terminal")
    universe = command("universe", "check or show a universe")
    universe.add_argument("do", choices=("check", "show"))
    universe.add_argument("name", nargs="?", help="a shipped universe or a file; default: the one in use")
    config = command("config", "where the configuration is, what it says, or a first one")
    config.add_argument("do", choices=("path", "show", "init"))
    command("schema", "JSON Schema of `snapshot --format json`")
    return top


def _global_options() -> Parser:
    shared = Parser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    group = shared.add_argument_group("everywhere")
    group.add_argument("--config", metavar="FILE", type=Path, help="configuration file")
    group.add_argument("--universe", metavar="NAME|FILE", help="which issuers and lines to follow")
    group.add_argument("--store", metavar="URL", help="sqlite:///FILE or postgresql+psycopg://…")
    group.add_argument("--providers", metavar="A,B", help="sources in the order in which they are asked")
    group.add_argument("--demo", action="store_true", help="a simulated market that moves")
    group.add_argument("--offline", action="store_true", help="make no connection at all")
    group.add_argument("--at", metavar="DATE", help="the Board as of the end of that day (YYYY-MM-DD)")
    group.add_argument("--peers", choices=("global", "us"), help="whom China is compared with")
    group.add_argument("--log-file", metavar="FILE", type=Path, help="write a log there")
    group.add_argument("--kiosk", action="store_true", help="show what a collector polls, write nothing")
    return shared


def version() -> str:
    """`narrows 0.1.0`."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return f"narrows {installed('narrows')}"
    except PackageNotFoundError:
        return "narrows (not installed)"


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked.

    Returns:
        The exit status.

    Raises:
        ProgramError: when it cannot be done.
    """
    if arguments.version:
        print(version())  # noqa: T201 - the answer
        return 0
    from tui import commands

    return commands.run(arguments)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `narrows`: every way to end, as an exit status. A bug is left to `report_bug`."""
    sys.excepthook = report_bug
    names = sys.argv[1:] if argv is None else argv
    try:
        status = run(parser().parse_args(names, argparse.Namespace(**ABSENT)))
        sys.stdout.flush()
    except ProgramError as error:
        sys.stderr.write(f"narrows: {error}\n")
        return error.status
    except BrokenPipeError:
        _drop_output()
        return 0
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        _drop_output()
        sys.stderr.write(f"narrows: the output cannot be written: {error.strerror}. Send it elsewhere.\n")
        return UsageError.status
    except KeyboardInterrupt:
        return 130
    return status


def _drop_output() -> None:
    """Nobody takes the output any more: nothing is left to write, not even at interpreter exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in two lines that this is a bug; the traceback goes to the log file. Python ends with status 1."""
    import logging

    logging.getLogger("narrows").critical("unexpected error", exc_info=(kind, error, trace))
    sys.stderr.write(
        f"narrows: unexpected {kind.__name__}: {redacted(str(error))}\n"
        "This is a bug. Run it again with --log-file FILE and report it with the traceback from that file.\n"
    )
