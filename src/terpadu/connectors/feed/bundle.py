"""A row becomes resources, rows become one transaction Bundle (FHIR R4, 3.1.0.11): all of it is stored, or nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from terpadu.connectors.expressions import holds, value
from terpadu.connectors.feed.description import Entry, Stream
from terpadu.connectors.feed.rows import Unit
from terpadu.connectors.question import bind
from terpadu.errors import Refused

REQUIRED: dict[str, tuple[str, ...]] = {
    "Encounter": ("status", "class"),
    "Condition": ("subject",),
    "Observation": ("status", "code"),
    "Procedure": ("status", "subject"),
    "Composition": ("status", "type", "date", "author", "title"),
    "MedicationRequest": ("status", "intent", "subject"),
    "Immunization": ("status", "vaccineCode", "patient"),
    "AllergyIntolerance": ("patient",),
    "DiagnosticReport": ("status", "code"),
    "ServiceRequest": ("status", "intent", "subject"),
}
"""Elements that FHIR R4 itself demands (cardinality 1..). What SATUSEHAT demands beyond, it says with its RuleNumber."""

_REFERENCE = re.compile(r"([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$")
_TYPE = re.compile(r"[A-Z][A-Za-z]+")


class Part(Struct, frozen=True):
    """One entry of a Bundle: whose it is."""

    row: str
    entry: str


class Bundle(Struct, frozen=True):
    """The bytes, and for each entry its row."""

    body: bytes
    parts: tuple[Part, ...]

    def key(self, attempt: int) -> str:
        """The idempotency key: the same content tried again for the same reason is the same act."""
        return f"{hashlib.sha256(self.body).hexdigest()[:40]}-{attempt}"


def make(units: Sequence[Unit], stream: Stream, code: str, organization: str, made: Mapping[Part, str]) -> Bundle:
    """The Bundle of some rows. `made` holds the references of resources that earlier Bundles made.

    Raises Refused("content") for a row that makes no resource FHIR would take; its sentence begins with the row's id.
    """
    entries: list[dict[str, Any]] = []
    parts: list[Part] = []
    for unit in units:
        for entry, written in _written(unit, stream, code, organization, made):
            entries.append(written)
            parts.append(Part(unit.id, entry.name))
    tree = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    return Bundle(json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode(), tuple(parts))


def references(answer: bytes, parts: Sequence[Part]) -> tuple[dict[Part, str], int]:
    """Of a transaction's response: the reference of each entry's resource where it is said, and how many were created."""
    try:
        entries = json.loads(answer).get("entry", [])
        responses = [entry.get("response", {}) for entry in entries]
    except (ValueError, AttributeError):
        raise Refused("upstream-garbage", "Expected a transaction-response Bundle, got something else.") from None
    if responses and len(responses) != len(parts):
        raise Refused("upstream-garbage", f"Expected {len(parts)} entries in the response, got {len(responses)}.")
    found = ((part, _reference(response)) for part, response in zip(parts, responses, strict=False))
    created = sum(str(response.get("status", "")).startswith("201") for response in responses)
    return {part: reference for part, reference in found if reference}, created


def _written(
    unit: Unit, stream: Stream, code: str, organization: str, made: Mapping[Part, str]
) -> list[tuple[Entry, dict[str, Any]]]:
    urls = {entry.name: f"urn:uuid:{uuid5(NAMESPACE_URL, f'{organization}/{code}/{unit.id}/{entry.name}')}"
            for entry in stream.entry}  # fmt: skip
    known = {"row": unit.fields, "organization": organization, "urls": urls}
    wanted = [entry for entry in stream.entry if not entry.when or holds(entry.when, known)]
    return [(entry, _entry(entry, unit, known, urls, made.get(Part(unit.id, entry.name)))) for entry in wanted]


def _entry(entry: Entry, unit: Unit, known: dict[str, Any], urls: dict[str, str], made: str | None) -> dict[str, Any]:
    resource = _pruned(bind(entry.resource, known))
    kind = str(resource.get("resourceType", "")) if isinstance(resource, dict) else ""
    missing = [name for name in REQUIRED.get(kind, ()) if resource.get(name) in (None, "", [], {})]
    if not _TYPE.fullmatch(kind) or missing:
        what = f"{kind}.{missing[0]} (FHIR R4, 1..1)" if missing else "a resourceType"
        raise Refused("content", f"{unit.id}: expected {what} from the entry {entry.name}, got nothing.")
    if made is not None and entry.update:
        return {"fullUrl": urls[entry.name], "resource": {**resource, "id": made.partition("/")[2]},
                "request": {"method": "PUT", "url": made}}  # fmt: skip
    request = {"method": "POST", "url": kind}
    condition = value(entry.if_none_exist, known) if entry.if_none_exist else None
    if condition:
        request["ifNoneExist"] = str(condition)
    return {"fullUrl": urls[entry.name], "resource": resource, "request": request}


def _pruned(tree: Any) -> Any:
    """Without what is empty: FHIR knows neither null nor empty objects (R4, 2.1.0.5)."""
    if isinstance(tree, dict):
        kept = {name: _pruned(part) for name, part in tree.items()}
        return {name: part for name, part in kept.items() if part not in (None, "", [], {})}
    if isinstance(tree, list):
        return [part for part in map(_pruned, tree) if part not in (None, "", [], {})]
    return tree


def _reference(response: dict[str, Any]) -> str:
    said = response.get("location") or f"{response.get('resourceType')}/{response.get('resourceID')}"
    found = _REFERENCE.search(str(said))
    return found[1] if found else ""
