"""The form of an instrument's file, as people write it: TOML, unknown keys are errors, numbers are read as exact decimals."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from terpadu.errors import BadInput

Standing = Literal["official", "secondary"]
"""Taken from the official copy of the regulation, or from what others say of it."""

WHOLE = Decimal(100)
"""The weight of an index, in percent."""


class Predicate(Struct, frozen=True, forbid_unknown_fields=True, rename={"least": "from"}):
    """What an index is called from `least` on, up to the next higher predicate."""

    name: str
    least: Decimal
    alias: str = ""


class Weighted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What has a weight, in percent of the whole index."""

    number: int
    name: str
    weight: Decimal


class Domain(Weighted, frozen=True, kw_only=True):
    """The upper level of PermenPANRB 59/2020."""


class Aspect(Weighted, frozen=True, kw_only=True):
    """`levels` names one of the file's rows of level names; `domain` is left out where an instrument has none."""

    levels: str
    domain: int | None = None


class Indicator(Weighted, frozen=True, kw_only=True):
    """`criteria` begin with the lowest level, in the words of the regulation; `erratum` says what is misprinted there.

    `measured_by`: another agency's score, which need not be a whole number.
    """

    aspect: int
    question: str = ""
    criteria: tuple[str, ...] = ()
    erratum: str = ""
    measured_by: str = ""


class Written(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file. `lowest` is the value of the first level: 1, or 0 as in PermenPANRB 5/2018."""

    id: str
    title: str
    short: str
    figure: str
    first_year: int
    standing: Standing
    source: str
    target: str
    levels: dict[str, tuple[str, ...]]
    predicate: tuple[Predicate, ...]
    aspect: tuple[Aspect, ...]
    indicator: tuple[Indicator, ...]
    domain: tuple[Domain, ...] = ()
    lowest: int = 1
    last_year: int | None = None
    ended_by: str = ""

    @property
    def highest(self) -> int:
        """The value of the last level."""
        return self.lowest + max(map(len, self.levels.values()), default=1) - 1


def read(path: Path) -> Written:
    """A file in its form, not yet validated. Raises `BadInput` with the place that is wrong."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return msgspec.convert(raw, Written)
    except OSError as error:
        raise BadInput(f"Expected an instrument at {path}: {error.strerror}. Name another file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"Expected TOML in {path}: {error}. Correct that place.") from None
    except msgspec.ValidationError as error:
        raise BadInput(f"Expected the form of an instrument in {path}: {error}. Correct that field.") from None
