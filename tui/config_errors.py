"""Words for a mistake in the configuration: where it is, what was expected, what came, what to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import msgspec.inspect

from providers.redaction import is_named_so, redacted
from tui.errors import ConfigError

Keys = Sequence[str | int]

_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")
_PATH = re.compile(r" - at `\$(?P<path>.*)`$")
_KEY_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^.\s\"']+)")
_KIND = re.compile(r"`(\w+)`")
KINDS = {"str": "a text", "float": "a number", "int": "a whole number", "bool": "true or false",
         "array": "a list", "object": "a table"}  # fmt: skip
"""What msgspec calls by its type, in words of whoever writes the file."""
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


@dataclass(frozen=True)
class Origin:
    """Where a value came from: a file with its text, or an environment variable (without text).

    `open_to_others`: whether it is a file that others than its owner may read.
    """

    name: str
    text: str
    open_to_others: bool = False

    def at(self, keys: Keys) -> str:
        """`FILE, line N, key a.b`, without the line where it cannot be found."""
        line = line_of(self.text, keys)
        where = f"{self.name}, line {line}" if line else self.name
        return f"{where}, key {dotted(keys)}" if self.text else where


def dotted(keys: Keys) -> str:
    """`store.url`, `alerts[2].when`: a key as people write it, lists counted from one."""
    return "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")


def placed(content: Mapping[str, Any], keys: Sequence[str], value: object) -> dict[str, Any]:
    """A copy of `content` with `value` at `keys`."""
    head, *rest = keys
    below = content.get(head, {})
    return {
        **content,
        head: placed(below if isinstance(below, Mapping) else {}, rest, value) if rest else value,
    }


def line_of(text: str, keys: Keys) -> int | None:
    """Line of a key in a TOML text, counted from one; `None` where it cannot be told."""
    names = [key for key in keys if isinstance(key, str)]
    turn = next((key for key in keys if isinstance(key, int)), 0)
    table: list[str] = []
    seen: dict[str, int] = {}
    header_line = None
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.split("#", 1)[0].strip()
        if bare.startswith("["):
            name = bare.strip("[] ")
            table = _parts(name)
            seen[name] = seen.get(name, -1) + 1
            if table == names[: len(table)] and seen[name] == turn:
                header_line = number
            continue
        written = table + _parts(bare.split("=", 1)[0]) if "=" in bare else None
        if written == names and seen.get(".".join(table), 0) >= turn:
            return number
    return header_line


def _parts(key: str) -> list[str]:
    """The names of a dotted key; dots within quotes belong to a name."""
    return ["".join(found) for found in _KEY_PART.findall(key)]


def shown(value: object) -> str:
    """A value as it came, short enough for one line, without the passwords of addresses."""
    text = redacted(repr(value))
    return text if len(text) <= 60 else text[:57] + "…"


def wrong(keys: Keys, expected: str, came: object, origin: Origin) -> ConfigError:
    """A value of the wrong kind; one that may be secret is not shown."""
    where = origin.at(keys)
    got = "something else" if keys[0] != "keys" and is_named_so(str(keys[-1])) else shown(came)
    return ConfigError(f"{where}: expected {expected}, got {got}. Correct it; nothing was changed.")


def unknown(keys: Keys, struct: type[msgspec.Struct], origin: Origin) -> ConfigError:
    """A key that does not exist, with the nearest that does."""
    known = [name for name in struct.__struct_encode_fields__ if name != "order"]
    near = difflib.get_close_matches(str(keys[-1]), known, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(known)}."
    return ConfigError(f"{origin.at(keys)}: no such setting. {hint}")


def translate(
    error: msgspec.ValidationError, content: Mapping[str, Any], struct: type[msgspec.Struct], origin: Origin
) -> ConfigError:
    """A message of msgspec in words that name the file, the key and the mend."""
    message = str(error)
    keys = _keys(message)
    if found := _UNKNOWN.search(message):
        return unknown([*keys, found["name"]], _struct_at(struct, keys), origin)
    names = ["providers", "order", *keys[1:]] if keys[:1] == ["order"] else keys
    if "missing required field" in message:
        return ConfigError(f"{origin.at(names)}: {_PATH.sub('', message)}. Add it.")
    return wrong(
        names, _expected(message, _struct_at(struct, keys[:-1]), keys), _value_at(content, keys), origin
    )


def _keys(message: str) -> list[str | int]:
    found = _PATH.search(message)
    if not found:
        return []
    return [
        name or int(index)
        for name, index in _STEP.findall(found["path"])
        if index != "..."  # a key of a free table, which msgspec does not name
    ]


def _value_at(content: Any, keys: Keys) -> object:
    """The value at `keys`, as far as they lead."""
    for key in keys:
        try:
            content = content[key]
        except (KeyError, IndexError, TypeError):
            break
    return content


def _struct_at(struct: type[msgspec.Struct], keys: Keys) -> type[msgspec.Struct]:
    for key in keys:
        if isinstance(key, int):
            continue
        kind = _field(struct, key)
        if isinstance(kind, msgspec.inspect.VarTupleType):
            kind = kind.item_type
        if isinstance(kind, msgspec.inspect.StructType):
            struct = kind.cls
    return struct


def _field(struct: type[msgspec.Struct], name: str | int) -> msgspec.inspect.Type | None:
    info = msgspec.inspect.type_info(struct)
    if not isinstance(info, msgspec.inspect.StructType):
        return None
    return next((field.type for field in info.fields if field.encode_name == name), None)


def _expected(message: str, struct: type[msgspec.Struct], keys: Keys) -> str:
    """What the field takes; the choices spelt out, bounds as msgspec puts them."""
    kind = _field(struct, next((key for key in reversed(keys) if isinstance(key, str)), ""))
    parts = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
    if keys and isinstance(keys[-1], int):
        parts = tuple(part.item_type for part in parts if isinstance(part, msgspec.inspect.VarTupleType))
    choices = [
        repr(choice)
        for part in parts
        if isinstance(part, msgspec.inspect.LiteralType)
        for choice in part.values
    ]
    if choices:
        others = (
            ["true", "false"] if any(isinstance(part, msgspec.inspect.BoolType) for part in parts) else []
        )
        return " or ".join([*choices, *others])
    expected = _PATH.sub("", message).removeprefix("Expected ").split(", got ")[0]
    return _KIND.sub(lambda kind: KINDS.get(kind[1], kind[0]), expected)
