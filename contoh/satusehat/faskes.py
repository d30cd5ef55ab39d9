"""The invented hospitals as SATUSEHAT knows them, their rooms and doctors, and the clients that may call for them.

SATUSEHAT binds a client to one Organization; the SIMRS stand-in writes the same ids into its tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from contoh.alat import credential
from contoh.orang.places import HOSPITALS

PUSAT = "9900000"
"""The ministry's own organization: reads every hospital's data (invented)."""
NAMA = {PUSAT: "KEMENTERIAN KESEHATAN (CONTOH)"} | {satu.kode: satu.nama for satu in HOSPITALS}
RUANG = {"BERSALIN": "Ruang Bersalin", "PERINA": "Ruang Perinatologi", "POLIUM": "Poli Umum"}
DOKTER = {"99000000001": "dr. Contoh Satu, Sp.OG", "99000000002": "dr. Contoh Dua, Sp.A"}


@dataclass(frozen=True, slots=True)
class Klien:
    """One pair of credentials and the one organization it is bound to."""

    client_id: str
    client_secret: str
    organisasi: str

    @property
    def membaca_semua(self) -> bool:
        return self.organisasi == PUSAT


def klien_contoh() -> dict[str, Klien]:
    """By client_id: the first hospital under the demo's pair of credentials, the others with their code behind it."""
    nama, rahasia = credential("SATUSEHAT_CLIENT_ID"), credential("SATUSEHAT_CLIENT_SECRET")
    utama = Klien(nama, rahasia, HOSPITALS[0].kode)
    lain = (Klien(f"{nama}-{kode}", f"{rahasia}-{kode}", kode) for kode in NAMA if kode != utama.organisasi)
    return {klien.client_id: klien for klien in (utama, *lain)}


def id_ruang(organisasi: str, kode: str) -> str:
    """The Location id (a UUID, always the same) of a hospital's room."""
    return str(uuid5(NAMESPACE_URL, f"http://sys-ids.kemkes.go.id/location/{organisasi}|{kode}"))


def sumber_tetap() -> list[dict[str, Any]]:
    """Organization, Location and Practitioner resources that exist before anybody calls."""
    return [
        *(_jenis("Organization", kode, active=True, name=nama) for kode, nama in NAMA.items()),
        *(_ruang(satu.kode, kode, nama) for satu in HOSPITALS for kode, nama in RUANG.items()),
        *(_jenis("Practitioner", nomor, active=True, name=[{"text": nama}]) for nomor, nama in DOKTER.items()),
    ]


def _jenis(jenis: str, nomor: str, **isi: Any) -> dict[str, Any]:
    return {"resourceType": jenis, "id": nomor, **isi}


def _ruang(organisasi: str, kode: str, nama: str) -> dict[str, Any]:
    return _jenis(
        "Location",
        id_ruang(organisasi, kode),
        identifier=[{"system": f"http://sys-ids.kemkes.go.id/location/{organisasi}", "value": kode}],
        status="active",
        name=nama,
        mode="instance",
        managingOrganization={"reference": f"Organization/{organisasi}"},
    )
