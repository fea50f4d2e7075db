"""What a poll says besides records, for the other monitors on the store: all show the same Board."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec

from feed.quarantine import Held
from providers.market import Market, Progress, ProviderHealth
from providers.records import AnyRecord, Remark


class Shared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The surroundings of a published Market.

    Attributes:
        at: Its instant, by the poller's clock.
        symbols: The lines that are polled.
        held: Figures that wait for confirmation, by whoever polls next.
    """

    at: dt.datetime
    universe: str
    symbols: tuple[str, ...]
    poll_seconds: float
    providers: tuple[ProviderHealth, ...] = ()
    remarks: tuple[Remark, ...] = ()
    progress: Progress | None = None
    held: tuple[Held, ...] = ()


class News(NamedTuple):
    """What has been written since a generation, and the newest of them.

    `shared` is `None` while nothing has ever been polled.
    """

    generation: int
    records: tuple[AnyRecord, ...]
    shared: Shared | None


_decoder = msgspec.json.Decoder(Shared)


def shared_of(market: Market, held: tuple[Held, ...] = ()) -> Shared:
    """What others have to know of a Market besides its records and sessions; `held` wait for confirmation."""
    return Shared(
        at=market.at,
        universe=market.universe.name,
        symbols=tuple(line.symbol for line in market.universe.lines),
        poll_seconds=market.poll_seconds,
        providers=market.providers,
        remarks=market.remarks,
        progress=market.progress,
        held=held,
    )


def encoded(shared: Shared) -> bytes:
    """As the store keeps it."""
    return msgspec.json.encode(shared)


def decoded(body: bytes) -> Shared | None:
    """The reverse; `None` for what another version of the program has written."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
