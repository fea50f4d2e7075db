"""What can end a command, each with its exit status.

ProgramError             the command ends; the message says what was expected, what came, what to do
├── UsageError       2   the command line asks for something that cannot be
├── ConfigError      2   a mistake in the configuration file, an environment variable or a universe file
├── NothingToShow    3   there is no figure for what was asked
└── StoreUnusable    4   the store cannot be opened, read or written
"""

from __future__ import annotations

from typing import ClassVar


class ProgramError(Exception):
    """A command ends, with a message for its reader and an exit status."""

    status: ClassVar[int]


class UsageError(ProgramError):
    """The command line asks for something that cannot be."""

    status = 2


class ConfigError(ProgramError):
    """A mistake in the configuration: where, what was expected, what came, what to do."""

    status = 2


class NothingToShow(ProgramError):  # noqa: N818 - an outcome, named as the exit status calls it
    """There is no figure for what was asked."""

    status = 3


class StoreUnusable(ProgramError):  # noqa: N818 - a state, named as the exit status calls it
    """The store cannot be opened, read or written."""

    status = 4
