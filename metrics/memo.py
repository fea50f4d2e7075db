"""Keep a result while the very objects that it was computed from are still in use.

A Market is frozen and the feed replaces only what changed, so identity says whether a frame is the same one;
comparing its content would cost more than computing again.
"""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Held(Generic[T]):
    """An argument for `functools.lru_cache` that is equal to another when all its parts are the same objects.

    It keeps the parts alive, so that an identity is never taken over by a newer object.
    """

    __slots__ = ("_hash", "_parts", "value")

    def __init__(self, value: T, *parts: object) -> None:
        self.value = value
        self._parts = parts
        self._hash = hash(tuple(id(part) for part in parts))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Held) or len(self._parts) != len(other._parts):
            return False
        return all(mine is theirs for mine, theirs in zip(self._parts, other._parts, strict=True))
