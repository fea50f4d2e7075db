"""The server: HTTP on loopback, a list of protocols, faults by path, a count of what was asked."""

from __future__ import annotations

import socket
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import parse_qsl, urlsplit

from tests.server.truth import Truth

if TYPE_CHECKING:
    from tests.server.faults import Fault


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """An answer before any fault."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json;charset=utf-8"
    headers: Sequence[tuple[str, str]] = ()


class Speaks(Protocol):
    """A protocol: answers the paths it knows and returns `None` for the others."""

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None: ...


@dataclass
class _Planned:
    fault: Fault
    path: str
    times: int | None


@dataclass
class _State:
    connections: set[socket.socket] = field(default_factory=set)
    stopping: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)


class MarketServer:
    """A market on `http://127.0.0.1:port`. Use it as a context manager, or `start` and `stop` it.

    Args:
        truth: What it answers from.
        port: 0 for any; kept when it is started again.
    """

    def __init__(self, truth: Truth | None = None, *, port: int = 0) -> None:
        # The protocols know this module's vocabulary, so they are fetched when the first server is made.
        from tests.server.eastmoney import EastmoneyProtocol
        from tests.server.ecb import EcbProtocol
        from tests.server.frankfurter import FrankfurterProtocol
        from tests.server.scores import ArenaProtocol, ArtificialAnalysisProtocol
        from tests.server.sec import SecProtocol
        from tests.server.sina import SinaProtocol
        from tests.server.tencent import TencentProtocol
        from tests.server.timeseries import TimeseriesProtocol
        from tests.server.yahoo import YahooProtocol

        self.truth = truth or Truth()
        self.port = port
        self.yahoo = YahooProtocol()
        self.eastmoney = EastmoneyProtocol()
        self.frankfurter = FrankfurterProtocol()
        self.analysis = ArtificialAnalysisProtocol()
        self.protocols: list[Speaks] = [
            self.yahoo, TimeseriesProtocol(), TencentProtocol(), self.eastmoney, SinaProtocol(),
            SecProtocol(), self.frankfurter, self.analysis, ArenaProtocol(), EcbProtocol(),
        ]  # fmt: skip
        self.requests: Counter[str] = Counter()
        self.log: list[Asked] = []
        self._faults: list[_Planned] = []
        self._state = _State()
        self._server: _Server | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Listen."""
        self._state = _State()
        self._server = _Server(("127.0.0.1", self.port), self, self._state)
        self.port = int(self._server.server_address[1])
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and cut every connection, as a machine that dies."""
        if self._server is None or self._thread is None:
            return
        self._state.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        with self._state.lock:
            for connection in self._state.connections:
                _cut(connection)
        self._thread.join()
        self._server = self._thread = None

    def fail(self, fault: Fault, path: str = "/", *, times: int | None = None) -> None:
        """Let a fault happen to every request whose path begins so, or only so many times."""
        self._faults.append(_Planned(fault, path, times))

    def heal(self) -> None:
        """Take back every fault."""
        self._faults.clear()

    def total(self, prefix: str = "/") -> int:
        """Return how many requests came for paths that begin so."""
        return sum(count for path, count in self.requests.items() if path.startswith(prefix))

    def fault_for(self, path: str) -> Fault | None:
        """Return the fault that is to happen to this request."""
        for planned in self._faults:
            if path.startswith(planned.path) and planned.times != 0:
                if planned.times is not None:
                    planned.times -= 1
                return planned.fault
        return None

    def answer(self, asked: Asked) -> Exchanged:
        """Return what the first protocol that knows the path says."""
        self.requests[asked.path] += 1
        self.log.append(asked)
        with self.truth.lock:
            for protocol in self.protocols:
                exchanged = protocol.answer(asked, self.truth)
                if exchanged is not None:
                    return exchanged
        return Exchanged(status=404, body=b"not here", content_type="text/plain")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], market: MarketServer, state: _State) -> None:
        super().__init__(address, Handler)
        self.market = market
        self.state = state

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that goes away is what half of the faults are for; anything else is a fault of the tests.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    @property
    def stopping(self) -> Event:
        """Set when the server stops; faults that wait, wait for it."""
        return self.server.state.stopping

    def setup(self) -> None:
        super().setup()
        with self.server.state.lock:
            self.server.state.connections.add(self.connection)

    def finish(self) -> None:
        with self.server.state.lock:
            self.server.state.connections.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Keep quiet."""

    def send_whole(self, exchanged: Exchanged, *, length: int | None = None) -> None:
        """Send an answer; `length` instead of the body's own."""
        self.send_response(exchanged.status)
        self.send_header("Content-Type", exchanged.content_type)
        self.send_header("Content-Length", str(len(exchanged.body) if length is None else length))
        for name, value in exchanged.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(exchanged.body)

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
        )
        exchanged = self.server.market.answer(asked)
        fault = self.server.market.fault_for(asked.path)
        if fault is None:
            self.send_whole(exchanged)
        else:
            fault.happen(self, exchanged)


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is gone already
