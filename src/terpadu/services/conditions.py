"""Conditions of a service, in CEL: over `subjek` (the person and what they typed), `fakta`, `tidak_ada`, `hari_ini`.

`tidak_ada` lists the facts that their authority does not have (not those whose authority is silent). Dates are texts like
2026-11-24, which sort as dates do. A condition over something that is not known is neither true nor false: nobody is sent
away because a register is down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import cel

from terpadu.errors import BadInput
from terpadu.services import names

VARIABLES = ("subjek", "fakta", "tidak_ada", "hari_ini")
_PATH = re.compile(r"\b(subjek|fakta)\.([a-z_][a-z0-9_.]*)")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")


def days_between(first: str, last: str) -> int:
    """Days from one date to the other, negative where it lies before."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def age(born: str, on: str) -> int:
    """Whole years on a day. Someone born on 29 February is a year older on 1 March of a common year."""
    birth, day = date.fromisoformat(born), date.fromisoformat(on)
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "hari_antara": days_between,
    "umur": age,
    "jumlah_kata": names.words,
    "huruf_saja": names.only_letters,
    "tanpa_singkatan": names.unabbreviated,
    "nama_sah": names.proper,
    "nama_sama": names.same,
}


@lru_cache(maxsize=1024)
def compiled(expression: str) -> cel.Program:
    """A condition. Raises `BadInput` with where it goes wrong."""
    try:
        program = cel.compile(expression)
    except ValueError as error:
        raise BadInput(f"Expected a CEL expression, got {expression!r}: {_short(error)}.") from None
    strange = sorted(set(program.references()["variables"]) - set(VARIABLES))
    if strange:
        raise BadInput(f"Expected {expression!r} to name {', '.join(VARIABLES)}; {', '.join(strange)} is none of them.")
    return program


def holds(expression: str, known: Mapping[str, Any]) -> bool | None:
    """True, false, or None where something that it needs is not known."""
    try:
        found = compiled(expression).execute(cel.Context(dict(known), FUNCTIONS))
    except (KeyError, RuntimeError, TypeError, ValueError, ArithmeticError):
        return None
    return found if isinstance(found, bool) else None


def paths(expression: str) -> set[tuple[str, str]]:
    """What a condition reads: ("fakta", "ibu.nama"), ("subjek", "nama_bayi")."""
    return {(root, path.rstrip(".")) for root, path in _PATH.findall(_QUOTED.sub("''", expression))}


def called(expression: str) -> set[str]:
    """The functions that a condition calls by name."""
    return {name for name in compiled(expression).references()["functions"] if name.isidentifier() and name[0] != "_"}


def _short(error: Exception) -> str:
    """The parser's first sentence; its drawing of the place is left out."""
    return " ".join(str(error).split(" | ", 1)[0].split("\n", 1)[0].split())[:200].rstrip(".")
