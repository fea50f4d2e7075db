"""Faults: what a source can do to a client instead of answering."""

from __future__ import annotations

import contextlib
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.server.core import Exchanged

if TYPE_CHECKING:
    from tests.server.core import Handler

HTML = b"<!DOCTYPE html><html><body><h1>Will be right back...</h1></body></html>"


class Fault(ABC):
    """Something that happens to a request."""

    @abstractmethod
    def happen(self, handler: Handler, good: Exchanged, /) -> None:
        """Do it, on the handler's connection. `good` is what would have been sent."""


@dataclass(frozen=True)
class Status(Fault):
    """Another status, with a body and headers."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/plain"

    def happen(self, handler: Handler, _good: Exchanged, /) -> None:
        handler.send_whole(
            Exchanged(
                status=self.status,
                body=self.body,
                content_type=self.content_type,
                headers=tuple(self.headers.items()),
            )
        )


@dataclass(frozen=True)
class Body(Fault):
    """Status 200 with another body: a byte string, or what a function makes of the good one."""

    body: bytes | Callable[[bytes], bytes]
    content_type: str = "application/json"

    def happen(self, handler: Handler, good: Exchanged, /) -> None:
        body = self.body if isinstance(self.body, bytes) else self.body(good.body)
        handler.send_whole(replace(good, body=body, content_type=self.content_type))


def html() -> Fault:
    """A page for people, with status 200."""
    return Body(HTML, "text/html")


def consent() -> Fault:
    """A redirect to a consent page."""
    return Status(307, headers={"Location": "https://guce.yahoo.com/consent?brandType=nonEu&gcrumb=x"})


class Hang(Fault):
    """Accept the request and say nothing."""

    def happen(self, handler: Handler, _good: Exchanged, /) -> None:
        handler.close_connection = True
        handler.stopping.wait()


class Trickle(Fault):
    """Send the answer byte by byte, far too slowly to end."""

    def happen(self, handler: Handler, good: Exchanged, /) -> None:
        handler.close_connection = True
        handler.send_whole(replace(good, body=b""), length=1_000_000)
        while not handler.stopping.wait(0.02):
            handler.wfile.write(b" ")


class Reset(Fault):
    """Reset the connection instead of answering."""

    def happen(self, handler: Handler, _good: Exchanged, /) -> None:
        handler.close_connection = True
        # Lingering for zero seconds turns the close into a reset.
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()


class Truncated(Fault):
    """Announce the whole body, send half of it, close."""

    def happen(self, handler: Handler, good: Exchanged, /) -> None:
        handler.close_connection = True
        half = good.body[: len(good.body) // 2]
        handler.send_whole(replace(good, body=half), length=max(len(good.body), 2))


@dataclass(frozen=True)
class Huge(Fault):
    """Send a body of so many bytes, as fast as the client takes it."""

    size: int = 50_000_000

    def happen(self, handler: Handler, good: Exchanged, /) -> None:
        handler.close_connection = True
        with contextlib.suppress(OSError):
            handler.send_whole(replace(good, body=b""), length=self.size)
            for _ in range(self.size // 100_000):
                handler.wfile.write(b" " * 100_000)


@dataclass(frozen=True)
class Raw(Fault):
    """Write bytes that may be no HTTP at all, and close."""

    data: bytes

    def happen(self, handler: Handler, _good: Exchanged, /) -> None:
        handler.close_connection = True
        handler.wfile.write(self.data)
