"""Alerts: rules of the configuration, watched on every Board, told through sinks.

`watches` makes rules of the configuration, `runner` asks them and keeps their states, `notice` says what has
happened, and one module per sink tells it: `screen`, `bell` and `desktop` in each monitor, `command` and
`webhook` in the one process whose state was kept first.

    SinkError    a command or a webhook has not taken a notice; the message holds no address and no argument
"""

from __future__ import annotations


class SinkError(Exception):
    """A sink has not taken a notice; the message says which, why, and nothing secret."""
