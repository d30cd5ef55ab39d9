"""What the terminal shows: progress, the table of the year, what is no longer asked, what to try (in Indonesian)."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contoh.orang import Person
from demo import portal
from demo.places import SHOWN, place_named
from demo.year import Chapter, Row

_WIDE = 122
"""Columns that the table needs with every cell on one line; narrower terminals get two lines a row."""
_SLOW = 300
"""Milliseconds from which an answer is shown as slow."""
_DIM = "bright_black"


def _console() -> Console:
    piped = not Console().is_terminal and "COLUMNS" not in os.environ
    return Console(highlight=False, width=_WIDE + 10 if piped else None)


console = _console()


def seconds(value: float) -> str:
    """`11,4 s`"""
    return f"{value:.1f} s".replace(".", ",")


def whole(value: float) -> str:
    """`1.312`"""
    return f"{value:,.0f}".replace(",", ".")


class Step:
    """A line of progress while it runs; `told` is what it says when done."""

    told = ""


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show that something runs, then what came of it and how long it took."""
    began, line = time.monotonic(), Step()
    with console.status(f"  {title} …") if console.is_terminal else _quiet():
        yield line
    done(title, line.told, time.monotonic() - began)


@contextmanager
def _quiet() -> Iterator[None]:
    yield


def done(title: str, told: str, took: float) -> None:
    """One finished step: what it came to is cut where the terminal ends, how long it took is not."""
    left = Text.assemble(("  ✓ ", "green"), (f"{title:<25}", "bold"), (told, _DIM))
    left.truncate(min(console.width, _WIDE) - 9, overflow="ellipsis", pad=True)
    console.print(left, Text(f"{seconds(took):>8}", _DIM), sep="", no_wrap=True)


def problem(sentence: str) -> None:
    """One line that says what went wrong."""
    console.print(Text.assemble(("  ✗ ", "bold red"), sentence), soft_wrap=True)


def fallen(name: str, code: int) -> None:
    """A process of the demo ended by itself."""
    problem(
        f"{name} berhenti sendiri (kode {code}); selebihnya tetap melayani, catatannya di {SHOWN}/catatan/{name}.log."
    )


def table(chapters: list[Chapter]) -> Table:
    """Ministry, system, protocol, question, fields let through of fields held, milliseconds, receipt."""
    wide = console.width >= _WIDE
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1), header_style=_DIM, border_style=_DIM)
    texts = (
        ("Kementerian", "Sistem", "Protokol", "Pertanyaan") if wide else ("Kementerian, sistem", "Pertanyaan, protokol")
    )
    for name in texts:
        grid.add_column(name, no_wrap=wide)
    for name in ("Data", "ms"):
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column("Bukti", no_wrap=True)
    for chapter in chapters:
        if grid.row_count:
            grid.add_row()
        first = chapter.rows[0]
        case = Text(first.case, _DIM)
        grid.add_row(Text(first.chapter, "bold yellow"), *(("", case) if wide else (case,)))
        for row in chapter.rows:
            grid.add_row(*(_texts(row) if wide else _stacked(row)), *_figures(row))
    return grid


def _texts(row: Row) -> tuple[Text | str, ...]:
    return row.place.ministry, row.place.system, Text(row.protocol, _DIM), row.title


def _stacked(row: Row) -> tuple[Text | str, ...]:
    return (
        Text.assemble(row.place.ministry, "\n", (f"  {row.place.system}", _DIM)),
        Text.assemble(row.title, "\n", (f"  {row.protocol}", _DIM)),
    )


def _figures(row: Row) -> tuple[Text, Text, Text]:
    good = row.status == "ok"
    data = Text.assemble((str(row.released), "bold green"), (f"/{row.held}", _DIM)) if row.held else Text("-")
    receipt = Text(row.receipt.rpartition("/")[2], "blue") if good else Text(row.status, "bold red")
    return data, Text(whole(row.milliseconds), "yellow" if row.milliseconds > _SLOW else ""), receipt


def summary(before: int, still: list[str], released: int, held: int, verified: int, total: int) -> None:
    """What it came to."""
    left = f"[bold green]{len(still)}[/]" + (f" ({', '.join(still)})" if still else "")
    colour = "green" if verified == total else "red"
    lines = (
        ("Dokumen yang diminta", f"[strike]dulu {before}[/strike]  sekarang {left}"),
        (
            "Data yang diteruskan",
            f"[bold green]{whole(released)}[/] dari {whole(held)}; {whole(held - released)} tidak pernah keluar dari pemiliknya",
        ),
        (
            "Bukti diperiksa",
            f"[bold {colour}]{verified} dari {total} sah[/]  oleh verify/, tanpa jaringan, tanpa kode terpadu",
        ),
    )
    console.print()
    for name, value in lines:
        console.print(f"  [{_DIM}]{name:<24}[/]{value}", soft_wrap=True)


def try_it(receipt: str, person: Person) -> None:
    """Lines that work as printed, in this folder."""
    client, door = "ID/GOV/KEMENPANRB/PORTAL", place_named("portal").address
    lines = (
        ("Portal", portal.ADDRESS),
        ("Daftar", f"{portal.ADDRESS}/daftar/ (alamat surel apa saja)"),
        ("Surat", f"{portal.ADDRESS}/surat-contoh/"),
        *_newcomer(person),
        ("Simpul", f"curl -H 'Accept: application/json' {door}/listClients"),
        (
            "Bertanya",
            f"curl -H 'X-Road-Client: {client}' -H 'Terpadu-Purpose: penerimaan-murid' -H 'Content-Type: application/json' "
            f'-d \'{{"nik":"9901015204869001"}}\' {door}/r1/ID/GOV/KEMENDAGRI/DUKCAPIL/keluarga',
        ),
        ("Bukti", f".venv/bin/terpadu verify {SHOWN}/{receipt} --root {SHOWN}/root.json"),
        ("Mandiri", f".venv/bin/python verify/verify.py {SHOWN}/{receipt} {SHOWN}/root.json"),
    )
    lacking = "" if shutil.which("curl") else "; pasang dulu curl: apt-get install curl"
    console.print(f"\n  [bold]Coba sendiri[/]  [{_DIM}](Ctrl-C menghentikan semuanya{lacking})[/]")
    for name, line in lines:
        console.print(Text(f"  {name:<10}", _DIM), Text(line, "blue"), soft_wrap=True)
    console.print()


def _newcomer(person: Person) -> tuple[tuple[str, str], ...]:
    """An invented person as whom to register: what /akun/nik/ asks for, and what to try first."""
    return (
        ("Orang", f"{person.nama}, NIK {person.nik}, lahir {person.tanggal_lahir:%d-%m-%Y}"),
        ("", f"ibu kandung {person.nama_ibu} (rekaan); coba: Kelahiran anak"),
    )
