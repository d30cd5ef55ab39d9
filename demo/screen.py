"""What the terminal shows: progress, the table of the year, what is no longer asked, what to try (in Indonesian)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table
from rich.text import Text

from demo.year import Chapter, Row

_WIDTH = 132
console = Console(highlight=False, width=None if Console().is_terminal else _WIDTH)


def seconds(value: float) -> str:
    """`11,4 s`"""
    return f"{value:.1f} s".replace(".", ",")


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
    """One finished step."""
    width = max(60, min(console.width, 110))
    left = Text.assemble(("  ✓ ", "green"), (f"{title:<30}", "bold"), (told, "bright_black"))
    gap = max(1, width - left.cell_len - 9)
    console.print(left, Text(" " * gap + f"{seconds(took):>8}", "bright_black"), sep="")


def table(chapters: list[Chapter]) -> Table:
    """Ministry, system, protocol, question, fields let through of fields held, milliseconds, receipt."""
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="bright_black")
    for name, justify in (
        ("Kementerian", "left"), ("Sistem", "left"), ("Protokol", "left"), ("Pertanyaan", "left"),
        ("Data", "right"), ("ms", "right"), ("Bukti", "left"),
    ):  # fmt: skip
        grid.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for chapter in chapters:
        if grid.row_count:
            grid.add_row()
        first = chapter.rows[0]
        grid.add_row(Text(first.chapter, "bold yellow"), "", Text(first.case, "bright_black"))
        for row in chapter.rows:
            grid.add_row(*_cells(row))
    return grid


def _cells(row: Row) -> tuple[Text | str, ...]:
    good = row.status in ("ok", "sent")
    data = Text.assemble((str(row.released), "bold green"), (f"/{row.held}", "bright_black")) if row.held else Text("-")
    receipt = Text(row.receipt.rpartition("/")[2], "blue") if good else Text(row.status, "bold red")
    slow = "yellow" if row.milliseconds > 300 else ""
    return (
        row.place.ministry, row.place.system, Text(row.protocol, "bright_black"), row.title,
        data, Text(f"{row.milliseconds:.0f}", slow), receipt,
    )  # fmt: skip


def summary(before: int, still: list[str], released: int, held: int, verified: int, total: int) -> None:
    """What it came to."""
    left = f"{len(still)} ({', '.join(still)})" if still else "0"
    lines = (
        ("Dokumen yang diminta", f"[strike]dulu {before}[/strike]  sekarang [bold green]{left}[/]"),
        (
            "Data yang diteruskan",
            f"[bold green]{released}[/] dari {held}; {held - released} tidak pernah keluar dari pemiliknya",
        ),
        (
            "Bukti diperiksa",
            f"[bold green]{verified} dari {total} sah[/]  oleh verify/, tanpa jaringan, tanpa kode terpadu",
        ),
    )
    console.print()
    for name, value in lines:
        console.print(f"  [bright_black]{name:<26}[/]{value}", soft_wrap=True)


def try_it(receipt: str) -> None:
    """Lines that work as printed."""
    client = "ID/GOV/KEMENPANRB/PORTAL"
    lines = (
        ("Simpul", "curl http://127.0.0.1:8081/listClients -H 'Accept: application/json'"),
        (
            "Bertanya",
            f"curl -H 'X-Road-Client: {client}' -H 'Terpadu-Purpose: penerimaan-murid' -H 'Content-Type: application/json' "
            '-d \'{"nik":"9901015204869001"}\' http://127.0.0.1:8081/r1/ID/GOV/KEMENDAGRI/DUKCAPIL/keluarga',
        ),
        ("Bukti", f".venv/bin/terpadu verify build/demo/{receipt} --root build/demo/root.json"),
    )
    console.print("\n  [bold]Coba sendiri[/]  [bright_black](Ctrl-C menghentikan semuanya)[/]")
    for name, line in lines:
        console.print(Text(f"  {name:<10}", "bright_black"), Text(line, "blue"), soft_wrap=True)
