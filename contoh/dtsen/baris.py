"""CSV as offices send it: `;` or `,`, with or without a BOM, quoted or not. Read and written row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

PENGGANTI = "\ufffd"
"""What stands for bytes that are not UTF-8."""


@dataclass(frozen=True, slots=True)
class Baris:
    """One row: its number (1 is the first after the header), its values by column, or why it cannot be read."""

    nomor: int
    isi: dict[str, str]
    rusak: str = ""


class Tabel:
    """The rows of an open CSV file. The header decides the delimiter; its names are taken in capitals."""

    def __init__(self, berkas: TextIO) -> None:
        judul = berkas.readline().removeprefix("\ufeff")
        self.pemisah = ";" if judul.count(";") >= judul.count(",") else ","
        self.kolom = [nama.strip().upper() for nama in next(csv.reader([judul], delimiter=self.pemisah), [])]
        self._baris = csv.reader(berkas, delimiter=self.pemisah, strict=True)

    def __iter__(self) -> Iterator[Baris]:
        """Empty lines are passed over; a row that cannot be read does not stop the next."""
        nomor = 0
        while True:
            try:
                isi = next(self._baris)
            except StopIteration:
                return
            except csv.Error:
                nomor += 1
                yield Baris(nomor, {}, "tanda kutip tidak tertutup atau isian terlalu panjang")
                continue
            if any(satu.strip() for satu in isi):
                nomor += 1
                yield self._satu(nomor, isi)

    def _satu(self, nomor: int, isi: list[str]) -> Baris:
        if len(isi) != len(self.kolom):
            return Baris(nomor, {}, f"baris memuat {len(isi)} kolom, seharusnya {len(self.kolom)}")
        if any(PENGGANTI in satu for satu in isi):
            return Baris(nomor, {}, "baris memuat huruf yang bukan UTF-8")
        return Baris(nomor, {k: _bersih(nilai) for k, nilai in zip(self.kolom, isi, strict=True)})


def _bersih(nilai: str) -> str:
    """Without outer blanks, and without the apostrophe by which spreadsheets keep a number as text."""
    return nilai.strip().removeprefix("'")
