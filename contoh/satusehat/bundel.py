"""One write, or a transaction of many: all of its resources are stored, or none is.

The walk: shape, numbers for every entry, references resolved, rules, and only then the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from contoh.satusehat.aturan import ATURAN_USAHA, Masalah, Sumber, melanggar_aturan_usaha, periksa
from contoh.satusehat.cari import temukan
from contoh.satusehat.gudang import Gudang, Sama, kunci_sama, sidik

DITULIS = {"Patient", "Encounter", "Condition", "Observation"}


class Ditolak(Exception):
    """The whole write is refused: the HTTP status and every issue found."""

    def __init__(self, status: int, masalah: list[Masalah]) -> None:
        super().__init__(masalah[0].text)
        self.status = status
        self.masalah = masalah


@dataclass(frozen=True, slots=True)
class Baris:
    """One resource to be written. `lama` is the "Type/id" that it already has, `nomor` the id it will have."""

    sumber: Sumber
    tempat: str
    alamat: str = ""
    tanpa: str = ""
    lama: str | None = None
    nomor: str = ""
    ubah: bool = False

    @property
    def jenis(self) -> str:
        return str(self.sumber["resourceType"])

    @property
    def rujukan(self) -> str:
        return f"{self.jenis}/{self.nomor}"


def tulis(gudang: Gudang, baris: list[Baris], organisasi: str) -> list[tuple[Baris, bool]]:
    """Store all rows or raise Ditolak. Each comes back with True when it made an effect."""
    bernomor = _beri_nomor(gudang, baris)
    terhubung = _hubungkan(bernomor)
    _periksa_semua(gudang, terhubung, organisasi)
    return [_simpan(gudang, satu, organisasi) for satu in terhubung]


def baca_bundel(isi: Sumber) -> list[Baris]:
    """The rows of a transaction Bundle; Ditolak when its form is not that of one."""
    entri = isi.get("entry")
    if isi.get("type") != "transaction" or not isinstance(entri, list) or not entri:
        raise Ditolak(400, [Masalah("structure", "Bundle must be a transaction with entries", "Bundle.type")])
    hasil = [_baca_entri(satu, f"Bundle.entry[{ke}]") for ke, satu in enumerate(entri)]
    salah = [satu for satu in hasil if isinstance(satu, Masalah)]
    if salah:
        raise Ditolak(400, salah)
    return [satu for satu in hasil if isinstance(satu, Baris)]


def _baca_entri(entri: Any, tempat: str) -> Baris | Masalah:
    sumber = entri.get("resource") if isinstance(entri, dict) else None
    minta = entri.get("request") if isinstance(entri, dict) else None
    if not isinstance(sumber, dict) or not isinstance(minta, dict):
        return Masalah("structure", "Entry needs resource and request", f"{tempat}.resource")
    cara, url = minta.get("method"), str(minta.get("url")).strip("/")
    jenis, _, nomor = url.partition("/")
    if jenis not in DITULIS or sumber.get("resourceType") != jenis:
        return Masalah("value", "Entry's url does not name a writable resource type", f"{tempat}.request.url")
    if (cara, bool(nomor)) not in {("POST", False), ("PUT", True)}:
        return Masalah("value", "Entry must be POST Type or PUT Type/id", f"{tempat}.request.method")
    baris = Baris(sumber, f"{tempat}.resource", str(entri.get("fullUrl", "")), str(minta.get("ifNoneExist", "")))
    return replace(baris, nomor=nomor, lama=url, ubah=True) if nomor else baris


def _beri_nomor(gudang: Gudang, baris: list[Baris]) -> list[Baris]:
    """Rows with an identifier first, so that the others' references, and so their content, are settled."""
    hasil: dict[int, Baris] = {}
    peta: dict[str, str] = {}
    for ke in sorted(range(len(baris)), key=lambda ke: not baris[ke].sumber.get("identifier")):
        satu = replace(baris[ke], sumber=_ganti(baris[ke].sumber, peta))
        hasil[ke] = satu if satu.ubah else _cari_lama(gudang, satu)
        peta[satu.alamat] = hasil[ke].rujukan
    return [hasil[ke] for ke in range(len(baris))]


def _cari_lama(gudang: Gudang, baris: Baris) -> Baris:
    lama = _tanpa_yang_ada(gudang, baris) if baris.tanpa else gudang.kembaran(baris.sumber)
    nomor = lama.partition("/")[2] if lama else gudang.nomor_baru(baris.jenis)
    return replace(baris, lama=lama, nomor=nomor)


def _tanpa_yang_ada(gudang: Gudang, baris: Baris) -> str | None:
    """If-None-Exist (FHIR R4, 3.1.0.8.1): none found: create; one: that one; more: 412."""
    ada = temukan(gudang, baris.jenis, dict(parse_qsl(baris.tanpa.partition("?")[2] or baris.tanpa)))
    if isinstance(ada, Masalah):
        raise Ditolak(400, [replace(ada, expression=f"{baris.tempat}.identifier")])
    if len(ada) > 1:
        raise Ditolak(412, [Masalah("multiple-matches", "If-None-Exist matches more than one", baris.tempat)])
    return f"{baris.jenis}/{ada[0]['id']}" if ada else gudang.kembaran(baris.sumber)


def _hubungkan(baris: list[Baris]) -> list[Baris]:
    peta = {satu.alamat: satu.rujukan for satu in baris if satu.alamat}
    return [replace(satu, sumber=_ganti(satu.sumber, peta)) for satu in baris]


def _ganti(nilai: Any, peta: dict[str, str]) -> Any:
    if isinstance(nilai, list):
        return [_ganti(satu, peta) for satu in nilai]
    if not isinstance(nilai, dict):
        return nilai
    return {
        kunci: peta.get(isi, isi) if kunci == "reference" and isinstance(isi, str) else _ganti(isi, peta)
        for kunci, isi in nilai.items()
    }


def _periksa_semua(gudang: Gudang, baris: list[Baris], organisasi: str) -> None:
    akan_ada = {satu.rujukan for satu in baris if not satu.ubah}
    kali = Counter(kunci_sama(satu.sumber) for satu in baris)
    for satu in baris:
        asing = satu.lama and gudang.milik(satu.lama) not in {"", organisasi}
        if melanggar_aturan_usaha(satu.sumber, organisasi) or asing:
            raise Ditolak(403, [Masalah("business-rule", ATURAN_USAHA, satu.tempat)])
    masalah = [
        temuan.di(satu.tempat)
        for satu in baris
        for temuan in (
            *periksa(satu.sumber, organisasi, lambda rujukan: rujukan in akan_ada or gudang.ada(rujukan)),
            *_bentrok(gudang, satu),
            *_kembar(satu, kali),
        )
    ]
    if masalah:
        raise Ditolak(400, masalah)


def _bentrok(gudang: Gudang, baris: Baris) -> Iterator[Masalah]:
    """A known number with another content is not a repetition."""
    if baris.ubah and not gudang.ada(baris.rujukan):
        yield Masalah("not-found", "Resource to update does not exist (RuleNumber: 99008)", f"{baris.jenis}.id")
    lama = gudang.ambil(baris.lama) if baris.lama and not baris.ubah and not baris.tanpa else None
    if lama and baris.jenis != "Patient" and sidik(lama) != sidik(baris.sumber):
        kalimat = "Resource with this identifier exists with another content (RuleNumber: 99009)"
        yield Masalah("duplicate", kalimat, f"{baris.jenis}.identifier[0]")


def _kembar(baris: Baris, kali: Counter[Sama]) -> Iterator[Masalah]:
    if kali[kunci_sama(baris.sumber)] > 1:
        kalimat = "Resource appears more than once in the transaction (RuleNumber: 99010)"
        yield Masalah("duplicate", kalimat, f"{baris.jenis}.identifier[0]")


def _simpan(gudang: Gudang, baris: Baris, organisasi: str) -> tuple[Baris, bool]:
    if baris.lama and not baris.ubah:
        return baris, False
    milik = "" if baris.jenis == "Patient" else organisasi
    gudang.simpan(baris.sumber, baris.nomor, milik)
    return baris, True
