"""Records as Tencent and Sina send them, for tests: taken apart, changed, put together again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.providers.contract import Spoil
from tests.providers.spoiling import HOSTILE


@dataclass
class Record:
    """A name and its fields."""

    name: str
    fields: list[str]


@dataclass(frozen=True)
class Form:
    """How a source writes records: what stands before a name, what parts the fields."""

    before: str
    between: str

    def read(self, body: bytes) -> list[Record]:
        """Take an answer apart."""
        found = re.findall(re.escape(self.before) + '([^=]+)="([^"]*)";', body.decode("gb18030"))
        return [Record(name, fields.split(self.between)) for name, fields in found]

    def write(self, *records: Record) -> bytes:
        """Put an answer together."""
        lines = (f'{self.before}{each.name}="{self.between.join(each.fields)}";\n' for each in records)
        return "".join(lines).encode("gb18030")

    def changing(self, edit: Callable[[list[Record]], object]) -> Callable[[bytes], bytes]:
        """Return a change of an answer's records."""

        def change(body: bytes) -> bytes:
            records = self.read(body)
            edit(records)
            return self.write(*records)

        return change


TENCENT = Form("v_", "~")
SINA = Form("var hq_str_", ",")


def record_spoils(
    form: Form, cost: str, *, price: int, time: int, currency: Callable[[Record], object]
) -> dict[str, Spoil]:
    """Each way to spoil an answer whose first record is about `cost`; positions of its price and time."""
    costly = frozenset({cost})

    def records(edit: Callable[[list[Record]], object], missing: frozenset[str] = frozenset()) -> Spoil:
        return Spoil(form.changing(edit), missing)

    def first(edit: Callable[[Record], object], missing: frozenset[str] = costly) -> Spoil:
        return records(lambda found: edit(found[0]) if found else None, missing)

    def field(position: int, text: str) -> Callable[[Record], object]:
        return lambda record: record.fields.__setitem__(position, text)

    def cut(record: Record) -> None:
        del record.fields[time:]

    def spelled(record: Record) -> None:
        record.name = record.name.upper()

    return {
        "partial": records(lambda found: found.pop(0), costly),
        "duplicate row": records(lambda found: found.append(found[0])),
        "missing field": first(cut),
        "null field": first(field(price, "")),
        "wrong type": first(field(price, "[1]")),
        "NaN": first(field(price, "nan")),
        "infinity": first(field(price, "1e999")),
        "zero": first(field(price, "0.000")),
        "negative": first(field(price, "-1.5")),
        "wrong currency": first(currency),
        "other order": records(lambda found: found.reverse()),
        "other spelling": first(spelled, frozenset()),
        "a stranger's row": records(lambda found: found.append(Record("EVIL", found[0].fields))),
        "hostile text": first(field(_name_of(form), HOSTILE), frozenset()),
    }


def _name_of(form: Form) -> int:
    return 1 if form is TENCENT else 0
