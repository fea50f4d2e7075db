"""The keymap: one place for all keys, and what a user may change in it."""

from __future__ import annotations

import pytest
from textual.binding import Binding

from tui import keymap
from tui.screens.help import help_text
from widgets.live_table import LiveTable


def test_ids_are_unique_and_no_key_means_two_things() -> None:
    ids = [key.id for key in keymap.KEYMAP]
    keys = [one for key in keymap.KEYMAP for one in key.keys.split(",")]
    assert len(ids) == len(set(ids))
    assert len(keys) == len(set(keys))


def test_the_table_binds_what_the_keymap_says() -> None:
    said = {key.id: (key.keys, key.action) for key in keymap.KEYMAP}
    for binding in LiveTable.BINDINGS:
        assert isinstance(binding, Binding)
        assert binding.id is not None
        assert said[binding.id] == (binding.key, binding.action)


def test_help_lists_every_key_with_its_name() -> None:
    text = help_text({})
    for key in keymap.KEYMAP:
        assert key.id in text
        assert key.tooltip in text


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("?", "question_mark"),
        ("/", "slash"),
        ("esc", "escape"),
        ("f5, ctrl+r", "f5,ctrl+r"),
        ("q", "q"),
        (" ", "space"),
    ],
)
def test_keys_may_be_written_as_people_do(written: str, spelled: str) -> None:
    assert keymap.spelled(written) == spelled


def test_two_keys_may_change_places() -> None:
    changed = keymap.overrides({"table.sort": "t", "view.timeframe": "s"})
    assert changed == {"table.sort": "t", "view.timeframe": "s"}


def test_a_key_that_is_taken_is_named() -> None:
    with pytest.raises(keymap.KeymapError, match=r"'s' already means table\.sort"):
        keymap.overrides({"app.quit": "s"})
