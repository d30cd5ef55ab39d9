"""`terpadu doctor SETTINGS`: examine a node. Exit 0: nothing is broken; 1: something is, and what to do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from terpadu.cli import kept
from terpadu.cli.node import plan_of
from terpadu.clock import system_clock
from terpadu.errors import BadInput
from terpadu.exchange.examination import Finding, Patient, examine
from terpadu.exchange.plan import Plan
from terpadu.journal.reading import Reading
from terpadu.model.rights import Rights
from terpadu.trust import keys as node_keys


def doctor(
    file: Annotated[Path, typer.Argument(help="Setelan simpul (TOML).", metavar="SETTINGS")],
) -> None:
    """Periksa sebuah simpul: jam, cakram, kunci, federasi, jurnal, pintu, dan sistem di belakangnya."""
    found = asyncio.run(examine(_patient(plan_of(file))))
    width = max(len(one.subject) for one in found)
    for one in found:
        typer.echo("\n".join(lines(one, width)))
    raise typer.Exit(1 if any(one.word == "rusak" for one in found) else 0)


def lines(one: Finding, width: int) -> list[str]:
    first = f"{one.subject:{width}}  {one.word:9}  {one.found}"
    return [first, *([f"{'':{width}}  {'':9}  -> {one.step}"] if one.step else [])]


def _patient(plan: Plan) -> Patient:
    taken = kept.taken(plan)
    rights = kept.rights(taken)
    return Patient(plan, node_keys.load(plan.keys), taken, rights, _reading(plan, rights), system_clock)


def _reading(plan: Plan, rights: Rights) -> Reading | None:
    try:
        return kept.reading(plan, rights)
    except BadInput:
        return None
