"""A decree's table into the database: each row with its verdict, all of it in one transaction, the same file twice harmless.

Figures are taken as they were printed. What cannot be true in them is written beside them, never put right: the decree is the
authority, and whoever reads a result sees what does not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Literal

from django.db import transaction
from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.spbe import contradictions, naming, published
from terpadu.spbe.models import Decree, Instansi, Result
from terpadu.spbe.naming import Known
from terpadu.spbe.published import INDEX, Published
from terpadu.spbe.tables import shown

LONGEST_PAGE = 20
Status = Literal["taken", "same", "refused"]


class Verdict(Struct, frozen=True):
    """What became of a row, and why."""

    line: int
    status: Status
    reason: str = ""


def publish(path: Path, decree: Decree) -> list[Verdict]:
    """Bring the results of a file in under a decree. Raises `BadInput` where nothing can be said of any row."""
    rows, faults = published.read(path)
    verdicts = [Verdict(fault.line, "refused", fault.told()) for fault in faults]
    told: dict[int, list[str]] = {}
    for one in contradictions.find(rows):
        told.setdefault(one.line, []).append(one.told().partition(", ")[2])
    with transaction.atomic():
        decree = _same(decree)
        for row in rows:
            verdicts.append(_take(row, decree, told.get(row.line, [])))
    return sorted(verdicts, key=lambda verdict: verdict.line)


def _same(decree: Decree) -> Decree:
    """The decree as it stands already, or this one from now on. Its day and its moment are not changed by a second file."""
    found = Decree.objects.filter(number=decree.number).first()
    if found is None:
        decree.save()
        return decree
    if (found.dated, found.public_from) != (decree.dated, decree.public_from):
        raise BadInput(
            f"Expected {decree.number} with its day {found.dated} and public from {found.public_from.isoformat()}, "
            f"as it was brought in; got {decree.dated} and {decree.public_from.isoformat()}."
        )
    return found


def _take(row: Published, decree: Decree, told: Sequence[str]) -> Verdict:
    meant = naming.known(row.instansi)
    wrong = _wrong(row, meant)
    if wrong or meant is None:
        return Verdict(row.line, "refused", f"line {row.line}: {wrong}")
    return _write(row, decree, meant, list(told))


def _wrong(row: Published, meant: Known | None) -> str:
    """Why this row is no result of an instansi; empty where it is one."""
    index, scale = row.figures.get(INDEX), row.instrument
    if row.mean_of is not None:
        return f"expected an instansi, found a mean: {row.instansi}"
    if meant is None:
        return f"expected an instansi that is listed, found {row.instansi!r}"
    if index is None or not scale.lowest <= index <= scale.highest:
        return f"expected an index from {scale.lowest} to {scale.highest}, found {index}"
    if row.predicate.lower() not in {one.name.lower() for one in scale.predicates}:
        return f"expected a predicate of {scale.short}, found {shown(row.predicate)}"
    return "" if len(row.page) <= LONGEST_PAGE else f"expected a page, found {shown(row.page)}"


def _write(row: Published, decree: Decree, meant: Known, told: list[str]) -> Verdict:
    figures = {
        f"{kind[0]}{number}": _printed(value) for (kind, number), value in row.figures.items() if kind != "index"
    }
    index = row.figures[INDEX]
    instansi, _ = Instansi.objects.get_or_create(
        key=meant.key, defaults={"name": meant.name, "kind": meant.kind, "province": meant.province}
    )
    as_printed = {"printed": _printed(index), "predicate": row.predicate, "page": row.page, "figures": figures}
    result, made = Result.objects.get_or_create(
        instansi=instansi, year=row.year, decree=decree,
        defaults={**as_printed, "index": index, "instrument": row.instrument.id, "contradictions": told},
    )  # fmt: skip
    if made:
        return Verdict(row.line, "taken", "; ".join(told))
    if {name: getattr(result, name) for name in as_printed} == as_printed:
        return Verdict(row.line, "same")
    return Verdict(
        row.line, "refused", f"line {row.line}: {meant.name} {row.year} stands under this decree with other figures"
    )


def _printed(value: Decimal) -> str:
    """With two decimals at least, as results are published; spreadsheets drop zeros."""
    return f"{value:.2f}" if -int(value.as_tuple().exponent) < 2 else f"{value:f}"
