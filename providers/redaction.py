"""What of a text or a setting must not be shown."""

from __future__ import annotations

import re

HIDDEN = "•••"
_NAMES = re.compile(r"key|token|secret|password|cookie|webhook|authorization", re.IGNORECASE)
_PASSWORD = re.compile(r"(?<=://)([^/\s:]*):\S*@")
_PARAMETER = re.compile(r"([?&][^=&\s]*(?:password|token|secret|key|sig)[^=&\s]*=)[^&\s]+", re.IGNORECASE)
_WORD = re.compile(r"\b(password\s*=\s*)(?!•)[^\s&'\"]+", re.IGNORECASE)


def redacted(text: str) -> str:
    """A text without the passwords of the addresses and connection strings in it."""
    text = _PARAMETER.sub(rf"\1{HIDDEN}", _PASSWORD.sub(rf"\1:{HIDDEN}@", text))
    return _WORD.sub(rf"\1{HIDDEN}", text)


def is_named_so(name: str) -> bool:
    """Whether a setting of that name holds a secret."""
    return _NAMES.search(name) is not None
