"""One function per command: reads the settings, does it, returns the exit status."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from collections.abc import Callable

from providers.redaction import redacted
from tui import config_errors, folders
from tui.config import load, overlaid
from tui.errors import UsageError
from tui.options import Settings


def run(arguments: argparse.Namespace) -> int:
    """Do the command that was parsed.

    Raises:
        ProgramError: when it cannot be done.
    """
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "watch": watch, "snapshot": snapshot, "collect": collect, "doctor": doctor, "universe": universe,
        "config": config, "schema": schema, "reproduce": reproduce,
        "replay": replay, "tape": tape,
    }  # fmt: skip
    return commands[arguments.command or "watch"](arguments)


def settings(arguments: argparse.Namespace) -> Settings:
    """Configuration, environment and command line, in this order.

    Raises:
        ConfigError: for a mistake in the file or the environment.
        UsageError: for options that cannot be, or not together.
    """
    if arguments.demo and arguments.offline:
        raise UsageError("--demo and --offline exclude each other. Choose one.")
    if arguments.demo and arguments.at:
        raise UsageError("--demo and --at exclude each other: a simulated market has no past. Choose one.")
    if arguments.kiosk and arguments.command not in (None, "watch"):
        raise UsageError(f"--kiosk shows the monitor, not {arguments.command!r}. Leave one of them out.")
    if arguments.store is not None and redacted(arguments.store) != arguments.store:
        raise UsageError(
            "--store holds a password, which everybody on this machine can read in the list of processes. "
            "Leave it to ~/.pgpass, or set NARROWS_STORE or [store] url instead."
        )
    path, named = folders.config_file(arguments.config, os.environ)
    config = load(path, os.environ, required=named)
    given = {
        ("universe",): arguments.universe,
        ("store", "url"): arguments.store,
        ("peers",): arguments.peers,
        ("providers", "order"): arguments.providers.split(",") if arguments.providers is not None else None,
    }
    config = overlaid(config, given, config_errors.Origin("command line", ""))
    return Settings(
        config=config, config_path=path, demo=arguments.demo, offline=arguments.offline,
        at=_day(arguments.at) if arguments.at is not None else None, log_file=arguments.log_file,
        kiosk=arguments.kiosk,
    )  # fmt: skip


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--at: expected a day such as 2026-01-05, got {text!r}.") from error
    if day > dt.datetime.now(dt.UTC).date():
        raise UsageError(f"--at: {day} has not happened yet. Choose a day up to today.")
    return day


def _on_a_terminal(what: str, instead: str) -> None:
    """Keys come from stdin, and Textual draws on stderr: sent to a file, the screen would stay empty."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(f"{what} needs a terminal on stdin, stdout and stderr. {instead}")


def watch(arguments: argparse.Namespace) -> int:
    """The monitor."""
    chosen = settings(arguments)
    _on_a_terminal("the monitor", "For a script use `narrows snapshot`, for a log --log-file.")
    from tui import watch as monitor

    monitor.run(chosen)


def snapshot(arguments: argparse.Namespace) -> int:
    """One Board on stdout."""
    from tui import snapshot as one

    return one.run(settings(arguments), layout=arguments.format, pane=arguments.pane)


def collect(arguments: argparse.Namespace) -> int:
    """The poller without a screen."""
    from tui import collect as poller

    return poller.run(settings(arguments))


def replay(arguments: argparse.Namespace) -> int:
    """A tape on the monitor's screen."""
    chosen = settings(arguments)
    _on_a_terminal("a replay", "For a log use --log-file.")
    from tui import replay_command

    return replay_command.run(
        chosen, arguments.tape, speed=arguments.speed, start=arguments.start, end=arguments.end
    )


def tape(arguments: argparse.Namespace) -> int:
    """`tape list`, `tape export` and `tape demo`."""
    from tui import tape_command

    return tape_command.run(settings(arguments), arguments.do, arguments.names, hours=arguments.hours)


def doctor(arguments: argparse.Namespace) -> int:
    """What works here."""
    from tui import doctor as examiner

    return examiner.run(settings(arguments))


def universe(arguments: argparse.Namespace) -> int:
    """`universe check` and `universe show`."""
    from tui import universe_command

    chosen = settings(arguments)
    name = arguments.name or chosen.universe_path
    return universe_command.run_check(name) if arguments.do == "check" else universe_command.show(name)


def config(arguments: argparse.Namespace) -> int:
    """`config path`, `config show` and `config init`."""
    from tui import config_file

    if arguments.do == "show":
        config_file.show(settings(arguments))
        return 0
    path, _ = folders.config_file(arguments.config, os.environ)
    if arguments.do == "init":
        config_file.init(path)
    print(path)  # noqa: T201 - the answer
    return 0


def schema(_: argparse.Namespace) -> int:
    """JSON Schema of the Board."""
    import msgspec

    from metrics.contract import schema as board_schema

    print(msgspec.json.format(msgspec.json.encode(board_schema())).decode())  # noqa: T201 - the answer
    return 0


def reproduce(_: argparse.Namespace) -> int:
    """The note's figures beside ours, from the reference alone."""
    from tui import reproduce as note

    return note.run()
