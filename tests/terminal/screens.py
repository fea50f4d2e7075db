"""What the screen of the monitor shows, as far as the tests of the terminal need to know."""

from __future__ import annotations

import re
from collections.abc import Callable

TITLES = {
    "1": "Basket value",
    "2": "China's share of global AI",
    "3": "Capex ratio",
    "4": "Subsector spreads",
    "5": "Model gap",
    "6": "Catalysts",
}
_VALUE = re.compile(r"\$\d[\d.,]* ?(tn|bn)")


def has_numbers(screen: str) -> bool:
    """Whether the basket's value is on the screen."""
    return _VALUE.search(screen) is not None


def framed(screen: str) -> set[str]:
    """Keys of the panes that stand open: their titles are in a border."""
    return {key for key, title in TITLES.items() if re.search(rf"[╭─] ?{key} {re.escape(title)}", screen)}


def only(key: str) -> Callable[[str], bool]:
    """A predicate: the pane of `key` stands open and no other."""
    return lambda screen: framed(screen) == {key}
