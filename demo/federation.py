"""Invent keys, found the federation, let two of three holders sign, write a settings file for every node."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from contoh.alat import credential
from demo import portal
from demo.payment import SIMPONI
from demo.places import BUILD, HOST, PLACES, PORTAL_SUBSYSTEM, REGISTRY_PORT, SOURCES, Place, home, port
from terpadu.clock import system_clock
from terpadu.model.federation import Agreement, Member, Purpose, Service, Subsystem
from terpadu.model.identifiers import NodeId
from terpadu.trust import draft, keys, publish, request
from terpadu.trust.office import Office, load_key

YEAR = 365 * 86_400_000
CALLERS = {
    "portal": PORTAL_SUBSYSTEM,
    "simrs": "ID/GOV/RSUD/SIMRS",
    "simponi": SIMPONI,
    "dukcapil": "ID/GOV/KEMENDAGRI/DUKCAPIL",
}
"""Which systems ask through their own node; on loopback they need no proof."""


def found() -> Office:
    """A signed and published federation under build/demo."""
    now = system_clock()
    office = publish.create(BUILD / "registri", "ID", now, witnesses=2)
    declared = _declared(now)
    signer, member = portal.make(), PORTAL_SUBSYSTEM.rpartition("/")[0]
    publish.amend(office, lambda empty: structs.replace(empty, members=declared.pop("members")))
    for place in PLACES:
        _join(office, place, now)
    publish.amend(office, lambda before: structs.replace(before, **declared))
    publish.amend(office, lambda before: draft.with_consent_signer(before, portal.CONSENT_SIGNER, member, signer, now))
    for number in (1, 2):
        publish.sign(office, load_key(BUILD / "registri" / f"offline/{number}.pem"), now)
    publish.publish(office, now)
    return office


def _declared(now: int) -> dict[str, Any]:
    tree = tomllib.loads((SOURCES / "federasi.toml").read_text())
    services, agreements = portal.looks(tree["subsystem"])
    tree["service"] += services
    tree["agreement"] += agreements
    everything = [{"method": "POST", "path": "/**"}]
    for service in tree["service"]:
        service |= {"type": "REST", "endpoints": everything}
    for agreement in tree["agreement"]:
        defaults = {"consumer": PORTAL_SUBSYSTEM, "quota": 10_000, "persons": 1_000}
        agreement |= {
            **defaults,
            **agreement,
            "version": 1,
            "since": now - 60_000,
            "until": now + YEAR,
            "endpoints": everything,
        }
    return {
        "members": _converted(tree["member"], Member),
        "subsystems": _converted(tree["subsystem"], Subsystem),
        "purposes": _converted(tree["purpose"], Purpose),
        "services": _converted(tree["service"], Service),
        "agreements": _converted(tree["agreement"], Agreement),
    }


def _converted(rows: list[dict[str, Any]], kind: Any) -> tuple[Any, ...]:
    return tuple(msgspec.convert(row, kind) for row in rows)


def _join(office: Office, place: Place, now: int) -> None:
    """Make a node's keys, list them, get its certificate; put its settings and its system's description beside."""
    folder = home(place)
    own = keys.create(folder / "kunci", place.node)
    node = request.node_of(NodeId(place.node), HOST, place.peers)
    asked = request.read_request(request.ask(node, own.keys), "request.json")
    publish.amend(office, lambda before: draft.with_node(before, asked, now))
    own.certificate(1).write_text(publish.certificate_for(office, asked))
    shutil.copy(office.public / "root.json", folder / "root.json")
    shutil.copytree(SOURCES / "simpul" / place.name, folder / "sistem")
    _move_ports(folder / "sistem")
    _write_secrets(folder)
    (folder / "simpul.toml").write_text(_settings(place))


def _move_ports(folder: Path) -> None:
    """The descriptions name the ports of a demo that was not moved."""
    for file in folder.rglob("*.toml"):
        text = re.sub(r"(127\.0\.0\.1|localhost):(\d+)", lambda at: f"{at[1]}:{port(int(at[2]))}", file.read_text())
        file.write_text(text)


def _write_secrets(folder: Path) -> None:
    """The invented credentials of the old system, where only the node's owner reads them."""
    described = [tomllib.loads(found.read_text()) for found in (folder / "sistem").rglob("connector.toml")]
    named = {entry for tree in described for entry in tree.get("secrets", {}).values()}
    file = folder / "rahasia.toml"
    file.touch(mode=0o600)
    file.write_text("".join(f'{name} = "{portal.secret(name) or credential(name)}"\n' for name in sorted(named)))


def _settings(place: Place) -> str:
    callers = f'\n[callers]\nanybody_may_be = ["{CALLERS[place.name]}"]\n' if place.name in CALLERS else ""
    alias = SOURCES / "simpul" / place.name / "alias.toml"
    aliases = f"\n{alias.read_text()}" if alias.is_file() else ""
    return (
        f'# Written by the demo; loopback only.\n[node]\nkeys = "kunci"\nroot = "root.json"\njournal = "jurnal"\n'
        f'trust = "kepercayaan"\npeers = "{HOST}:{place.peers}"\ndoor = "{HOST}:{place.door}"\n'
        f'registries = ["http://{HOST}:{REGISTRY_PORT}"]\nconnectors = "sistem"\nsecrets = "rahasia.toml"\n{callers}{aliases}'
    )
