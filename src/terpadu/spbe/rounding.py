"""How a figure is printed and what it is called: the two questions that the regulation leaves open, as switches.

1. PermenPANRB 59/2020 does not say how its two decimals come about. All complete official results agree with half up.
2. An index of 2.5975 is printed 2,60, and 2.60 would be Baik; unrounded it is Cukup. The regulation does not say which counts.

The defaults are half up, and the unrounded value. Where another choice would give another result, `doubts` says so. Why:
docs/decisions (rounding of the index).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Literal, get_args

from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.spbe.written import Predicate

Rounding = Literal["half-up", "half-even"]
Classify = Literal["unrounded", "printed"]
WAYS: dict[str, str] = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN}
CENT = Decimal("0.01")
"""Results are printed with two decimals."""
PLENTY = Context(prec=28)
"""So that the caller's context changes nothing."""


class Rules(Struct, frozen=True):
    """Both switches."""

    rounding: Rounding = "half-up"
    classify: Classify = "unrounded"


USUAL = Rules()


def rules(rounding: str, classify: str) -> Rules:
    """The switches from words. Raises `BadInput` with the words that there are."""
    for word, choice in ((rounding, get_args(Rounding)), (classify, get_args(Classify))):
        if word not in choice:
            raise BadInput(f"Expected one of {', '.join(choice)}, got {word!r}.")
    return Rules(rounding, classify)  # type: ignore[arg-type]


def printed(value: Decimal, way: Rounding = "half-up") -> Decimal:
    """Two decimals, as results are published."""
    return value.quantize(CENT, rounding=WAYS[way], context=PLENTY)


def spoken(value: Decimal | None) -> str:
    """As it stands in a report: 2,95; nothing where there is no value."""
    return "" if value is None else str(value).replace(".", ",")


def predicate(value: Decimal, predicates: Sequence[Predicate]) -> str:
    """The first predicate, from the highest, whose bound the value reaches."""
    return next(one.name for one in predicates if value >= one.least)


def called(value: Decimal, predicates: Sequence[Predicate], rule: Rules = USUAL) -> str:
    """The predicate of an unrounded index under the rules."""
    return predicate(counted(value, rule), predicates)


def counted(value: Decimal, rule: Rules) -> Decimal:
    """The value that is held against the bounds of the predicates."""
    return value if rule.classify == "unrounded" else printed(value, rule.rounding)


def doubts(value: Decimal, predicates: Sequence[Predicate]) -> tuple[str, ...]:
    """Where the regulation's silence matters for this index: a sentence for each choice that would change the result."""
    up, even = printed(value), printed(value, "half-even")
    found = []
    if up != even:
        found.append(f"{value} is printed {up} rounded half up and {even} rounded half to even.")
    unrounded, rounded = predicate(value, predicates), predicate(up, predicates)
    if unrounded != rounded:
        found.append(f"{value} is {unrounded} unrounded; as printed, {up}, it would be {rounded}.")
    return tuple(found)
