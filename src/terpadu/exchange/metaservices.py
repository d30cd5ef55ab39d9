"""Services that a node answers itself, about itself: X-Road's metaservices (PR-MREST), and our counters.

X-Road's real output is snake_case with `service`, not what the annex of PR-MREST says; that is what clients read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import msgspec
import yaml

from terpadu.errors import Refused
from terpadu.exchange.ground import Ground
from terpadu.journal.counters import counters
from terpadu.journal.deferrals import deferrals, told
from terpadu.journal.looks import Look
from terpadu.model.federation import Agreement, Endpoint, Service
from terpadu.model.heads import RequestHead
from terpadu.model.identifiers import AgreementId, ServiceId, SubsystemId, member_of, subsystem_of
from terpadu.model.message import Admitted, Answer, Headers
from terpadu.model.rights import Rights
from terpadu.signing.part import Part

DAY = 86_400_000
YEAR = 366 * DAY
JSON: Headers = ((b"content-type", b"application/json;charset=utf-8"),)
Documents = Callable[[ServiceId], bytes | None]
"""The OpenAPI text of an own service, or None."""


class Metaservices:
    """The table of what a node says of itself; each takes the asking head and the query, and gives an answer."""

    def __init__(self, ground: Ground, documents: Documents) -> None:
        self._ground = ground
        self._documents = documents
        self._table: dict[str, Callable[[RequestHead, dict[str, list[str]]], Answer]] = {
            "listMethods": self._list_methods,
            "allowedMethods": self._allowed_methods,
            "getOpenAPI": self._open_api,
            "getCounters": self._counters,
        }

    def answer(self, head: RequestHead, part: Part) -> Answer:
        """Answer a metaservice. Raises `Refused`."""
        code = head.to.rpartition("/")[2]
        made = self._table.get(code)
        if made is None or part.first != b"GET":
            raise Refused("unknown-service", f"Expected GET {', '.join(self._table)}.")
        query = parse_qs(part.second.partition(b"?")[2].decode("ascii"), keep_blank_values=True)
        return made(head, query)

    def _list_methods(self, head: RequestHead, query: dict[str, list[str]]) -> Answer:
        offered = _offered(self._ground.rights(), subsystem_of(head.to))
        return _json({"service": [_service(service, service.endpoints) for service in offered]})

    def _allowed_methods(self, head: RequestHead, query: dict[str, list[str]]) -> Answer:
        rights = self._ground.rights()
        offered = _offered(rights, subsystem_of(head.to))
        allowed = [(service, _endpoints(rights.between.get((head.source, service.id), ()))) for service in offered]
        return _json({"service": [_service(service, endpoints) for service, endpoints in allowed if endpoints]})

    def _open_api(self, head: RequestHead, query: dict[str, list[str]]) -> Answer:
        code = query.get("serviceCode", [""])[0]
        if not code:
            raise Refused("bad-request", "Expected ?serviceCode= with the code of a service.")
        service = ServiceId(f"{subsystem_of(head.to)}/{code}")
        if service not in self._ground.rights().services:
            raise Refused("unknown-service", f"Expected a service that is listed; {code} is not.")
        text = self._documents(service)
        if text is None:
            raise Refused("not-described", f"Expected a service with an OpenAPI document; {code} has none.")
        return Answer(status=200, reason="OK", headers=_type_of(text), body=without_hosts(text))

    def _counters(self, head: RequestHead, query: dict[str, list[str]]) -> Answer:
        """Calls, distinct persons and refusals of the last day by consumer and service; latencies since the start."""
        now = self._ground.clock()
        found = counters(self._ground.journal.index, now - DAY, now + 1)
        latencies = {service: measured.summary() for service, measured in sorted(self._ground.latencies.items())}
        events = dict(sorted(self._ground.counters.items()))
        return _json({"node": self._ground.me, "day": found, "latencies": latencies, "events": events})

    def accesses(self, admitted: Admitted) -> Answer:
        """Who looked at this person's data here, in the last year: an asked service under an agreement, like all."""
        try:
            question = msgspec.json.decode(admitted.body, type=AccessQuestion)
        except msgspec.DecodeError:
            raise Refused("content", 'Expected {"nik": …} and, if wanted, since and until in Unix ms.') from None
        now = self._ground.clock()
        since, until = question.since or now - YEAR, question.until or now + 1
        journal, rights = self._ground.journal, self._ground.rights()
        looks, _ = told(journal.looks(question.nik, since, until), deferrals(journal.place.directory), now)
        return _json({"looks": [_told(look, rights) for look in looks], "node": self._ground.me})


class AccessQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The question of getAccesses: whose data, and between which Unix ms."""

    nik: str
    since: int | None = None
    until: int | None = None


def _told(look: Look, rights: Rights) -> dict[str, Any]:
    """A look in words: who asked, what for, on which basis, for which fields; what no longer is in force stays an id."""
    agreement = rights.agreements.get(AgreementId(look.agreement))
    purpose = rights.purposes.get(look.purpose)
    subsystem = rights.subsystems.get(SubsystemId(look.consumer))
    member = rights.members.get(member_of(SubsystemId(look.consumer)))
    service = rights.services.get(ServiceId(look.service))
    return {
        **msgspec.structs.asdict(look),
        "office": member.name if member else look.consumer,
        "system": subsystem.name if subsystem else "",
        "question": service.title if service else "",
        "purpose_title": purpose.title if purpose else "",
        "basis": purpose.basis if purpose else "",
        "fields": list(agreement.fields) if agreement else [],
    }


def agreements_of(rights: Rights, caller: SubsystemId) -> list[dict[str, Any]]:
    """What a subsystem may use: each agreement with the names of service and owner, its purposes and its fields."""
    return [
        {
            "agreement": agreement.name,
            "service": agreement.service,
            "title": rights.services[agreement.service].title,
            "effect": rights.services[agreement.service].effect,
            "office": rights.members[member_of(subsystem_of(agreement.service))].name,
            "system": rights.subsystems[subsystem_of(agreement.service)].name,
            "purposes": [msgspec.structs.asdict(rights.purposes[one]) for one in agreement.purposes],
            "fields": list(agreement.fields),
            "needs_consent": agreement.needs_consent,
            "until": agreement.until,
        }
        for (consumer, _), found in rights.between.items()
        if consumer == caller
        for agreement in found
    ]


def _offered(rights: Rights, subsystem: SubsystemId) -> list[Service]:
    return [service for service in rights.services.values() if subsystem_of(service.id) == subsystem]


def _endpoints(agreements: tuple[Agreement, ...]) -> tuple[Endpoint, ...]:
    return tuple(endpoint for agreement in agreements for endpoint in agreement.endpoints)


def _service(service: Service, endpoints: tuple[Endpoint, ...]) -> dict[str, Any]:
    instance, member_class, member, subsystem, code = service.id.split("/")
    return {
        "member_class": member_class,
        "member_code": member,
        "object_type": "SERVICE",
        "service_code": code,
        "service_type": service.type,
        "subsystem_code": subsystem,
        "xroad_instance": instance,
        "endpoint_list": [{"method": endpoint.method, "path": endpoint.path} for endpoint in endpoints],
    }


def _json(value: object) -> Answer:
    return Answer(status=200, reason="OK", headers=JSON, body=msgspec.json.encode(value))


@lru_cache(maxsize=64)
def without_hosts(text: bytes) -> bytes:
    """An OpenAPI text whose servers are told without their hosts: where a system stands is nobody else's business."""
    try:
        described = yaml.safe_load(text)  # JSON is YAML
    except (yaml.YAMLError, UnicodeDecodeError):
        raise Refused("not-described", "Expected an OpenAPI document in JSON or YAML; it can't be read.") from None
    for url in sorted(set(_servers(described)), key=len, reverse=True):
        parts = urlsplit(url)
        text = text.replace(url.encode(), (parts.path or "/").encode()) if parts.netloc else text
    return text


def _servers(described: Any) -> Iterator[str]:
    """Every `servers[].url`, of the document, its paths and their operations."""
    if isinstance(described, list):
        for one in described:
            yield from _servers(one)
    elif isinstance(described, dict):
        for server in described.get("servers") or () if isinstance(described.get("servers"), list) else ():
            if isinstance(server, dict) and isinstance(server.get("url"), str):
                yield server["url"]
        for one in described.values():
            yield from _servers(one)


def _type_of(text: bytes) -> Headers:
    return JSON if text.lstrip().startswith(b"{") else ((b"content-type", b"text/yaml;charset=utf-8"),)


def list_clients(rights: Rights, as_json: bool) -> tuple[Headers, bytes]:
    """All members and subsystems: JSON where asked for, else X-Road's XML `clientList`."""
    found = list(_clients(rights))
    if as_json:
        return JSON, msgspec.json.encode({"member": found})
    xml = "".join(_client_xml(entry) for entry in found)
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<xroad:clientList xmlns:xroad="http://x-road.eu/xsd/xroad.xsd" xmlns:id="http://x-road.eu/xsd/identifiers">'
        f"{xml}</xroad:clientList>"
    )
    return ((b"content-type", b"text/xml;charset=utf-8"),), text.encode()


def _clients(rights: Rights) -> Iterator[dict[str, Any]]:
    for member in rights.members.values():
        yield {"id": _client_id(member.id.split("/"), "MEMBER"), "name": member.name}
    for subsystem in rights.subsystems.values():
        owner = rights.members["/".join(subsystem.id.split("/")[:3])]  # type: ignore[index]
        identifier = _client_id(subsystem.id.split("/"), "SUBSYSTEM")
        yield {"id": identifier, "name": owner.name, "subsystem_name": subsystem.name}


def _client_id(parts: list[str], kind: str) -> dict[str, str]:
    names = ("xroad_instance", "member_class", "member_code", "subsystem_code")
    return {"object_type": kind, **dict(zip(names, parts, strict=False))}


_TAGS = {
    "xroad_instance": "xRoadInstance",
    "member_class": "memberClass",
    "member_code": "memberCode",
    "subsystem_code": "subsystemCode",
}


def _client_xml(entry: dict[str, Any]) -> str:
    identifier = dict(entry["id"])
    kind = identifier.pop("object_type")
    inner = "".join(f"<id:{_TAGS[name]}>{escape(value)}</id:{_TAGS[name]}>" for name, value in identifier.items())
    name = escape(entry["name"])
    return f'<xroad:member><xroad:id id:objectType="{kind}">{inner}</xroad:id><xroad:name>{name}</xroad:name></xroad:member>'
