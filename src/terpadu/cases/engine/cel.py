"""The only language of a process file: CEL over what is known of a case. No program from a file ever runs.

`subjek` (the person and what they typed), `fakta`, `tidak_ada` (facts that their authority does not have), `hasil` (answers of
acts and officers, by step), `ditolak` (the sentence of an act that its system refused), `jawaban` (what was typed), `putusan`
(by step: 'setuju' or 'tolak'), `hari_ini`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NoReturn

import cel

from terpadu.errors import BadInput, TerpaduError
from terpadu.services.conditions import FUNCTIONS

VARIABLES = frozenset(("subjek", "fakta", "tidak_ada", "hasil", "ditolak", "jawaban", "putusan", "hari_ini"))
DEADLINE = "hari_kerja"
"""In timers: `hari_kerja(3)` is the moment at which three working days from now are over."""
_BUILT_IN = frozenset(
    (
        "size",
        "has",
        "contains",
        "startsWith",
        "endsWith",
        "matches",
        "int",
        "double",
        "string",
        "exists",
        "all",
        "filter",
        "map",
    )
)


class Undecided(TerpaduError):
    """A condition needs something that is not known (yet)."""

    code = "not-found"

    def __init__(self, expression: str) -> None:
        super().__init__(f"Expected to know what {expression!r} needs; it is not known. Ask again later.")
        self.expression = expression


@lru_cache(maxsize=4096)
def compiled(expression: str) -> cel.Program:
    """An expression that names only what processes may name. Raises `BadInput` with where it goes wrong."""
    try:
        program = cel.compile(expression)
    except ValueError as error:
        raise BadInput(f"expected a CEL expression, got {expression!r}: {_short(error)}") from None
    named = program.references()
    bound = set(named["variables"]) - VARIABLES - _bound(expression)
    called = {name for name in named["functions"] if name[0].isalpha()} - _BUILT_IN - {DEADLINE, *FUNCTIONS}
    if strange := sorted(bound | called | {name for name in named["functions"] if name.startswith("__")}):
        raise BadInput(f"expected {expression!r} to name only what a process knows; it names {', '.join(strange)}")
    return program


def evaluate(expression: str, known: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """What an expression gives. Raises `Undecided` where something that it needs is not known."""
    program = compiled(expression)
    try:
        return program.execute(cel.Context(dict(known), {**FUNCTIONS, **functions}))
    except (KeyError, RuntimeError, TypeError, ValueError, ArithmeticError):
        raise Undecided(expression) from None


class OnlyCel:
    """What the process library asks to evaluate and to execute: the one is CEL, the other is refused."""

    def __init__(self, known: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> None:
        self._known, self._functions = known, functions

    def evaluate(self, task: object, expression: str, external_context: object = None) -> Any:
        """A condition or a timer's moment."""
        return evaluate(expression, self._known, self._functions)

    def execute(self, task: object, script: object, external_context: object = None) -> NoReturn:
        """Never."""
        raise BadInput("Expected a process without programs; it holds one. Correct the file.")

    call_service = validate = execute


def _bound(expression: str) -> set[str]:
    """Names that a macro of the expression itself brings, as in `fakta.x.exists(satu, satu > 2)`."""
    macros = ("exists", "all", "filter", "map")
    parts = [part for macro in macros for part in expression.split(f".{macro}(")[1:]]
    return {part.split(",", 1)[0].strip() for part in parts}


def _short(error: Exception) -> str:
    return " ".join(str(error).split(" | ", 1)[0].split("\n", 1)[0].split())[:200].rstrip(".")
