"""The European Central Bank's files: the daily XML, 90 days of it, the zipped history, the daily CSV."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping

from tests.server.core import Asked, Exchanged
from tests.server.truth import Truth

_FOLDER = "/stats/eurofxref/"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
# What the bank does not publish, and what it has stopped publishing.
_NEVER = {"TWD"}
_FORMER = "BGN"

Table = dict[dt.date, dict[str, float]]


class EcbProtocol:
    """Rates per EUR from the truth's rates per USD; no TWD."""

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        today = truth.now().date()
        newest = {today: per_euro(truth.fx)}
        history = {day: per_euro(rates) for day, rates in truth.fx_history.items()} or newest
        recent = {day: row for day, row in history.items() if (today - day).days <= 90}
        match asked.path.removeprefix(_FOLDER):
            case "eurofxref-daily.xml":
                return Exchanged(body=xml(newest), content_type="text/xml")
            case "eurofxref-hist-90d.xml":
                return Exchanged(body=xml(recent), content_type="text/xml")
            case "eurofxref.zip":
                return Exchanged(body=zipped(daily_csv(newest)), content_type="application/zip")
            case "eurofxref-hist.zip":
                return Exchanged(
                    body=zipped(hist_csv(history), "eurofxref-hist.csv"), content_type="application/zip"
                )
            case _:
                return None


def per_euro(per_usd: Mapping[str, float]) -> dict[str, float]:
    """Return units per EUR, without the currencies that the bank leaves out."""
    euro = per_usd["EUR"]
    crossed = {code: rate / euro for code, rate in per_usd.items() if code not in _NEVER | {"EUR"}}
    return {"USD": 1.0 / euro, **crossed}


def xml(table: Table) -> bytes:
    """Return the bank's XML, newest day first."""
    days = "".join(
        f'<Cube time="{day}">'
        + "".join(f'<Cube currency="{code}" rate="{rate!r}"/>' for code, rate in row.items())
        + "</Cube>"
        for day, row in sorted(table.items(), reverse=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
        'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">'
        "<gesmes:subject>Reference rates</gesmes:subject>"
        f"<Cube>{days}</Cube></gesmes:Envelope>"
    ).encode()


def hist_csv(table: Table) -> str:
    """Return the history as CSV: ISO days, `N/A`, a comma at the end of each line."""
    codes = list(next(iter(table.values())))
    lines = [f"Date,{','.join(codes)},{_FORMER},"]
    for day, row in sorted(table.items(), reverse=True):
        cells = ",".join(repr(row[code]) if code in row else "N/A" for code in codes)
        lines.append(f"{day},{cells},N/A,")
    return "\n".join(lines) + "\n"


def daily_csv(table: Table) -> str:
    """Return the day as CSV: the day spelled out, a space after each comma, a comma at the end."""
    ((day, row),) = table.items()
    spelled = f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}"
    values = ", ".join(repr(rate) for rate in row.values())
    return f"Date, {', '.join(row)}, \n{spelled}, {values}, \n"


def zipped(text: str, name: str = "eurofxref.csv") -> bytes:
    """Return a zip archive of one CSV file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return buffer.getvalue()
