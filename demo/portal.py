"""The portal of the demo: its folder, its settings, its processes; and the agreements by which it may ask who looked."""

from __future__ import annotations

from typing import Any

from demo.places import BUILD, BY_SUBSYSTEM, HOST, PORTAL_SUBSYSTEM, REGISTRY_PORT, SOURCES, place_named, port
from terpadu.portal import keys

FOLDER = BUILD / "portal"
FILE = FOLDER / "portal.toml"
PORT = port(8000)
ADDRESS = f"http://localhost:{PORT}"
"""Passkeys refuse 127.0.0.1."""
CONSENT_SIGNER = "ID/GOV/KEMENPANRB/persetujuan"
LOOKS = "siapa-melihat"
INVENTORY = SOURCES / "inventaris.csv"
REVIEWERS = {"ID/GOV/KEMENPANRB": "KemenPANRB", "ID/GOV/KOMDIGI": "Komdigi", "ID/GOV/BAPPENAS": "Bappenas"}
"""Members that judge proposed applications; two of them are no members of this small federation."""
REGISTRY_OFFICE = "ID/GOV/KEMENPANRB/REGISTRI"
"""Whose officers operate the registry's pages."""


def make() -> str:
    """Keys and settings; gives the public key that signs consents."""
    keys.make(FOLDER / "keys")
    FILE.write_text(
        f'# Written by the demo; loopback only.\n[portal]\nkeys = "keys"\naddress = "{ADDRESS}"\nlisten = "{HOST}:{PORT}"\n'
        f'node = "{place_named("portal").address}"\nsubsystem = "{PORTAL_SUBSYSTEM}"\nservices = "{SOURCES / "layanan"}"\n'
        f'registries = ["http://{HOST}:{REGISTRY_PORT}"]\nconsent_signer = "{CONSENT_SIGNER}"\n'
        f'registry = "{BUILD / "registri"}"\nregistry_office = "{REGISTRY_OFFICE}"\n'
        f'pay_at = "http://{HOST}:{place_named("simponi").standin}/bank/"\ndemonstration = true\n'
        f"reviewers = {{ {_listed(REVIEWERS)} }}\n"
    )
    return (FOLDER / "keys" / "consent.pub").read_text().strip()


def _listed(names: dict[str, str]) -> str:
    return ", ".join(f'"{name}" = "{short}"' for name, short in names.items())


def secret(name: str) -> str:
    """What the portal and its own node keep together; empty for other names."""
    return (FOLDER / "keys" / "payments").read_text().strip() if name == "PORTAL_PEMBAYARAN" else ""


def looks(subsystems: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A service and an agreement for every office: a person may ask each of them who looked."""
    named = [one["id"] for one in subsystems]
    services = [
        {
            "id": f"{name}/getAccesses",
            "title": "Siapa melihat data",
            "effect": "safe",
            "nodes": [place_named(BY_SUBSYSTEM[name.rpartition("/")[2]]).node],
            "subject": "body:nik",
        }
        for name in named
    ]
    agreements = [
        {
            "id": f"LIHAT-{name.rpartition('/')[2]}",
            "service": f"{name}/getAccesses",
            "purposes": [LOOKS],
            "fields": ["looks", "node"],
        }
        for name in named
    ]
    return services, agreements
