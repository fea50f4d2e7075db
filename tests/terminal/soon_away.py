"""The monitor, offline, to which a second without a sign of the reader is a long while."""

from __future__ import annotations

from tui import away, cli

SECONDS = 1.0


def main() -> None:
    """Run it."""
    away.AWAY_SECONDS = SECONDS
    cli.main(["--offline"])


if __name__ == "__main__":
    main()
