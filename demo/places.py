"""Where everything of the demo stands: stand-ins, nodes, ports, files under build/demo.

`TERPADU_DEMO_PORTS=10000` moves all of it: the number is added to every port, and the files lie under build/demo-10000. So
two demos, or the demo and its tests, run beside each other.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "demo"
HOST = "127.0.0.1"
HIGHEST = 9315
"""The highest port below, before it is moved."""


def _moved_by() -> int:
    said = os.environ.get("TERPADU_DEMO_PORTS", "0")
    if said.isdecimal() and int(said) + HIGHEST < 65536:
        return int(said)
    sys.exit(f"TERPADU_DEMO_PORTS: harus bilangan dari 0 sampai {65535 - HIGHEST}, bukan {said[:20]!r}.")


MOVED_BY = _moved_by()


def port(number: int) -> int:
    """Where a port of the demo stands now."""
    return number + MOVED_BY


SHOWN = f"build/demo-{MOVED_BY}" if MOVED_BY else "build/demo"
"""The folder as printed lines name it, from the repository's root."""
BUILD = ROOT / SHOWN
LOCK = ROOT / f"{SHOWN}.lock"
REGISTRY_PORT = port(9300)
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

    @property
    def address(self) -> str:
        """The door for this office's own systems."""
        return f"http://{HOST}:{self.door}"


_PLACES = (
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
    Place("bpjs", "ID/GOV/BPJSKES/n1", 9211, 9311, "BPJS Kesehatan", "Kepesertaan JKN", "REST, galat di 200", None),
    Place("kemenag", "ID/GOV/KEMENAG/n1", 9212, 9312, "Kemenag", "SIMKAH", "REST, kunci", None),
    Place("taspen", "ID/COM/TASPEN/n1", 9213, 9313, "Taspen", "Pensiun", "REST, kunci", None),
    Place("bpjstk", "ID/GOV/BPJSTK/n1", 9214, 9314, "BPJS Ketenagakerjaan", "Kepesertaan", "REST, kunci", None),
    Place("ahu", "ID/GOV/KEMENKUM/n1", 9215, 9315, "Kementerian Hukum", "AHU", "REST, kunci", None),
)
PLACES = tuple(
    place._replace(door=port(place.door), peers=port(place.peers), standin=place.standin and port(place.standin))
    for place in _PLACES
)
TOGETHER = port(9110)
"""The small stand-ins of `contoh.bersama`, one process for all offices above that name no port of their own."""
BY_SUBSYSTEM = {
    "PORTAL": "portal",
    "DUKCAPIL": "dukcapil",
    "SIMRS": "simrs",
    "SATUSEHAT": "satusehat",
    "DAPODIK": "dapodik",
    "PDDIKTI": "neofeeder",
    "DTSEN": "dtsen",
    "SKCK": "skck",
    "SIMPONI": "simponi",
    "SIASN": "siasn",
    "KEPESERTAAN": "bpjs",
    "SIMKAH": "kemenag",
    "PENSIUN": "taspen",
    "KEPESERTAAN-TK": "bpjstk",
    "AHU": "ahu",
    "SIM": "skck",
    "SDM": "skck",
    "SPMB": "dapodik",
    "PERLINSOS": "dtsen",
}


def place_named(name: str) -> Place:
    """The place of this name."""
    return next(place for place in PLACES if place.name == name)


def place_of(service: str) -> Place:
    """The place of the system that offers a service."""
    return place_named(BY_SUBSYSTEM[service.split("/")[3]])


def home(place: Place) -> Path:
    """Where a node's files lie."""
    return BUILD / "simpul" / place.name
