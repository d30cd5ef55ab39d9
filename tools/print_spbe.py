"""The page docs/reference/spbe-rules.md, from the instruments themselves; `tools.print_reference` writes and checks it."""

from __future__ import annotations

from terpadu.spbe import instrument, rounding
from terpadu.spbe.instrument import Instrument

NOTE = "<!-- Printed by `python -m tools.print_reference` from src/terpadu/spbe/instruments; change these. -->"

HEAD = f"""# The rules of the SPBE index

{NOTE}

What is computed, from what, and by which weights. How to use it: [Score an SPBE
assessment](../how-to/score-an-spbe-assessment.md). The code: `spbe/score.py`.

## One rule on all levels

A figure is the weighted mean of its parts. Points of an indicator are its level times its weight; points of anything else are
the points of its parts, added; a value is points divided by weight. That equals the formulas of PermenPANRB 59/2020 (Bab II.B.4,
Tabel 10 to 12), which divide at every step and multiply at the next.

- All sums are exact decimals. With the weights of 2020 an index has at most four decimals. What does not end (19/6) has 28
  digits.
- Nothing is computed from a rounded figure. Printed figures are rounded at the very end, {rounding.USUAL.rounding}.
- A predicate comes from the {rounding.USUAL.classify} index. Both are choices ([why, and how to
  switch](../decisions/0017-an-index-is-rounded-last.md)); an index that they matter for says so.
- A level is cumulative: the highest n such that the criteria of 1 to n are all met.
- A missing level means no index, no domain and no aspect above it. All other figures stand.
- A figure is `official` (as published), `recomputed` (here, from published levels) or `self-assessed` (here, from an instansi's
  own).

## Which year has which instrument

| years | instrument | figure | taken from |
|---|---|---|---|
"""

MIDDLE = """
An instrument is held to its years. There is no Indeks SPBE 2026. For 2020 and before none is installed; PermenPANRB 5/2018, whose
levels begin at 0, would be one more file (`lowest = 0`).
"""


def page() -> str:
    """The whole page."""
    installed = instrument.installed()
    rows = "\n".join(f"| {_years(one)} | {one.short} | {one.figure} | {_standing(one)} |" for one in installed)
    return "\n".join((HEAD + rows, MIDDLE, *(line for one in installed for line in _instrument(one))))


def _years(one: Instrument) -> str:
    return f"{one.first_year} to {one.last_year}" if one.last_year else f"from {one.first_year}"


def _standing(one: Instrument) -> str:
    return {
        "official": "the official copy",
        "secondary": "**secondary sources: compare with the official copy before publishing anything**",
    }[one.standing]


def _instrument(one: Instrument) -> list[str]:
    return [
        f"## {one.short}",
        "",
        f"{one.title}.",
        "",
        *_source(one),
        "| part | weight % | |",
        "|---|---|---|",
        *_parts(one),
        "",
        *_predicates(one),
        "",
        *_errata(one),
    ]


def _source(one: Instrument) -> list[str]:
    ended = [f"Ended by {one.ended_by}.", ""] if one.ended_by else []
    return [f"Source: {one.source}.", "", *ended]


def _parts(one: Instrument) -> list[str]:
    rows = []
    for part in instrument.walk(one.index):
        if part.kind == "index":
            continue
        name = f"**{part.kind} {part.number}**" if part.kind == "domain" else f"{part.kind} {part.number}"
        told = one.indicators[part.number].measured_by if part.kind == "indicator" else ""
        rows.append(f"| {name} | {part.weight} | {part.name}{f' (measured by {told})' if told else ''} |")
    return rows


def _predicates(one: Instrument) -> list[str]:
    names = [f"{each.name}{f' ({each.alias})' if each.alias else ''}" for each in one.predicates]
    bounds = [each.least for each in one.predicates]
    ends = [f"to {one.highest}", *(f"below {bound}" for bound in bounds)]
    rows = [f"| {name} | {least} | {end} |" for name, least, end in zip(names, bounds, ends, strict=False)]
    return ["| predicate | from | |", "|---|---|---|", *rows]


def _errata(one: Instrument) -> list[str]:
    rows = [f"- Indicator {each.number}: {each.erratum}" for each in one.indicators.values() if each.erratum]
    return ["Errata, the official text being kept as printed:", "", *rows, ""] if rows else []
