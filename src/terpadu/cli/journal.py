"""`terpadu journal …`: look at a node's evidence, prove from it, destroy contents, give a lost one up. Arguments only."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from terpadu.cli import kept
from terpadu.cli.node import plan_of
from terpadu.cli.told import Told
from terpadu.clock import system_clock
from terpadu.errors import BadInput
from terpadu.exchange.plan import Plan
from terpadu.journal import orders
from terpadu.journal.deferrals import Deferral, defer
from terpadu.journal.home import is_held
from terpadu.journal.index import Row
from terpadu.journal.journal import Journal
from terpadu.journal.layout import newest_generation
from terpadu.journal.opening import permit
from terpadu.journal.orders import Order
from terpadu.journal.reading import Reading
from terpadu.journal.secrets import Secrets
from terpadu.signing.keys import signer
from terpadu.trust import keys as node_keys
from terpadu.trust.registry import registry_of

app = typer.Typer(cls=Told, no_args_is_help=True, help="Bukti sebuah simpul: periksa, lihat, buktikan, musnahkan isi.")

Settings = Annotated[Path, typer.Argument(help="Setelan simpul (TOML).", metavar="SETTINGS")]
_PATIENCE = 600
"""Tenths of a second that a running node may take."""
Number = Annotated[str, typer.Argument(help="X-Road-Request-Id", metavar="NUMBER")]


@app.command()
def check(file: Settings) -> None:
    """Periksa seluruh jurnal: catatan, pohon, titik periksa, dan semua yang ada di sampingnya."""
    plan = plan_of(file)
    reports = _reading(plan).check()
    for report in reports:
        typer.echo(f"{report.origin}: {report.records} catatan, {len(report.problems)} masalah")
        for line in (*report.problems, *report.open):
            typer.echo(f"  {line}")
    raise typer.Exit(1 if any(report.problems for report in reports) else 0)


@app.command()
def show(file: Settings, number: Number) -> None:
    """Tampilkan semua pesan dengan nomor ini, tanpa isi."""
    rows = _reading(plan_of(file)).index().rows("number = ?", number)
    if not rows:
        raise BadInput(f"Expected a message number that this journal holds; {number!r} is not in it.")
    for row in rows:
        typer.echo(_line(row))


@app.command()
def prove(
    file: Settings, number: Number, out: Annotated[Path | None, typer.Option(help="Berkas yang ditulis.")] = None
) -> None:
    """Tulis berkas bukti satu pertukaran; `terpadu verify` membacanya tanpa jaringan."""
    plan = plan_of(file)
    text = _reading(plan).prover().exchange(number, registry_of(kept.taken(plan).files))
    if out is None:
        typer.echo(text.decode(), nl=False)
    else:
        out.write_bytes(text)
        typer.echo(f"Bukti {number} ditulis ke {out}.")


@app.command()
def destroy(
    file: Settings,
    numbers: Annotated[list[str] | None, typer.Argument(help="X-Road-Request-Id", metavar="[NUMBER]...")] = None,
    expired: Annotated[bool, typer.Option(help="Semua yang masa simpannya sudah lewat.")] = False,
    rule: Annotated[str, typer.Option(help="Menurut aturan apa; tercatat.")] = "operator",
) -> None:
    """Musnahkan isi yang disimpan, juga selagi simpul berjalan; bukti tetap berlaku."""
    if bool(numbers) == expired:
        raise BadInput("Expected either message numbers or --expired; name what to destroy.")
    order = Order(numbers=tuple(numbers or ()), rule=rule)
    count = asyncio.run(_destroy(plan_of(file), order))
    typer.echo(f"{count} isi dimusnahkan.")


@app.command("defer")
def put_off(
    file: Settings,
    case: Annotated[str, typer.Argument(help="Perkara yang penglihatannya diberitahukan kemudian.", metavar="CASE")],
    basis: Annotated[str, typer.Option(help="Dasar hukum, misalnya penetapan pengadilan.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Hari mulai diberitahukan.")],
) -> None:
    """Tunda pemberitahuan kepada orangnya untuk satu perkara penyidikan, dengan dasar dan tanggal akhir."""
    ends = int(until.astimezone().timestamp() * 1000)
    made = Deferral(case=case, basis=basis, at=system_clock(), until=ends)
    defer(plan_of(file).journal, made)
    typer.echo(f"Perkara {case} baru tampak bagi orangnya mulai {until:%Y-%m-%d}.")


async def _destroy(plan: Plan, order: Order) -> int:
    """By ourselves where no node runs, else by the node."""
    if is_held(plan.journal):
        return await _ordered(plan, order)
    journal = _open(plan)
    try:
        return await orders.follow(order, journal)
    finally:
        await journal.close()


async def _ordered(plan: Plan, order: Order) -> int:
    path = orders.give(plan.journal, order)
    for _ in range(_PATIENCE):
        count = orders.answer(path)
        if count is not None:
            return count
        await asyncio.sleep(0.1)
    sentence = "Expected the running node to follow the order within a minute; it will when its journal is writable."
    raise BadInput(f"{sentence} The order stays in {path}.")


@app.command("give-up")
def give_up(file: Settings) -> None:
    """Akhiri jurnal yang hilang atau rusak; saat simpul mulai lagi, generasi berikut dibuka dan mengejar dari simpul lain."""
    plan = plan_of(file)
    own = node_keys.load(plan.keys)
    left = permit(plan.journal)
    origin = node_keys.listed_name(own.node, "journal", left)
    typer.echo(f"{origin} diakhiri; berkasnya tetap disimpan untuk pemeriksa. Mulai ulang simpul.")


def _open(plan: Plan) -> Journal:
    """The journal for writing, under the key of its newest generation."""
    own = node_keys.load(plan.keys)
    origin = node_keys.listed_name(own.node, "journal", newest_generation(plan.journal))
    key, entry = own.current("journal", kept.rights(kept.taken(plan)), system_clock(), origin)
    secrets = Secrets(plan.keys / "journal")
    who = signer(entry, key.key)
    return Journal.open(plan.journal, origin_node=own.node, signer=who, secrets=secrets, clock=system_clock)


def _reading(plan: Plan) -> Reading:
    return kept.reading(plan, kept.rights(kept.taken(plan)))


def _line(row: Row) -> str:
    at = datetime.fromtimestamp(row.at / 1000).astimezone().isoformat(sep=" ", timespec="seconds")
    rule = row.rule if row.rule != row.agreement else None
    said = (row.agreement, row.purpose, row.code or row.state or row.status, rule)
    what = "  ".join(str(one) for one in said if one)
    return f"{at}  #{row.record}  {row.direction:7} {row.kind:8} {row.source} -> {row.target}  {what}"
