"""The one keymap: every key that does something, what it does, and how it is called when a user rebinds it.

`?` lists it, the monitor binds it, `[keys]` in the configuration overrides it by id. Keys that move the
cursor of a table are bound by the table itself, under the same ids.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PANES = ("basket", "share", "capex", "spreads", "models", "catalysts")
FOOTER = (
    "pane.next", "pane.zoom", "app.help", "view.explain", "table.sort", "table.filter", "view.timeframe",
    "view.peers", "app.palette", "view.copy", "view.whatif", "feed.refresh", "feed.pause", "app.quit",
)  # fmt: skip
"""Bindings that the footer shows, the most useful first; the last one always."""
NAMED = {
    "/": "slash", "?": "question_mark", ":": "colon", ".": "full_stop", ";": "semicolon", "-": "minus",
    "+": "plus", "<": "less_than_sign", ">": "greater_than_sign", " ": "space", "esc": "escape",
    "return": "enter",
}  # fmt: skip


PRINTED = {
    "escape": "Esc", "shift+tab": "⇧Tab", "tab": "Tab", "enter": "Enter", "pageup": "PgUp",
    "pagedown": "PgDn", "home": "Home", "end": "End", "up": "↑", "down": "↓", "left": "←", "right": "→",
    "ctrl+c": "^c", "ctrl+z": "^z", "space": "Space", "comma": ",",
    "ctrl+p": "^p", "ctrl+q": "^q", "ctrl+b": "^b", "ctrl+f": "^f",
}  # fmt: skip
"""Keys as the footer and the help write them."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """One binding.

    Attributes:
        id: Its name in the table `[keys]` of the configuration.
        keys: Keys separated by commas, in Textual's spelling.
        action: Action of the monitor's screen, or of the table.
        text: What it does, in one or two words, for the footer.
        tooltip: What it does, in a sentence, for the help.
        group: Heading in the help.
    """

    id: str
    keys: str
    action: str
    text: str
    tooltip: str
    group: str


class KeymapError(Exception):
    """A table of keys that cannot be used; `binding` is the id at fault."""

    def __init__(self, binding: str, message: str) -> None:
        super().__init__(message)
        self.binding = binding


def _group(group: str, *rows: tuple[str, str, str, str, str]) -> tuple[Key, ...]:
    return tuple(
        Key(id=name, keys=keys, action=action, text=text, tooltip=tooltip, group=group)
        for name, keys, action, text, tooltip in rows
    )


KEYMAP: tuple[Key, ...] = (
    *_group(
        "Panes",
        ("pane.basket", "1", "pane('basket')", "Basket", "What China AI is worth"),
        ("pane.share", "2", "pane('share')", "Share", "China's share of global AI"),
        ("pane.capex", "3", "pane('capex')", "Capex", "Chinese capex beside American"),
        ("pane.spreads", "4", "pane('spreads')", "Spreads", "Discounts and premiums by subsector"),
        ("pane.models", "5", "pane('models')", "Models", "How far behind the models are"),
        ("pane.catalysts", "6", "pane('catalysts')", "Catalysts", "What could move it next"),
        ("pane.next", "tab", "step(1)", "next", "Next pane"),
        ("pane.previous", "shift+tab", "step(-1)", "previous", "Previous pane"),
        ("pane.zoom", "z", "zoom", "zoom", "Zoom the pane, or bring it back"),
        (
            "pane.back",
            "escape",
            "back",
            "back",
            "Leave the zoom, or drop the filter, or an alert at the foot",
        ),
    ),
    *_group(
        "Table",
        ("table.up", "up,k", "move(-1, 0)", "up", "One row up"),
        ("table.down", "down,j", "move(1, 0)", "down", "One row down"),
        ("table.left", "left,h", "move(0, -1)", "left", "One column left"),
        ("table.right", "right,l", "move(0, 1)", "right", "One column right"),
        ("table.page_up", "pageup,ctrl+b", "page(-1)", "page up", "One page up"),
        ("table.page_down", "pagedown,ctrl+f", "page(1)", "page down", "One page down"),
        ("table.first", "home,g", "edge(-1)", "first row", "First row"),
        ("table.last", "end,G", "edge(1)", "last row", "Last row"),
        ("table.select", "enter", "select", "select", "Zoom the pane, or bring it back"),
        (
            "table.sort",
            "s",
            "sort",
            "sort",
            "Sort by the column under the cursor",
        ),
        ("table.reverse", "S", "reverse", "reverse", "Reverse the order"),
        ("table.filter", "slash", "filter", "filter", "Show only rows that contain a text"),
        ("table.columns", "c", "columns", "columns", "Choose the columns"),
    ),
    *_group(
        "View",
        ("view.timeframe", "t", "timeframe", "time", "Next timeframe: 1D 5D 1M 3M YTD base"),
        ("view.peers", "u", "peers", "peers", "Compare with global, or with US peers only"),
        ("view.explain", "x", "explain", "explain", "Explain the number under the cursor, or the headline"),
        ("view.copy", "y", "copy", "copy", "Copy that number as a line that can be quoted"),
        ("view.whatif", "w", "whatif", "what-if", "Suppose other multiples, or another exchange rate"),
        ("view.providers", "P", "providers", "providers", "Sources: state, requests, delay, last error"),
        ("view.remarks", "i", "remarks", "remarks", "What to know about the figures: faults, doubts, gaps"),
        ("view.alerts", "a", "alerts", "alerts", "List the alerts; n snoozes one, Enter goes to its pane"),
        ("feed.refresh", "r", "refresh", "refresh", "Ask the providers now"),
        ("feed.pause", "p", "pause", "pause", "Stop polling, or go on"),
    ),
    *_group(
        "Program",
        ("app.help", "question_mark", "help", "keys", "Show these keys"),
        ("app.palette", "colon,ctrl+p", "palette", "commands", "Search all commands"),
        ("app.quit", "q,ctrl+q", "quit", "quit", "Quit"),
        ("app.interrupt", "ctrl+c", "interrupt", "quit", "Quit, when pressed twice"),
        (
            "app.suspend",
            "ctrl+z",
            "suspend",
            "suspend",
            "Go back to the shell; its command fg brings it here",
        ),
    ),
)

REPLAY: tuple[Key, ...] = _group(
    "Replay",
    ("replay.pause", "space", "replay_pause", "pause", "Stop the replay, or go on"),
    ("replay.step", "full_stop", "replay_step(1)", "poll", "The next poll, and stop there"),
    ("replay.back", "comma", "replay_step(-1)", "back", "The poll before, and stop there"),
    ("replay.faster", "plus", "replay_pace(1)", "faster", "Replay faster"),
    ("replay.slower", "minus", "replay_pace(-1)", "slower", "Replay slower"),
    ("replay.seek", "T", "replay_seek", "go to", "Go to a time of day"),
    ("replay.event", "n", "replay_event", "event", "The next event: a session changes, or a catalyst comes"),
)
"""Keys that are bound while a tape is replayed."""


def overrides(keys: Mapping[str, str]) -> dict[str, str]:
    """A user's `[keys]` table in Textual's spelling, checked.

    Raises:
        KeymapError: for an unknown id, an empty key, or a key that would then do two things.
    """
    every = (*KEYMAP, *REPLAY)
    known = {key.id: key for key in every}
    for name in keys:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"Known ids: {', '.join(known)}."
            raise KeymapError(name, f"no such binding. {hint}")
    chosen = {name: spelled(text) for name, text in keys.items()}
    taken: dict[str, str] = {}
    for key in sorted(every, key=lambda key: key.id in chosen):
        for pressed in chosen.get(key.id, key.keys).split(","):
            if not pressed:
                raise KeymapError(
                    key.id, "expected a key such as 'f5' or 'ctrl+r', got an empty text. Name one."
                )
            if pressed in taken:
                raise KeymapError(
                    key.id,
                    f"the key {pressed!r} already means {taken[pressed]}. Choose another, or rebind both.",
                )
            taken[pressed] = key.id
    return chosen


def resolved(keys: Mapping[str, str], *, replay: bool = False) -> tuple[Key, ...]:
    """The keymap with a user's keys in place; for a replay with its own keys."""
    chosen = overrides(keys)
    found = (*REPLAY, *KEYMAP) if replay else KEYMAP
    return tuple(dataclasses.replace(key, keys=chosen.get(key.id, key.keys)) for key in found)


def spelled(text: str) -> str:
    """Keys as people write them (`?`, `/`, `esc`) in Textual's spelling."""
    return ",".join(
        NAMED.get(part if part == " " else part.strip(), part.strip()) for part in text.split(",")
    )


def label(key: str) -> str:
    """A key in Textual's spelling as people write it."""
    signs = {name: sign for sign, name in NAMED.items() if len(sign) == 1 and sign != " "}
    return signs.get(key) or PRINTED.get(key, key)


def pressed(name: str, keys: Mapping[str, str], *, replay: bool = False) -> str:
    """The first key of a binding, as people write it; `keys` is the user's own table."""
    return next(label(key.keys.split(",")[0]) for key in resolved(keys, replay=replay) if key.id == name)


def footer_pairs(
    names: Sequence[str], keys: Mapping[str, str], *, replay: bool = False
) -> list[tuple[str, str]]:
    """Key and text of bindings for the footer, before them those of the panes while they are numbers."""
    bound = {key.id: key for key in resolved(keys, replay=replay)}
    shown = [(label(bound[name].keys.split(",")[0]), bound[name].text) for name in names]
    numbered = all(bound[f"pane.{name}"].keys == str(at) for at, name in enumerate(PANES, start=1))
    return [("1-6", "pane"), *shown] if numbered else shown


def on_screen(*, replay: bool = False) -> tuple[Key, ...]:
    """The keys that the monitor's screen binds; the others are the table's own."""
    mine = (key for key in KEYMAP if not key.id.startswith("table.") or key.id in _TABLE_KEYS_OF_SCREEN)
    return (*mine, *REPLAY) if replay else tuple(mine)


_TABLE_KEYS_OF_SCREEN = frozenset({"table.sort", "table.reverse", "table.filter", "table.columns"})


def bound_to(name: str, keys: Mapping[str, str]) -> frozenset[str]:
    """All keys of a binding, in Textual's spelling; `keys` is the user's own table."""
    return next(frozenset(key.keys.split(",")) for key in resolved(keys) if key.id == name)
