"""`terpadu node …`: a node's own keys and its joining request. Arguments only; the work is in `terpadu.trust.keys`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from terpadu.cli.told import Told
from terpadu.errors import BadInput
from terpadu.trust import files, keys, request, secret

app = typer.Typer(cls=Told, no_args_is_help=True, help="Kunci sebuah simpul.")
_secret = typer.Typer(no_args_is_help=True, help="Rahasia yang harus sama di semua simpul satu anggota.")
app.add_typer(_secret, name="secret")

Host = Annotated[str, typer.Option(help="Alamat tempat simpul lain menghubungi.")]
Port = Annotated[int, typer.Option(help="Porta untuk simpul lain.", min=1, max=65535)]


@app.command()
def init(
    directory: Path,
    node: Annotated[str, typer.Option("--id", help="INSTANCE/CLASS/MEMBER/NODE")],
    host: Host,
    port: Port,
) -> None:
    """Buat kunci simpul dan berkas permintaan bergabung (request.json)."""
    own = keys.create(directory, node)
    place = directory / "request.json"
    files.write_whole(place, request.ask(request.node_of(own.node, host, port), own.keys))
    typer.echo(f"Kunci {node} dibuat di {directory}. Kirim {place} ke registri; kunci pribadi tetap di sini.")


@app.command()
def renew(directory: Path, use: str, host: Host, port: Port) -> None:
    """Buat kunci generasi berikut (frame, tls, journal, witness) dan permintaannya."""
    new = keys.renew(directory, keys.use_of(use))
    node = request.node_of(keys.load(directory).node, host, port)
    place = directory / f"request-{new.use}-{new.generation}.json"
    files.write_whole(place, request.ask(node, [new]))
    typer.echo(f"Kunci {new.use} generasi {new.generation} dibuat; kirim {place} ke registri.")


@_secret.command()
def give(directory: Path) -> None:
    """Keluarkan rahasia idempotensi ke pipa, untuk simpul lain milik anggota yang sama."""
    if sys.stdout.isatty():
        raise BadInput("Expected a pipe, not a screen: `terpadu node secret give A | terpadu node secret take B`.")
    typer.echo(secret.line(keys.load(directory)))


@_secret.command()
def take(directory: Path) -> None:
    """Terima rahasia idempotensi dari pipa; mulai ulang simpulnya setelah itu."""
    giver, mark = secret.take(directory, sys.stdin.read(secret.LIMIT + 1))
    typer.echo(f"Rahasia idempotensi kini sama dengan {giver} (sidik {mark}). Mulai ulang simpul ini.")
    typer.echo("Permintaan yang dikirim simpul ini sebelumnya jangan diulang dengan kunci yang sama.")
