"""A tape in one file: whole, cut at any byte, damaged at any byte, of another kind, of a newer version."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed import tape_file
from feed.replay import Player
from feed.tape import NewerTapeError, Tape, TapeError
from feed.tape_frames import TapeRow
from providers.records import Quote
from tests.replay.polls import START, record


def rows_of(polls: int) -> list[TapeRow]:
    def quote(number: int) -> Quote:
        at = START + dt.timedelta(seconds=number)
        return Quote(
            source="f", symbol="0700.HK", price=600.0 + number, currency="HKD", as_of=at, received=at
        )

    return record([[quote(number)] for number in range(polls)])[1]


ROWS = rows_of(6)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "day.tape"
    tape_file.write(path, ROWS)
    return path.read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cut")


def kept(tape: Tape) -> list[tuple[int, int, bytes]]:
    return [(row.number, row.at, row.body) for row in tape.all_rows()]


def readable(path: Path) -> Tape | None:
    """The tape, if anything of it can be used."""
    try:
        return tape_file.read(path)
    except TapeError:
        return None


def test_what_was_written_is_read(whole: bytes, folder: Path) -> None:
    path = folder / "whole.tape"
    path.write_bytes(whole)
    tape = tape_file.read(path)
    assert kept(tape) == [(row.number, row.at, row.body) for row in ROWS]
    assert tape.flaws == ()
    header = tape_file.header_of(tape)
    assert (header.universe, header.lines, header.frames, header.reels) == ("test", 2, 6, 1)
    assert b'"universe":"test"' in whole.split(b"\n")[1]


def test_a_tape_cut_at_any_byte_gives_what_is_intact_and_says_so(whole: bytes, folder: Path) -> None:
    path = folder / "cut.tape"
    before = 0
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        tape = readable(path)
        if tape is None:
            assert before == 0, "frames that were there have gone"
            continue
        frames = kept(tape)
        assert frames == [(row.number, row.at, row.body) for row in ROWS[: len(frames)]]
        assert len(frames) >= before
        assert tape.flaws == (f"The end of the file is missing: {len(frames)} of 6 frames are there.",)
        before = len(frames)
    assert before == 6


@settings(deadline=None, max_examples=150)
@given(place=st.integers(0), flip=st.integers(1, 255))
def test_a_wrong_byte_costs_a_frame_at_most(whole: bytes, folder: Path, place: int, flip: int) -> None:
    place %= len(whole)
    path = folder / "wrong.tape"
    path.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
    intact = [(row.number, row.at, row.body) for row in ROWS]
    tape = readable(path)
    if tape is None:
        base_end = whole.find(tape_file.SIGN, whole.find(tape_file.SIGN) + 4)
        assert place < base_end, "only a damaged beginning makes a tape useless"
        return
    found = kept(tape)
    assert set(found) <= set(intact)
    assert len(found) >= len(intact) - 1
    assert (found == intact) or tape.flaws
    Player(tape).go(len(found))


def test_another_file_is_no_tape(folder: Path) -> None:
    path = folder / "other"
    for content in (b"", b"narrows", b"\x89PNG\r\n\x1a\n", b"narrows-tape x\n{}\n"):
        path.write_bytes(content)
        with pytest.raises(TapeError, match="another kind of file"):
            tape_file.read(path)


def test_a_file_of_a_newer_version_is_refused(whole: bytes, folder: Path) -> None:
    path = folder / "newer.tape"
    path.write_bytes(whole.replace(b"narrows-tape 1\n", b"narrows-tape 2\n", 1))
    with pytest.raises(NewerTapeError, match="version 1 or older, got version 2; update Narrows"):
        tape_file.read(path)


def test_a_write_that_fails_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    target = folder / "full"
    target.mkdir()
    with pytest.raises(OSError, match="No space"):
        tape_file.write(target / "a.tape", ROWS)
    assert list(target.iterdir()) == []
