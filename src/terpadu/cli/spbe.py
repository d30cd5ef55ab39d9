"""`terpadu spbe …`: score assessments, find the shortest way up, check published tables and instruments. Arguments only."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from terpadu.cli.portal import begin
from terpadu.cli.told import Told
from terpadu.errors import BadInput
from terpadu.spbe import (
    assessments,
    contradictions,
    instrument,
    lifting,
    published,
    rounding,
    telling,
    validating,
    written,
)
from terpadu.spbe.assessments import Assessment, Table
from terpadu.spbe.instrument import Instrument
from terpadu.spbe.rounding import Rules
from terpadu.spbe.score import Origin, Score, compute
from terpadu.spbe.tables import Fault

app = typer.Typer(
    cls=Told, no_args_is_help=True, help="Indeks SPBE dan Pemdi: menghitung, memeriksa, mencari jalan naik."
)

File = Annotated[Path, typer.Argument(help="Tabel: .csv, .xlsx atau .json.", metavar="FILE")]
Chosen = Annotated[
    str, typer.Option("--instrument", help="Instrumen menurut id atau berkasnya; tanpa ini menurut tahun tiap baris.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Hasil sebagai JSON, untuk program.")]
Way = Annotated[str, typer.Option("--rounding", help="Pembulatan cetakan: half-up atau half-even.")]
Counted = Annotated[str, typer.Option("--classify", help="Predikat menurut nilai: unrounded atau printed.")]


@app.command()
def score(
    file: File,
    chosen: Chosen = "",
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="Tunjukkan asal tiap angka.")] = False,
    official: Annotated[bool, typer.Option("--official", help="Nilai indikatornya dari laporan resmi.")] = False,
    way: Way = "half-up",
    counted: Counted = "unrounded",
) -> None:
    """Hitung indeks setiap baris (kolom instansi, tahun, i1, i2, …). Berakhir dengan 1 bila ada baris yang tidak terbaca."""
    table = assessments.read(file, _instrument(chosen))
    pairs = _scored(table, rounding.rules(way, counted), "recomputed" if official else "self-assessed")
    if as_json:
        typer.echo(json.dumps([telling.as_object(*pair) for pair in pairs], ensure_ascii=False, indent=1))
    else:
        typer.echo("\n".join(telling.lines(pairs)))
        _warn(table)
    if explain and not as_json:
        typer.echo("\n".join(line for pair in pairs for line in ("", *telling.explained(*pair))))
    _end(table.faults)


@app.command()
def lift(
    file: File,
    target: Annotated[str, typer.Option(help="Predikat yang dituju; tanpa ini target instrumennya.")] = "",
    gaps: Annotated[bool, typer.Option("--gaps", help="Daftar kesenjangan semua indikator.")] = False,
    chosen: Chosen = "",
    way: Way = "half-up",
    counted: Counted = "unrounded",
) -> None:
    """Cari tingkat paling sedikit yang membawa indeks ke sebuah predikat, dengan kriteria yang harus dipenuhi."""
    table = assessments.read(file, _instrument(chosen))
    without = False
    for one, found in _scored(table, rounding.rules(way, counted), "self-assessed"):
        typer.echo(f"{one.instansi} {one.year}")
        try:
            typer.echo("\n".join(telling.planned(lifting.plan(found, target))))
        except lifting.NoPlan as error:
            without = True
            typer.echo(f"line {one.line}: {error.sentence}", err=True)
        if gaps:
            typer.echo("\n".join(telling.gap_table(lifting.gaps(found))))
    _end(table.faults, without)


@app.command()
def check(file: File, chosen: Chosen = "", as_json: AsJson = False) -> None:
    """Periksa hasil yang sudah terbit (kolom a1, …, d1, …, indeks, predikat): mana yang bertentangan, dan dugaan sebabnya."""
    rows, faults = published.read(file, _instrument(chosen))
    found = contradictions.find(rows)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    else:
        typer.echo(
            "\n".join([f"{len(rows)} baris diperiksa, {len(found)} pertentangan", *(one.told() for one in found)])
        )
    _end(faults, bool(found))


@app.command()
def publish(
    portal: Annotated[Path, typer.Argument(help="berkas portal.toml", metavar="PORTAL")],
    file: File,
    decree: Annotated[str, typer.Option(help="Nomor keputusan yang menetapkan hasilnya.")],
    dated: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Tanggal keputusan.")],
    public: Annotated[
        str, typer.Option(help="Terbit mulai, misalnya 2025-01-10T09:00+07:00; sebelumnya tidak terlihat.")
    ],
    source: Annotated[str, typer.Option(help="Di mana keputusannya dapat dibaca.")] = "",
) -> None:
    """Memasukkan tabel sebuah keputusan ke portal sebagai data terbuka; nasib tiap baris disebut. 1: ada yang ditolak."""
    moment = _moment(public)
    begin(portal)
    from terpadu.spbe.models import Decree
    from terpadu.spbe.publishing import publish as bring

    verdicts = bring(file, Decree(number=decree, dated=dated.date(), source=source, public_from=moment))
    told = Counter(one.status for one in verdicts)
    typer.echo(f"{told['taken']} baris masuk, {told['same']} sudah ada, {told['refused']} ditolak")
    for one in verdicts:
        if one.reason:
            typer.echo(one.reason, err=one.status == "refused")
    raise typer.Exit(1 if told["refused"] else 0)


@app.command("instrument")
def instrument_(
    file: Annotated[Path | None, typer.Argument(help="Berkas instrumen (TOML); tanpa ini yang terpasang.")] = None,
) -> None:
    """Periksa sebuah instrumen: bobot, kelengkapan, tingkat, predikat. Semua yang keliru disebut, lalu berakhir dengan 1."""
    if file is None:
        for one in instrument.installed():
            typer.echo(f"{one.id}  {instrument.in_force(one)}  {len(one.indicators)} indikator  {one.standing}")
        return
    found = written.read(file)
    wrong = validating.problems(found)
    typer.echo(f"{found.id}: {f'{len(wrong)} keliru' if wrong else 'siap'}")
    for sentence in wrong:
        typer.echo(f"  {sentence}")
    for sentence in validating.notes(found):
        typer.echo(f"  catatan: {sentence}")
    raise typer.Exit(1 if wrong else 0)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise BadInput(f"Expected a moment with its offset such as 2025-01-10T09:00+07:00, got {text!r}.")
    return moment


def _instrument(chosen: str) -> Instrument | None:
    if not chosen:
        return None
    return instrument.load(Path(chosen)) if chosen.endswith(".toml") else instrument.by_id(chosen)


def _scored(table: Table, rules: Rules, origin: Origin) -> list[tuple[Assessment, Score]]:
    return [
        (one, compute(one.instrument, one.levels, year=one.year, rules=rules, origin=origin))
        for one in table.assessments
    ]


def _warn(table: Table) -> None:
    for name in sorted({one.instrument.short for one in table.assessments if one.instrument.standing == "secondary"}):
        typer.echo(f"{name}: instrumen ini dari sumber kedua, belum dibandingkan dengan salinan resmi.", err=True)


def _end(faults: list[Fault], otherwise: bool = False) -> None:
    for fault in faults:
        typer.echo(fault.told(), err=True)
    raise typer.Exit(1 if faults or otherwise else 0)
