"""A description boiled down to what an agreement and a consumer rely on."""

from __future__ import annotations

from msgspec import Struct

from terpadu.errors import BadInput

DEEPEST = 12
MOST = 2000
"""Fields of one description: beyond it nobody can agree field by field."""
LARGEST = 512 * 1024
"""Bytes of an uploaded description."""


class Field(Struct, frozen=True):
    """A field of the answer; `type` as the description names it."""

    type: str


class Input(Struct, frozen=True):
    """Something that a caller sends."""

    type: str
    required: bool


class Contract(Struct, frozen=True, kw_only=True):
    """fields by dotted path (a list's items stand under its own path), inputs by operation and name, pairs of method and path."""

    fields: dict[str, Field]
    inputs: dict[str, Input]
    endpoints: tuple[tuple[str, str], ...]
    effect: str = ""
    subject: str = ""


class Budget:
    """Parts that are looked at in one description: references may branch at every level, and a small file would never end."""

    def __init__(self, parts: int = 8_000) -> None:
        self._left = parts

    def spend(self) -> None:
        """One part. Raises `BadInput` beyond the budget."""
        self._left -= 1
        if self._left < 0:
            raise BadInput("Expected a description that a person can read, this one unfolds without end; split it.")


def checked(found: Contract, what: str) -> Contract:
    """Raises `BadInput` for one with which nothing could be asked, or that nobody could read."""
    if not found.endpoints:
        raise BadInput(f"Expected {what} with at least one operation, found none; describe what can be asked.")
    if not found.fields:
        raise BadInput(
            f"Expected {what} that names the fields of its answer, found none; agreements are made by field."
        )
    if len(found.fields) > MOST or len(found.inputs) > MOST:
        raise BadInput(f"Expected at most {MOST} fields, found {len(found.fields)}; describe one service a file.")
    return found
