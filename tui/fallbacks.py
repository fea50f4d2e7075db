"""What becomes of a store that cannot be used as it should: read only, set aside, or gone without."""

from __future__ import annotations

import datetime as dt
import logging

from feed.aside import begin_anew
from feed.store import Store
from feed.store_errors import CorruptError, StoreError, UnreachableStoreError, UnwritableError
from metrics.board import RemarkView
from providers.redaction import redacted
from tui.errors import StoreUnusable
from tui.options import Settings

log = logging.getLogger("narrows")

Opened = tuple[Store | None, tuple[RemarkView, ...]]


def kiosk(settings: Settings, *, patient: bool) -> Store:
    """The store of a kiosk, which only reads what a collector writes.

    Raises:
        StoreUnusable: when there is none, or it cannot be read.
    """
    try:
        return Store.open(settings.store_url, read_only=True)
    except UnreachableStoreError as error:
        if not patient:
            raise StoreUnusable(redacted(str(error))) from error
        return Store.later(settings.store_url, read_only=True)
    except StoreError as error:
        text = f"{redacted(str(error))} A kiosk shows what `narrows collect` polls: start that first."
        raise StoreUnusable(text) from error


def read_only(settings: Settings, error: UnwritableError, now: dt.datetime) -> Opened:
    """Follow a store that may only be read; a store that nobody chose only while somebody polls it.

    Raises:
        StoreUnusable: when the user chose it, and it cannot even be read.
    """
    try:
        store = Store.open(settings.store_url, read_only=True)
        held = store.lease()
    except StoreError as unreadable:
        if settings.store_named:
            raise StoreUnusable(redacted(str(error))) from unreadable
        return None, (_remark(f"Nothing is remembered: {error}", now),)
    if held is not None and held.live:
        return store, ()
    if settings.store_named:
        text = "The store may only be read and nobody polls it: what it holds is shown."
        return store, (_remark(text, now),)
    store.close()
    return None, (_remark(f"Nothing is remembered: {error}", now),)


def broken(settings: Settings, error: CorruptError, now: dt.datetime) -> Opened:
    """Set a damaged store aside and begin a new one, unless the user chose it.

    Raises:
        StoreUnusable: when the user chose it, or it cannot be set aside.
    """
    if settings.store_named:
        raise StoreUnusable(redacted(str(error))) from error
    try:
        store, kept = begin_anew(settings.store_url, now)
    except StoreError as worse:
        raise StoreUnusable(redacted(str(worse))) from worse
    if kept is None:
        return store, ()
    text = f"The store was damaged. It is kept as {kept}, and a new one has begun."
    return store, (_remark(text, now),)


def _remark(text: str, now: dt.datetime) -> RemarkView:
    log.warning("%s", redacted(text))
    return RemarkView(subject="store", text=redacted(text), at=now, severity="warning", source="narrows")
