"""`terpadu verify FILE --root ROOT`: prove one exchange offline. Exit 0: proven; 1: broken; 2: unreadable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from terpadu.errors import BadInput, EvidenceBroken
from terpadu.signing import evidence


def verify(
    file: Annotated[Path, typer.Argument(help="Berkas bukti.", metavar="FILE")],
    root: Annotated[Path, typer.Option(help="Jangkar kepercayaan: root.json, atau barisnya sebagai teks.")],
) -> None:
    """Buktikan satu pertukaran dari satu berkas, tanpa jaringan."""
    try:
        found = evidence.verify(_read(file), _read(root))
    except EvidenceBroken as error:
        typer.echo(f"BROKEN. {error.sentence}", err=True)
        raise typer.Exit(1) from None
    typer.echo("\n".join(("PROVEN", *(f"  {one}" for one in found.proven))))
    typer.echo("\n".join(("NOT PROVEN", *(f"  {one}" for one in found.not_proven))))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"Expected a file at {path}: {error.strerror}. Name another.") from None
