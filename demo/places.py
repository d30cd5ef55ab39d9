"""Where everything of the demo stands: stand-ins, nodes, ports, files under build/demo."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "demo"
LOCK = ROOT / "build" / "demo.lock"
SOURCES = ROOT / "demo"
HOST = "127.0.0.1"
REGISTRY_PORT = 9300
PORTAL = "portal"
PORTAL_SUBSYSTEM = "ID/GOV/KEMENPANRB/PORTAL"


class Place(NamedTuple):
    """One office's node: its name in files, node id, ports, and the old system beside it (None: it only asks)."""

    name: str
    node: str
    door: int
    peers: int
    ministry: str
    system: str
    protocol: str
    standin: int | None


PLACES = (
    Place("portal", "ID/GOV/KEMENPANRB/n1", 8081, 9310, "KemenPANRB", "Portal", "", None),
    Place("dukcapil", "ID/GOV/KEMENDAGRI/n1", 9201, 9301, "Kemendagri", "Dukcapil", "REST, galat di 200", 9101),
    Place("simrs", "ID/GOV/RSUD/n1", 9210, 9302, "Kemenkes", "SIMRS rumah sakit", "SQL", None),
    Place("satusehat", "ID/GOV/KEMENKES/n1", 9203, 9303, "Kemenkes", "SATUSEHAT", "FHIR R4, OAuth2", 9103),
    Place("dapodik", "ID/GOV/KEMENDIKBUDRISTEK/n1", 9204, 9304, "Kemendikbudristek", "Dapodik", "REST lokal", 9104),
    Place(
        "neofeeder", "ID/GOV/KEMENDIKBUDRISTEK/n2", 9205, 9305, "Kemendikbudristek", "Neo Feeder", "RPC, token", 9105
    ),
    Place("dtsen", "ID/GOV/KEMENSOS/n1", 9206, 9306, "Kemensos", "DTSEN", "CSV lewat SFTP", 9106),
    Place("skck", "ID/GOV/POLRI/n1", 9207, 9307, "Polri", "SKCK", "SOAP 1.1", 9107),
    Place("simponi", "ID/GOV/KEMENKEU/n1", 9208, 9308, "Kemenkeu", "SIMPONI", "REST, billing", 9108),
    Place("siasn", "ID/GOV/BKN/n1", 9209, 9309, "KemenPANRB/BKN", "SIASN", "REST, dua token", 9109),
)
BY_SUBSYSTEM = {
    "DUKCAPIL": "dukcapil",
    "SIMRS": "simrs",
    "SATUSEHAT": "satusehat",
    "DAPODIK": "dapodik",
    "PDDIKTI": "neofeeder",
    "DTSEN": "dtsen",
    "SKCK": "skck",
    "SIMPONI": "simponi",
    "SIASN": "siasn",
}


def place_of(service: str) -> Place:
    """The place of the system that offers a service."""
    name = BY_SUBSYSTEM[service.split("/")[3]]
    return next(place for place in PLACES if place.name == name)


def home(place: Place) -> Path:
    """Where a node's files lie."""
    return BUILD / "simpul" / place.name
