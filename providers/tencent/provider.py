"""The provider: which codes are asked for, and what becomes of the rows."""

from __future__ import annotations

from collections.abc import Sequence

from providers.base import Answer, Capability, Provider, ProviderContext, Request, SwitchedOff
from providers.chinese_codes import MARKETS, code_of
from providers.quote_rows import Reading, Unusable, quotes
from providers.records import Remark, ShareCount
from providers.tencent.rows import SOURCE, Row, read_quote, read_rows, read_share_count
from providers.universe import Line

HOME = "https://qt.gtimg.cn"
BATCH = 60


class Tencent(Provider):
    """Prices of the mainland, Hong Kong and the US.

    Share counts only where a count of the whole issuer is one of the line: of issuers with one line. Of a
    company with A and H shares either row counts both. Issuers that file with the SEC are left to the SEC.
    The delay is never stated, so it is left to be measured.
    """

    name = SOURCE
    offers = {  # noqa: RUF012 - declared by Provider as a Mapping: read-only
        Capability.QUOTES: frozenset(MARKETS),
        Capability.SHARES: frozenset(MARKETS),
    }
    symbols_per_fetch = BATCH

    def __init__(self, context: ProviderContext) -> None:
        self._now = context.now
        self._http = context.http.for_provider(self.name, context.settings, home=HOME)
        issuers = context.universe.issuers
        self._countable = {each.id for each in issuers if len(each.lines) == 1 and each.cik is None}

    async def fetch(self, request: Request) -> Answer:
        """Answer a request; see `Provider.fetch`."""
        match request.capability:
            case Capability.QUOTES:
                return await self._quotes(request.lines)
            case Capability.SHARES:
                return await self._share_counts(request.lines)
            case other:
                raise SwitchedOff(f"tencent does not serve {other}")

    async def _quotes(self, lines: Sequence[Line]) -> Answer:
        return quotes(await self._rows(lines), lines, self._now(), _READING)

    async def _share_counts(self, lines: Sequence[Line]) -> Answer:
        countable = [line for line in lines if line.issuer in self._countable]
        wanted = {asked_as(line): line for line in countable}
        found: dict[str, ShareCount] = {}
        remarks: list[Remark] = []
        for row in await self._rows(countable):
            line = wanted.get(row.key)
            if line is None:
                continue
            try:
                found[line.symbol] = read_share_count(row, line)
            except Unusable as unusable:
                text = f"No share count from Tencent: {unusable}."
                remarks.append(Remark(subject=line.symbol, text=text, at=self._now(), source=self.name))
        missing = tuple(line.symbol for line in lines if line.symbol not in found)
        return Answer(records=tuple(found.values()), missing=missing, remarks=tuple(remarks))

    async def _rows(self, lines: Sequence[Line]) -> list[Row]:
        """Return the rows of all lines that have a code; without any, nothing is asked."""
        names = list(dict.fromkeys(filter(None, map(_name, lines))))
        rows: list[Row] = []
        for start in range(0, len(names), BATCH):
            reply = await self._http.get(f"{HOME}/q={','.join(names[start : start + BATCH])}")
            rows += read_rows(reply)
        return rows


def asked_as(line: Line) -> str:
    """Return the key of a line's row, empty where it has no code."""
    return _name(line).lower()


def _name(line: Line) -> str:
    code = code_of(line)
    return "" if code is None else f"{code.market}{code.code}"


_READING = Reading(
    source=SOURCE, title="Tencent", asked_as=asked_as, named=lambda row: row.key, read=read_quote
)
