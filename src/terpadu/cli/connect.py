"""`terpadu connect …`: a first connector.toml from what a system publishes, and the way into SATUSEHAT. Arguments only."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Raw
from msgspec.json import encode

from terpadu import settings
from terpadu.cli.told import Told
from terpadu.connectors.drafts import KINDS
from terpadu.connectors.feed.description import Node
from terpadu.connectors.feed.feed import Send
from terpadu.connectors.feed.running import run, told
from terpadu.errors import BadInput, Refused
from terpadu.exchange.client import NodeClient, Why
from terpadu.model.identifiers import service_id, subsystem_id
from terpadu.model.message import Answer

app = typer.Typer(
    cls=Told, no_args_is_help=True, help="Hubungkan sistem yang sudah ada: tulis connector.toml pertamanya."
)

Out = Annotated[Path | None, typer.Option("--out", help="Berkas yang ditulis; tanpa ini dicetak.")]


def _draft(kind: str, source: str, out: Path | None) -> None:
    text = KINDS[kind](source)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput(f"Expected a new file, got {out}, which exists; give another name.") from None
    except OSError as error:
        raise BadInput(f"Expected to write {out}, could not ({error.strerror}); give another name.") from None
    typer.echo(f"{out} ditulis. Baca dan sunting setiap baris bertanda EDIT.")


@app.command()
def openapi(source: str, out: Out = None) -> None:
    """Dari dokumen OpenAPI 3 (berkas atau alamat): satu layanan untuk tiap operasi."""
    _draft("openapi", source, out)


@app.command()
def wsdl(source: str, out: Out = None) -> None:
    """Dari WSDL (berkas atau alamat): satu layanan untuk tiap operasi."""
    _draft("wsdl", source, out)


@app.command()
def sql(source: str, out: Out = None) -> None:
    """Dari katalog basis data (sqlite:///berkas, postgresql://peran@host/nama): satu layanan untuk tiap tabel berkunci."""
    _draft("sql", source, out)


@app.command()
def csv(source: str, out: Out = None) -> None:
    """Dari berkas CSV berjudul kolom: satu kiriman berkas dengan putusan tiap baris."""
    _draft("csv", source, out)


@app.command()
def feed(
    description: Path,
    secrets: Annotated[Path | None, typer.Option(help="Berkas rahasia (hanya terbaca pemiliknya).")] = None,
    again: Annotated[bool, typer.Option("--again", help="Coba lagi baris yang pernah ditolak.")] = False,
) -> None:
    """Kirim baris baru dan berubah ke SATUSEHAT lewat simpul sendiri; boleh diulang dan dihentikan kapan saja."""
    try:
        report = asyncio.run(run(description, settings.secrets(secrets), through, again))
    except Refused as refusal:
        raise Refused(refusal.code, f"Belum selesai: {refusal.sentence} Jalankan lagi nanti.") from refusal
    typer.echo(told(report))


def through(node: Node, token: str) -> Send:
    """The way of a Bundle through the own node: an exchange like any other."""
    client, service = NodeClient(node.address, subsystem_id(node.client), token), service_id(node.service)

    async def send(bundle: bytes, key: str) -> Answer:
        try:
            async with asyncio.timeout(node.seconds):
                reply = await client.ask(service, Raw(bundle), Why(purpose=node.purpose, key=key), node.path)
        except TimeoutError:
            raise Refused("peer-timeout", "Expected the own node to answer in time, it did not.") from None
        return Answer(status=200, reason="OK", headers=(), body=encode(reply.value))

    return send
