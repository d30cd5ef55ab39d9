"""What tests of the index share: the official results, instruments small enough to try everything, tables as files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook

from terpadu.spbe import instrument
from terpadu.spbe.instrument import Instrument

OFFICIAL = json.loads((Path(__file__).parents[1] / "vectors/spbe/official.json").read_text(encoding="utf-8"))
SPBE = instrument.by_id("permenpanrb-59-2020")
PEMDI = instrument.by_id("permenpanrb-8-2026")

TINY = """
id = "kecil"
title = "Peraturan Kecil"
short = "Kecil 1/2000"
figure = "Indeks Kecil"
first_year = 2000
standing = "official"
source = "made for a test"
target = "Baik"
lowest = {lowest}

[levels]
proses = [{names}]

[[predicate]]
name = "Baik"
from = {bound}
[[predicate]]
name = "Kurang"
from = {lowest}
{aspects}{indicators}
"""


class Reckoned(NamedTuple):
    """A score by another way: fractions, and the regulation's own three divisions."""

    index: Fraction
    domains: dict[int, Fraction]
    aspects: dict[int, Fraction]


def tiny(folder: Path, weights: Sequence[Sequence[str]], bound: str = "2.6", lowest: int = 1) -> Instrument:
    """An instrument of one file with these weights, one row an aspect; three levels."""
    number, aspects, indicators = 0, "", ""
    names = ", ".join(f'"T{level}"' for level in range(3))
    criteria = ", ".join(f'"ukuran {level}"' for level in range(3))
    for place, row in enumerate(weights, 1):
        whole = sum(map(Decimal, row), Decimal())
        aspects += f'[[aspect]]\nnumber = {place}\nname = "A{place}"\nweight = {whole}\nlevels = "proses"\n'
        for weight in row:
            number += 1
            indicators += f'[[indicator]]\nnumber = {number}\naspect = {place}\nname = "I{number}"\nweight = {weight}\n'
            indicators += f"criteria = [{criteria}]\n"
    path = folder / "kecil.toml"
    path.write_text(TINY.format(names=names, bound=bound, lowest=lowest, aspects=aspects, indicators=indicators))
    return instrument.load(path)


def reckoned(found: Instrument, levels: Mapping[int, Any]) -> Reckoned:
    """Slow and apart from the product: the formulas of Tabel 10 to 12 one after the other, in fractions."""
    aspects, domains = {}, {}
    for aspect in instrument.parts_of(found, "aspect"):
        total = sum(Fraction(levels[one.number]) * Fraction(one.weight) for one in aspect.parts)
        aspects[aspect.number] = total / Fraction(aspect.weight)
    for domain in instrument.parts_of(found, "domain"):
        total = sum(aspects[one.number] * Fraction(one.weight) for one in domain.parts)
        domains[domain.number] = total / Fraction(domain.weight)
    tops = domains or aspects
    return Reckoned(sum(tops[one.number] * Fraction(one.weight) / 100 for one in found.index.parts), domains, aspects)


def header(found: Instrument) -> list[str]:
    """The columns of a table of assessments."""
    return ["instansi", "tahun", *(f"i{number}" for number in found.indicators)]


def write_csv(path: Path, rows: Iterable[Sequence[object]], delimiter: str = ",") -> Path:
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def write_xlsx(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    """An XLSX file with one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr]
    book.save(path)
    return path


def write_json(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """The same as a list of objects."""
    path.write_text(json.dumps([dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]))
    return path


def published(results: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Official results as a table of published figures, header first; a test may change cells."""
    rows: list[list[Any]] = [
        ["instansi", "tahun", *(f"a{n}" for n in range(1, 9)), *(f"d{n}" for n in range(1, 5)), "indeks", "predikat"]
    ]
    for one in results:
        domains = one["domains"] or [""] * 4
        rows.append([one["instansi"], one["year"], *one["aspects"], *domains, one["index"], one["predicate"] or ""])
    return rows
