"""`terpadu service …`: a service's folder, checked before it is put up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from terpadu.cli.told import Told
from terpadu.facts import vocabulary

app = typer.Typer(cls=Told, no_args_is_help=True, help="Layanan: memeriksa map layanan sebelum dipasang.")


@app.callback()
def _group() -> None:
    """A group, though it has one command yet."""


@app.command()
def check(
    folders: Annotated[list[Path], typer.Argument(help="Map layanan, satu atau lebih.")],
    words: Annotated[
        Path | None, typer.Option("--vocabulary", help="Map kosakata data; tanpa ini milik produk.")
    ] = None,
) -> None:
    """Memeriksa service.toml, form.json, pesan dan process.bpmn; mencetak semua yang keliru, lalu berakhir dengan 1."""
    from terpadu.services import checking  # conditions need the portal's libraries, a node has none

    known = vocabulary.load(words)
    wrong = 0
    for folder in folders:
        problems = checking.check(folder, known)
        wrong += len(problems)
        typer.echo(f"{folder}: {f'{len(problems)} keliru' if problems else 'siap'}")
        for problem in problems:
            typer.echo(f"  {problem}")
    raise typer.Exit(1 if wrong else 0)
