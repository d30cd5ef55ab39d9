"""From files to connectors: one `connector.toml` for a system, read strictly, every fault told in one sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from terpadu.clock import Clock, system_clock
from terpadu.connectors.asking import Connectors, Place
from terpadu.connectors.budget import Budget
from terpadu.connectors.circuit import Circuit
from terpadu.connectors.description import Description, Quota, Secrets, Source
from terpadu.errors import BadInput, Refused
from terpadu.model.identifiers import ServiceId, subsystem_id

FILE = "connector.toml"
KINDS = {
    "rest": "terpadu.connectors.rest",
    "fhir": "terpadu.connectors.fhir",
    "soap": "terpadu.connectors.soap",
    "sql": "terpadu.connectors.sql",
    "files": "terpadu.connectors.files",
}
"""Kind -> module, imported when first needed: a node without SOAP never loads a SOAP library. Each module has
`DESCRIPTION`, the struct of its file (with a table `service` by service code), and `make(source) -> Connector`."""


def load(path: Path, secrets: Mapping[str, str], clock: Clock = system_clock) -> Connectors:
    """Read `path`: a file, or a folder with a `connector.toml` in it or in its sub-folders. Raises BadInput."""
    places: dict[ServiceId, Place] = {}
    for file in _files(path):
        place, codes = _place(file, secrets, clock)
        for code in codes:
            name = ServiceId(f"{place.subsystem}/{code}")
            if name in places:
                raise BadInput(f"{file}: expected each service in one file, got {name} twice; remove one of them.")
            places[name] = place
    return Connectors(places, clock)


def _files(path: Path) -> list[Path]:
    found = [path] if path.is_file() else sorted({*path.glob(FILE), *path.glob(f"*/{FILE}")})
    if not found:
        raise BadInput(f"Expected a {FILE} at {path} or one folder below, found none; describe a system there.")
    return found


def _place(file: Path, secrets: Mapping[str, str], clock: Clock) -> tuple[Place, list[str]]:
    tree = _tree(file)
    module = _module(file, tree)
    description: Description = _described(file, tree, module.DESCRIPTION)
    system = description.system
    held = _secrets(file, description, secrets)
    try:
        budget = _budget(system.quota, clock)
        source = Source(description, held, file.parent, budget)
        subsystem = subsystem_id(system.subsystem)
        connector = module.make(source)
    except (BadInput, Refused) as error:
        raise BadInput(f"{file}: {error.sentence}") from error
    place = Place(subsystem, system.name, connector, system.limits, budget, Circuit(system.name))
    return place, list(tree["service"])


def _tree(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: expected TOML in UTF-8, got something else: {error}; correct it there.") from error


def _module(file: Path, tree: dict[str, Any]) -> Any:
    system = tree.get("system")
    kind = system.get("kind") if isinstance(system, dict) else None
    if kind not in KINDS:
        raise BadInput(f"{file}: expected system.kind to be one of {', '.join(KINDS)}, got {kind!r}; set it.")
    if not isinstance(tree.get("service"), dict) or not tree["service"]:
        raise BadInput(f"{file}: expected at least one table [service.<code>], got none; describe a service.")
    return import_module(KINDS[kind])


def _described(file: Path, tree: dict[str, Any], form: Any) -> Any:
    try:
        return msgspec.convert(tree, form)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        place = where.rstrip("`") or "the top of the file"
        raise BadInput(f"{file}: at {place}: {what}; see docs/reference/connector-toml.md.") from error


def _secrets(file: Path, description: Description, given: Mapping[str, str]) -> Secrets:
    missing = [entry for entry in description.secrets.values() if not given.get(entry)]
    if missing:
        raise BadInput(f"{file}: expected the secret entries {', '.join(missing)}, found none; provide them.")
    return Secrets({name: given[entry] for name, entry in description.secrets.items()})


def _budget(quota: Quota | None, clock: Clock) -> Budget:
    return Budget(clock=clock) if quota is None else Budget(quota.per_day, quota.utc_hours, clock, quota.left)
