"""What a `connector.toml` says, frozen. Every kind of connector adds its own parts; unknown keys are errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta, Struct, field

from terpadu.connectors.budget import Budget

Expression = str
"""JMESPath, with our functions of `expressions.py`."""
Template = dict[str, Any]
"""A tree whose strings are expressions; what binds to null is left out."""
FailureCode = Literal[
    "not-found", "mismatch", "business-rule", "upstream-auth", "upstream-quota", "upstream-retry",
    "upstream-garbage", "upstream-down",
]  # fmt: skip


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all tables of the file share."""


class Limits(Part, frozen=True):
    """How long (seconds), how large (bytes in memory, bytes in a stream) and how many at once."""

    seconds: Annotated[float, Meta(gt=0, le=600)] = 10.0
    bytes: Annotated[int, Meta(gt=0)] = 1_048_576
    stream_bytes: Annotated[int, Meta(gt=0)] = 104_857_600
    concurrency: Annotated[int, Meta(gt=0, le=1024)] = 64


class Quota(Part, frozen=True):
    """How much may be asked in a day that begins at UTC + `utc_hours`. `left` finds the system's counter in a reply."""

    per_day: Annotated[int, Meta(gt=0)]
    left: Expression = ""
    utc_hours: Annotated[int, Meta(ge=-12, le=14)] = 7


class System(Part, frozen=True):
    """The system, and the subsystem of the federation that it is. `base` is the only address that is ever reached."""

    name: str
    kind: str
    subsystem: str
    base: str = ""
    limits: Limits = Limits()
    quota: Quota | None = None


class Failures(Part, frozen=True):
    """How the system says no inside an answer: truths about its reply. `reason` finds its sentence."""

    not_found: Expression = ""
    mismatch: Expression = ""
    business_rule: Expression = ""
    upstream_auth: Expression = ""
    upstream_quota: Expression = ""
    upstream_retry: Expression = ""
    upstream_garbage: Expression = ""
    upstream_down: Expression = ""
    reason: Expression = ""


class Asked(Part, frozen=True):
    """The half of a declared question that no protocol changes: its form, its answer, its ways of failing.

    `question` is a JSON Schema; `answer` gives each field of the normal form; `warn` names truths that are told in the
    field `peringatan` and never refuse. `take` (it sees `reply`, `question`, `before`) finds the part of the reply that
    is about the question; where it finds nothing, nothing is held. Without it the whole reply is meant.
    """

    question: dict[str, Any]
    answer: dict[str, Expression]
    take: Expression = ""
    failures: Failures = Failures()
    warn: dict[str, Expression] = field(default_factory=dict)


class Description(Part, frozen=True):
    """What every file begins with. `secrets` gives, for a local name, the name of the entry that holds the value."""

    system: System
    secrets: dict[str, str] = field(default_factory=dict)


class Secrets(Mapping[str, str]):
    """Local name -> secret value. Never shows a value when printed."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(self._values)})"


class Source(NamedTuple):
    """All that a kind's `make` needs: its description, its secrets, the folder of the file, the day's budget."""

    description: Any
    secrets: Secrets
    folder: Path
    budget: Budget
