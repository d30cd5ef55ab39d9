"""`terpadu check FILE`: examine a portal. Exit 0: nothing is broken; 1: something is, and what to do."""

from __future__ import annotations

from typing import Annotated

import typer

from terpadu.cli.doctor import lines
from terpadu.cli.portal import File, begin


def check(
    file: File,
    deploy: Annotated[
        bool, typer.Option("--deploy", help="periksa juga yang hanya diperlukan untuk orang sungguhan")
    ] = False,
) -> None:
    """Periksa sebuah portal: basis data, layanan, kunci, simpul; dengan --deploy juga alamat, surel, pekerja, registri."""
    begin(file)
    from terpadu.cli.portal_check import examine

    found = examine(deploy)
    width = max(len(one.subject) for one in found)
    for one in found:
        typer.echo("\n".join(lines(one, width)))
    raise typer.Exit(1 if any(one.word == "rusak" for one in found) else 0)
