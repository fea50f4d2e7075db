"""The driver's input thread: keys come at once, and without keys it sleeps."""

from __future__ import annotations

import os
import selectors
import threading
from collections.abc import AsyncIterator
from queue import Queue

import pytest
from textual import constants, events
from textual.app import App
from textual.message import Message

from tui.quiet_driver import QuietDriver


class Typing:
    """A driver whose stdin is a pipe, with its thread running; `waits` are the limits of its waits."""

    def __init__(self, driver: QuietDriver, waits: Queue[float | None]) -> None:
        self.driver = driver
        self.waits = waits
        self.messages: Queue[Message] = Queue()
        driver.fileno, self._typed = os.pipe()
        driver.process_message = self._take  # type: ignore[method-assign]
        driver._key_thread = threading.Thread(target=driver.run_input_thread)
        driver._key_thread.start()

    def _take(self, message: Message) -> None:
        self.messages.put(message)

    def type(self, data: bytes) -> None:
        os.write(self._typed, data)

    def key(self) -> str:
        message = self.messages.get(timeout=5)
        assert isinstance(message, events.Key)
        return message.key

    @property
    def thread(self) -> threading.Thread:
        assert self.driver._key_thread is not None
        return self.driver._key_thread


@pytest.fixture
async def typing(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Typing]:
    waits: Queue[float | None] = Queue()
    select = selectors.SelectSelector.select

    def recorded(selector: selectors.SelectSelector, timeout: float | None = None) -> object:
        waits.put(timeout)
        return select(selector, timeout)

    monkeypatch.setattr(selectors.SelectSelector, "select", recorded)
    typing = Typing(QuietDriver(App[None](), mouse=False), waits)
    yield typing
    typing.driver.disable_input()


async def test_it_sleeps_without_limit_until_a_key_comes_and_again_after_it(typing: Typing) -> None:
    assert typing.waits.get(timeout=5) is None
    typing.type(b"q")
    assert typing.key() == "q"
    assert typing.waits.get(timeout=5) == constants.ESCAPE_DELAY
    assert typing.waits.get(timeout=5) is None
    assert typing.waits.empty()


async def test_a_sequence_in_two_pieces_is_one_key(typing: Typing) -> None:
    typing.type(b"\x1b[")
    typing.type(b"A")
    assert typing.key() == "up"


async def test_escape_alone_is_a_key_after_the_wait(typing: Typing) -> None:
    typing.type(b"\x1b")
    assert typing.key() == "escape"


async def test_escape_is_a_key_however_long_the_reader_lets_it_wait(
    typing: Typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "ESCAPE_DELAY", 0.2)
    typing.type(b"\x1b")
    assert typing.key() == "escape"


async def test_bytes_that_are_no_text_end_nothing(typing: Typing) -> None:
    typing.type(b"\xffq")
    assert [typing.key(), typing.key()][-1] == "q"


async def test_it_ends_at_once_also_in_its_sleep(typing: Typing) -> None:
    assert typing.waits.get(timeout=5) is None
    typing.driver.disable_input()
    assert not typing.thread.is_alive()
    assert typing.waits.empty()


async def test_input_can_be_switched_off_twice_and_on_again(typing: Typing) -> None:
    typing.driver.disable_input()
    typing.driver.disable_input()
    typing.driver._key_thread = threading.Thread(target=typing.driver.run_input_thread)
    typing.driver._key_thread.start()
    typing.type(b"z")
    assert typing.key() == "z"
