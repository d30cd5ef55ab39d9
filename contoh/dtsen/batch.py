"""One batch from `masuk/` to its answer in `keluar/`. The name of a batch is its key: once done, never done again."""

from __future__ import annotations

import csv
import filecmp
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contoh.alat import Counters
from contoh.dtsen.baris import Tabel
from contoh.dtsen.putusan import JENIS, JUDUL, Hakim, Jenis, Putusan, adili, tolak_semua
from contoh.orang import Population

NAMA_BATCH = re.compile(r"(usulan|desil)-[A-Za-z0-9_.-]{1,80}\.csv")


@dataclass(frozen=True, slots=True)
class Kantor:
    """The folders. Callers see `sftp/` only; what was done is kept in `arsip/`."""

    akar: Path

    @property
    def sftp(self) -> Path:
        return self.akar / "sftp"

    @property
    def masuk(self) -> Path:
        return self.sftp / "masuk"

    @property
    def keluar(self) -> Path:
        return self.sftp / "keluar"

    @property
    def arsip(self) -> Path:
        return self.akar / "arsip"

    def siapkan(self) -> None:
        for folder in (self.masuk, self.keluar, self.arsip):
            folder.mkdir(parents=True, exist_ok=True)


class Pengolah:
    """Works off batches, one at a time."""

    def __init__(self, kantor: Kantor, penduduk: Population, hitungan: Counters) -> None:
        self._kantor, self._penduduk, self._hitungan = kantor, penduduk, hitungan

    def tertinggal(self) -> list[str]:
        """Batches that were complete and not answered when the stand-in stopped."""
        return sorted(satu.name for satu in self._kantor.masuk.iterdir() if NAMA_BATCH.fullmatch(satu.name))

    def olah(self, nama: str) -> None:
        """Judge every row, publish the answer under its final name, and only then put the batch away."""
        masuk, arsip = self._kantor.masuk / nama, self._kantor.arsip / nama
        jenis = nama.partition("-")[0]
        self._hitungan.call(jenis)
        if arsip.exists() and not filecmp.cmp(masuk, arsip, shallow=False):
            kalimat = "nama batch sudah dipakai untuk isi yang lain"
            self._terbitkan(nama, ";", iter([tolak_semua("BATCH_BERBEDA", kalimat)]), "ditolak")
            masuk.unlink()
            return
        if arsip.exists():
            self._hitungan.note("ulangan_batch")
        with masuk.open(encoding="utf-8", errors="replace", newline="") as berkas:
            tabel = Tabel(berkas)
            self._terbitkan(nama, tabel.pemisah, self._putusan(tabel, JENIS[jenis], nama), "hasil")
        masuk.replace(arsip)

    def _putusan(self, tabel: Tabel, jenis: Jenis, nama: str) -> Iterator[Putusan]:
        kolom = set(tabel.kolom)
        kurang = sorted(jenis.semua - kolom) or (jenis.salah_satu and not jenis.salah_satu & kolom)
        if kurang or len(kolom) != len(tabel.kolom):
            perlu = ", ".join(sorted(jenis.semua)) or " atau ".join(sorted(jenis.salah_satu))
            yield tolak_semua("KOLOM_KURANG", f"judul harus memuat {perlu}, tiap nama satu kali")
            return
        hakim = Hakim(self._penduduk)
        for baris in tabel:
            putusan = adili(jenis, hakim, baris)
            self._hitung(jenis, nama, putusan)
            yield putusan

    def _hitung(self, jenis: Jenis, nama: str, putusan: Putusan) -> None:
        if putusan.status == "DITOLAK":
            self._hitungan.note("baris_ditolak")
        elif jenis.berakibat:
            self._hitungan.once("usulan", (nama, putusan.nik), lambda: None)

    def _terbitkan(self, nama: str, pemisah: str, putusan: Iterator[Putusan], akhiran: str) -> None:
        """Written beside, then renamed: whoever sees the final name sees all of it."""
        tujuan = self._kantor.keluar / f"{nama.removesuffix('.csv')}.{akhiran}.csv"
        sementara = tujuan.with_name(tujuan.name + ".part")
        with sementara.open("w", encoding="utf-8-sig", newline="") as berkas:
            penulis = csv.writer(berkas, delimiter=pemisah)
            penulis.writerow(JUDUL)
            penulis.writerows(satu.sel() for satu in putusan)
        sementara.replace(tujuan)
