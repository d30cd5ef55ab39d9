"""Scores as others read them: JSON for programs, lines for people. Unrounded decimals as text; the printed form beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from terpadu.spbe.assessments import Assessment
from terpadu.spbe.lifting import Gap, Plan
from terpadu.spbe.rounding import spoken
from terpadu.spbe.score import Figure, Score

ORIGINS = {
    "official": "resmi",
    "recomputed": "dihitung ulang dari nilai resmi",
    "self-assessed": "dihitung dari penilaian mandiri",
}
"""What a figure is, for people."""


def as_object(assessment: Assessment, score: Score) -> dict[str, Any]:
    """One result for a program. A figure that cannot be computed is null."""
    return {
        "instansi": assessment.instansi,
        "tahun": assessment.year,
        "index": _text(score.index.value),
        "index_printed": _printed(score, score.index),
        "predicate": score.predicate,
        "domains": {str(one.part.number): _text(one.value) for one in score.figures("domain")},
        "domains_printed": {str(one.part.number): _printed(score, one) for one in score.figures("domain")},
        "aspects": {str(one.part.number): _text(one.value) for one in score.figures("aspect")},
        "aspects_printed": {str(one.part.number): _printed(score, one) for one in score.figures("aspect")},
        "missing": list(score.missing),
        "doubts": list(score.doubts),
        "instrument": score.instrument.id,
        "instrument_standing": score.instrument.standing,
        "origin": score.origin,
    }


def lines(pairs: Sequence[tuple[Assessment, Score]]) -> list[str]:
    """A table with a line for each result, and behind it what must be known of it."""
    rows = [
        (one.instansi, str(one.year), _printed(score, score.index) or "-", score.predicate or "-")
        for one, score in pairs
    ]
    head, *told = table(("instansi", "tahun", "indeks", "predikat"), rows)
    noted = zip(told, pairs, strict=True)
    return [head, *("".join([line, *(f"  ({note})" for note in _notes(score))]) for line, (_, score) in noted)]


def explained(assessment: Assessment, score: Score) -> list[str]:
    """How each figure came about, from the indicators to the index."""
    told = [f"{assessment.instansi} {assessment.year}, {score.instrument.short}: {ORIGINS[score.origin]}"]
    for kind, word in (("aspect", "Aspek"), ("domain", "Domain")):
        for one in score.figures(kind):
            told.append(f"  {word} {one.part.number} {one.part.name}")
            told.append(f"    {one.told()}" + (f", dicetak {_printed(score, one)}" if one.value is not None else ""))
    told.append(f"  {score.instrument.figure}")
    told.append(f"    {score.index.told()}")
    if score.index.value is not None:
        told.append(
            f"    tidak dibulatkan {score.index.value}, dicetak {_printed(score, score.index)}: {score.predicate}"
        )
    return told


def planned(found: Plan) -> list[str]:
    """The steps of a plan as a table with their criteria, and what comes of them."""
    before, after = found.before, found.after
    told = [f"{_printed(before, before.index)} ({before.predicate}) -> {found.target} (mulai {spoken(found.needed)})"]
    if not found.steps:
        return [*told, "  Sudah tercapai."]
    told.append(
        f"  Paling sedikit {len(found.steps)} tingkat; sesudahnya {_printed(after, after.index)} ({after.predicate}). "
        "Indikator lain dengan bobot yang sama dapat menggantikan."
    )
    for step in found.steps:
        told.append(f"  i{step.indicator} {step.name}: tingkat {step.reached} {step.level_name}, +{spoken(step.gain)}")
        told += [f"    {step.criterion}"] * bool(step.criterion)
    return told


def gap_table(found: Iterable[Gap]) -> list[str]:
    """The gap list as a table."""
    rows = [
        (f"i{one.indicator}", spoken(one.level), str(one.highest), f"+{spoken(one.gain)}", one.name) for one in found
    ]
    return table(("indikator", "tingkat", "tertinggi", "indeks", "nama"), rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns side by side, as wide as what they hold."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    ]


def _notes(score: Score) -> list[str]:
    found = list(score.doubts)
    if score.missing:
        found.append(f"tanpa indeks: {len(score.missing)} indikator kosong: {', '.join(map(str, score.missing[:8]))}"
                     + (" …" if len(score.missing) > 8 else ""))  # fmt: skip
    return found


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _printed(score: Score, figure: Figure) -> str | None:
    return spoken(score.printed(figure)) or None
