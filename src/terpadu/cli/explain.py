"""`terpadu explain RECEIPT --settings NODE.toml`: why an exchange was allowed or refused. Arguments only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from terpadu.cli import kept
from terpadu.cli.node import plan_of
from terpadu.exchange.explaining import explain_file, explain_number


def explain(
    receipt: Annotated[str, typer.Argument(help="Berkas bukti, atau nomor pesan.", metavar="RECEIPT")],
    settings: Annotated[Path, typer.Option(help="Setelan simpul (TOML): jurnal siapa, federasi yang mana.")],
) -> None:
    """Jelaskan satu pertukaran: kaidah yang memutuskan, kesepakatannya, dan apa yang kurang."""
    plan = plan_of(settings)
    rights, file = kept.rights(kept.taken(plan)), Path(receipt)
    if file.is_file():
        told = explain_file(file.read_bytes(), plan.root.read_bytes(), rights)
    else:
        told = explain_number(receipt, kept.reading(plan, rights), rights)
    typer.echo("\n".join(told))
