"""What a rule is: a name, the code of its no, and a small function that says what is missing, or None.

A sentence never holds a path, a case, a person or a consent: it may be shown to the asking office and kept in
diagnostics.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct

from terpadu.model.federation import Agreement, Service
from terpadu.model.message import Facts
from terpadu.model.rights import Rights
from terpadu.policy.usage import Usage

Missing = str | None


class Asked(Struct, frozen=True, gc=False):
    """Who asks for what, before any agreement is looked at."""

    facts: Facts
    rights: Rights
    now: int


class Claimed(Struct, frozen=True, gc=False):
    """The same under one agreement. `name` is `id/version`, `purpose` the one meant (empty: none)."""

    facts: Facts
    rights: Rights
    usage: Usage
    now: int
    service: Service
    agreement: Agreement
    name: str
    purpose: str


Q = TypeVar("Q", Asked, Claimed)


class Rule(NamedTuple, Generic[Q]):
    """A row of the tables."""

    name: str
    code: str
    check: Callable[[Q], Missing]
