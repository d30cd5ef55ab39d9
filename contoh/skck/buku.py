"""The register of applications: what is asked, what is filed, once for each NomorPermohonan."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta

from contoh.orang import TODAY, Person, Population
from contoh.skck.amplop import Kesalahan

BERLAKU = timedelta(days=182)
"""Six months."""
USIA_MINIMUM = 17


@dataclass(frozen=True, slots=True)
class Permohonan:
    nomor: str
    nik: str
    keperluan: str
    kode_billing: str
    ntpn: str
    diterima: date


class Buku:
    """Applications by number, and each NTPN with the one application that it paid for."""

    def __init__(self, penduduk: Population) -> None:
        self._penduduk = penduduk
        self._putusan = {satu.nik: satu.putusan for satu in penduduk.figures.convictions}
        self._peraga = {orang.nik for _, orang in penduduk.figures.by_word}
        self._isi = {satu.nomor: satu for satu in _permohonan_lama(penduduk)}
        self._ntpn = {satu.ntpn: satu.nomor for satu in self._isi.values()}

    def periksa(self, nik: str, nomor: str) -> dict[str, str]:
        """The answer of PeriksaSkck. Another person's application is not found, like one that does not exist."""
        satu = self._isi.get(nomor)
        if not satu or satu.nik != nik:
            raise Kesalahan("TIDAK_DITEMUKAN", "Permohonan dengan NIK dan nomor itu tidak ditemukan")
        return self._keadaan(satu)

    def ajukan(self, nomor: str, nik: str, keperluan: str, kode_billing: str, ntpn: str) -> tuple[dict[str, str], bool]:
        """The answer of AjukanSkck, and whether this call was the one that filed it."""
        baru = Permohonan(nomor, nik, keperluan, kode_billing, ntpn, TODAY)
        lama = self._isi.get(nomor)
        if lama and _isi(lama) != _isi(baru):
            raise Kesalahan("PERMOHONAN_BERBEDA", "Nomor permohonan sudah dipakai untuk isi yang lain")
        if not lama:
            self._terima(baru)
        tercatat = self._isi[nomor]
        status = self._keadaan(tercatat)["Status"]
        return {"NomorPermohonan": nomor, "Status": status, "SudahDiterima": str(bool(lama)).lower()}, not lama

    def _terima(self, baru: Permohonan) -> None:
        if not baru.ntpn:
            raise Kesalahan("BELUM_LUNAS", "Kode billing belum dibayar: Ntpn harus disertakan")
        if baru.ntpn in self._ntpn:
            raise Kesalahan("NTPN_SUDAH_DIPAKAI", "Ntpn sudah dipakai untuk permohonan lain")
        orang = self._penduduk.by_nik.get(baru.nik)
        if not orang:
            raise Kesalahan("NIK_TIDAK_DITEMUKAN", "NIK tidak ditemukan")
        if _usia(orang) < USIA_MINIMUM:
            raise Kesalahan("BELUM_CUKUP_UMUR", f"Pemohon harus berusia sekurangnya {USIA_MINIMUM} tahun")
        self._isi[baru.nomor] = baru
        self._ntpn[baru.ntpn] = baru.nomor

    def _keadaan(self, satu: Permohonan) -> dict[str, str]:
        orang = self._penduduk.by_nik[satu.nik]
        hasil = {
            "NomorPermohonan": satu.nomor,
            "Status": "TERBIT",
            "Nama": orang.nama,
            **self._catatan(orang.nik),
            "Keperluan": satu.keperluan,
            "Kesatuan": f"POLRES {orang.address.area.kabupaten.split(' ', 1)[1]}",
        }
        if hasil["CatatanKepolisian"] == "BELUM DIPERIKSA":
            return hasil | {"Status": "DIPERIKSA"}
        sampai = satu.diterima + BERLAKU
        masa = {"BerlakuMulai": satu.diterima.isoformat(), "BerlakuSampai": sampai.isoformat()}
        status = "TERBIT" if sampai >= TODAY else "KEDALUWARSA"
        return hasil | {"Status": status, "NomorSkck": f"SKCK/{_sisa(satu.nomor, 10**6):06d}/XI/2026/CONTOH"} | masa

    def _catatan(self, nik: str) -> dict[str, str]:
        """What is held of a person: of the test persons what is written down, of others one in forty something."""
        if nik in self._putusan:
            return {"CatatanKepolisian": "ADA", "IsiCatatan": self._putusan[nik]}
        if nik in self._peraga:
            return {"CatatanKepolisian": "TIDAK ADA"}
        if perlu_petugas(nik):
            return {"CatatanKepolisian": "BELUM DIPERIKSA"}
        return {"CatatanKepolisian": "ADA" if ada_catatan(nik) else "TIDAK ADA"}


def perlu_petugas(nik: str) -> bool:
    """One applicant in fifty waits for an officer (the hero family's numbers never do)."""
    return _sisa(nik, 50) == 7


def ada_catatan(nik: str) -> bool:
    """One applicant in forty has a police record."""
    return _sisa(nik, 40) == 3


def _permohonan_lama(penduduk: Population) -> list[Permohonan]:
    """Every twentieth adult outside the hero's family already has one, up to a year old."""
    hero = {*penduduk.hero.family.members, *(orang.nik for _, orang in penduduk.figures.by_word)}
    dewasa = [o for o in penduduk.people if o.nik not in hero and o.status == "AKTIF" and _usia(o) >= USIA_MINIMUM]
    return [
        Permohonan(
            nomor=f"PMH/2026/{ke:06d}",
            nik=orang.nik,
            keperluan="MELAMAR PEKERJAAN",
            kode_billing=f"82{ke:013d}",
            ntpn=f"LAMA{ke:012d}",
            diterima=TODAY - timedelta(days=_sisa(orang.nik, 365)),
        )
        for ke, orang in enumerate(dewasa[::20], 1)
    ]


def _isi(satu: Permohonan) -> tuple[str, ...]:
    return satu.nik, satu.keperluan, satu.kode_billing, satu.ntpn


def _usia(orang: Person) -> int:
    lahir = orang.tanggal_lahir
    return TODAY.year - lahir.year - ((TODAY.month, TODAY.day) < (lahir.month, lahir.day))


def _sisa(teks: str, pembagi: int) -> int:
    return zlib.crc32(teks.encode()) % pembagi
