"""The verdicts: what is said of one row of a proposal (`usulan`) or of a question (`desil`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from contoh.dtsen.baris import Baris
from contoh.orang import Population

JUDUL = ("BARIS", "NIK", "NO_KK", "STATUS", "DESIL", "KODE", "ALASAN")


@dataclass(frozen=True, slots=True)
class Putusan:
    """One row of the answer. A good row has a desil (1 to 10), a refused one a code and a reason."""

    baris: int
    nik: str
    no_kk: str
    status: str
    desil: str = ""
    kode: str = ""
    alasan: str = ""

    def sel(self) -> tuple[str, ...]:
        return str(self.baris), self.nik, self.no_kk, self.status, self.desil, self.kode, self.alasan


class Hakim:
    """Judges the rows of one batch; remembers which NIK it has already seen in it."""

    def __init__(self, penduduk: Population) -> None:
        self._penduduk = penduduk
        self._sudah: set[str] = set()

    def usulan(self, baris: Baris) -> Putusan:
        """A person proposed for the register: the row must agree with what is known of that person."""
        nik, no_kk = baris.isi["NIK"], baris.isi["NO_KK"]
        orang = self._penduduk.by_nik.get(nik)
        salah = (
            (not _enam_belas(nik), "NIK_FORMAT", "NIK harus 16 angka"),
            (not _enam_belas(no_kk), "KK_FORMAT", "NO_KK harus 16 angka"),
            (nik in self._sudah, "NIK_GANDA", "NIK sudah ada pada baris sebelumnya"),
            (not orang, "NIK_TIDAK_PADAN", "NIK tidak ditemukan"),
            (orang and orang.status != "AKTIF", "TIDAK_AKTIF", "penduduk tidak berstatus aktif"),
            (orang and orang.no_kk != no_kk, "KK_TIDAK_PADAN", "NIK tidak tercantum pada NO_KK itu"),
            (orang and _rapi(orang.nama) != _rapi(baris.isi["NAMA"]), "NAMA_TIDAK_PADAN", "NAMA tidak sesuai NIK"),
        )
        self._sudah.add(nik)
        for benar, kode, alasan in salah:
            if benar:
                return _tolak(baris, kode, alasan)
        return Putusan(baris.nomor, nik, no_kk, "DITERIMA", str(self._penduduk.family_of(nik).desil))

    def desil(self, baris: Baris) -> Putusan:
        """The desil of a family, asked by its card or by one of its members."""
        nik, no_kk = baris.isi.get("NIK", ""), baris.isi.get("NO_KK", "")
        for nama, nomor in (("NIK", nik), ("KK", no_kk)):
            if nomor and not _enam_belas(nomor):
                return _tolak(baris, f"{nama}_FORMAT", f"{nama} harus 16 angka")
        orang = self._penduduk.by_nik.get(nik)
        keluarga = self._penduduk.by_kk.get(no_kk or (orang.no_kk if orang else ""))
        if not keluarga or (nik and nik not in keluarga.members):
            return _tolak(baris, "TIDAK_DITEMUKAN", "keluarga tidak ditemukan")
        return Putusan(baris.nomor, nik, keluarga.no_kk, "DITEMUKAN", str(keluarga.desil))


@dataclass(frozen=True, slots=True)
class Jenis:
    """A kind of batch: the columns it must have (all, or one of a set), how a row is judged, whether it has effects."""

    semua: frozenset[str]
    salah_satu: frozenset[str]
    hakim: Callable[[Hakim, Baris], Putusan]
    berakibat: bool


JENIS = {
    "usulan": Jenis(frozenset({"NIK", "NO_KK", "NAMA"}), frozenset(), Hakim.usulan, True),
    "desil": Jenis(frozenset(), frozenset({"NIK", "NO_KK"}), Hakim.desil, False),
}


def adili(jenis: Jenis, hakim: Hakim, baris: Baris) -> Putusan:
    """The verdict of one row; one that cannot be read is refused like any other bad row."""
    return _tolak(baris, "BARIS_RUSAK", baris.rusak) if baris.rusak else jenis.hakim(hakim, baris)


def tolak_semua(kode: str, alasan: str) -> Putusan:
    """The whole batch is refused: the one verdict has row 0."""
    return Putusan(0, "", "", "DITOLAK", "", kode, alasan)


def _tolak(baris: Baris, kode: str, alasan: str) -> Putusan:
    return Putusan(baris.nomor, baris.isi.get("NIK", ""), baris.isi.get("NO_KK", ""), "DITOLAK", "", kode, alasan)


def _enam_belas(nomor: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{16}", nomor))


def _rapi(nama: str) -> str:
    return " ".join(nama.casefold().split())
