"""The invented health facilities, their doctors and rooms, and the clients that may call for them.

SATUSEHAT binds a client to one Organization; the SIMRS stand-in writes the same ids into its tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

PUSAT = "99000000"
"""The ministry's own organization: reads every facility's data (invented)."""
RUMAH_SAKIT = "99000001"
PUSKESMAS = "99000002"

NAMA = {
    PUSAT: "Kementerian Kesehatan (contoh)",
    RUMAH_SAKIT: "RS Contoh Bunda Harapan",
    PUSKESMAS: "Puskesmas Contoh Sukamaju",
}
RUANG = {
    "R-BERSALIN": ("Ruang Bersalin", RUMAH_SAKIT),
    "R-PERINA": ("Ruang Perinatologi", RUMAH_SAKIT),
    "R-POLIUM": ("Poli Umum", RUMAH_SAKIT),
    "P-KIA": ("Poli KIA", PUSKESMAS),
}
DOKTER = {"99000000001": "dr. Contoh Satu, Sp.OG", "99000000002": "dr. Contoh Dua, Sp.A", "99000000003": "dr. Contoh Tiga"}


@dataclass(frozen=True, slots=True)
class Klien:
    """One pair of credentials and the one organization it is bound to."""

    client_id: str
    client_secret: str
    organisasi: str

    @property
    def membaca_semua(self) -> bool:
        return self.organisasi == PUSAT


KLIEN = {
    klien.client_id: klien
    for klien in (
        Klien("contoh-kemenkes", "bukan-rahasia-kemenkes", PUSAT),
        Klien("contoh-rs", "bukan-rahasia-rs", RUMAH_SAKIT),
        Klien("contoh-puskesmas", "bukan-rahasia-puskesmas", PUSKESMAS),
    )
}


def id_ruang(kode: str) -> str:
    """The Location id (a UUID, always the same) of a room's code."""
    return str(uuid5(NAMESPACE_URL, f"http://sys-ids.kemkes.go.id/location/{RUANG[kode][1]}|{kode}"))


def sumber_tetap() -> list[dict[str, Any]]:
    """Organization, Location and Practitioner resources that exist before anybody calls."""
    return [
        *({"resourceType": "Organization", "id": kode, "active": True, "name": nama} for kode, nama in NAMA.items()),
        *(_ruang(kode, nama, organisasi) for kode, (nama, organisasi) in RUANG.items()),
        *(
            {"resourceType": "Practitioner", "id": nomor, "active": True, "name": [{"text": nama}]}
            for nomor, nama in DOKTER.items()
        ),
    ]


def _ruang(kode: str, nama: str, organisasi: str) -> dict[str, Any]:
    return {
        "resourceType": "Location",
        "id": id_ruang(kode),
        "identifier": [{"system": f"http://sys-ids.kemkes.go.id/location/{organisasi}", "value": kode}],
        "status": "active",
        "name": nama,
        "mode": "instance",
        "managingOrganization": {"reference": f"Organization/{organisasi}"},
    }
