"""`narrows universe`: check or show an issuer list."""

from __future__ import annotations

import sys

from providers.reference import Finding, check
from tui import checks, compose
from tui.errors import ConfigError


def run_check(name: str) -> int:
    """Print every finding of the validator, with file, row and mend.

    Raises:
        ConfigError: when there is an error among them, or no such universe.
    """
    checks.universe_exists(name)
    findings = check(name)
    for finding in findings:
        sys.stdout.write(line(finding) + "\n")
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        raise ConfigError(f"universe {name}: {errors} errors. Mend the rows above.")
    sys.stdout.write(f"{name}: no errors, {len(findings)} remarks\n")
    return 0


def line(finding: Finding) -> str:
    """`universe.csv, row 12, currency: error: … Mend: …`."""
    where = ", ".join(
        part
        for part in (finding.file, f"row {finding.row}" if finding.row else "", finding.column or "")
        if part
    )
    return f"{where}: {finding.severity}: {finding.message} {finding.mend}".rstrip()


def show(name: str) -> int:
    """Print issuers and their lines, one line each.

    Raises:
        ConfigError: when there is no such universe, or it cannot be read.
    """
    checks.universe_exists(name)
    universe = compose.universe_of(name)
    lines = len(universe.lines)
    sys.stdout.write(
        f"{universe.name}: base {universe.base_date}, {len(universe.issuers)} issuers, {lines} lines\n"
    )
    for issuer in universe.issuers:
        symbols = " ".join(line.symbol if line.counted else f"({line.symbol})" for line in issuer.lines)
        sys.stdout.write(f"{issuer.side:6} {issuer.subsector:17} {issuer.region} {issuer.name}: {symbols}\n")
    return 0
