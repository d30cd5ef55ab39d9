"""The catalogue as linked data: CPSV-AP 3.2 (the Core Public Service Vocabulary Application Profile), as JSON-LD.

Classes and properties: https://semiceu.github.io/CPSV-AP/releases/3.2.0/. Texts stand in both languages. The context is
inside the document, so that no reader has to fetch anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from terpadu.facts.vocabulary import Text
from terpadu.services.catalogue import Catalogue, Entry
from terpadu.services.definition import Service

Node = dict[str, Any]
CONTEXT = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "adms": "http://www.w3.org/ns/adms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ATU = "http://data.europa.eu/88u/dataset/atu-type"
"""The class that the profile's shapes ask of the area of an organisation."""
INDONESIA = "http://publications.europa.eu/resource/authority/country/IDN"
LANGUAGES = {
    "id": "http://publications.europa.eu/resource/authority/language/IND",
    "en": "http://publications.europa.eu/resource/authority/language/ENG",
}
RUPIAH = "http://publications.europa.eu/resource/authority/currency/IDR"
ACTIVE = "http://purl.org/adms/status/Completed"


def document(catalogue: Catalogue, address: Callable[[str, str], str]) -> Node:
    """The whole catalogue. `address` makes a whole address of a route's name and a service's id."""
    nodes: dict[str, Node] = {node["@id"]: node for node in _shared()}
    for entry in catalogue.entries.values():
        for node in _service(entry, address("services:service", entry.service.id)):
            nodes.setdefault(node["@id"], node)
    return {"@context": CONTEXT, "@graph": list(nodes.values())}


def _shared() -> list[Node]:
    """Concepts that every service names."""
    return [
        *({"@id": iri, "@type": "dct:LinguisticSystem"} for iri in LANGUAGES.values()),
        {"@id": RUPIAH, "@type": "skos:Concept", "skos:prefLabel": _plain("Rupiah")},
        {"@id": ACTIVE, "@type": "skos:Concept", "skos:prefLabel": _plain("Completed", "en")},
        {"@id": INDONESIA, "@type": ["dct:Location", ATU], "skos:prefLabel": _plain("Indonesia")},
    ]


def _service(entry: Entry, page: str) -> list[Node]:
    service = entry.service
    authority, event = f"{page}#instansi", f"{page}#peristiwa"
    parts = {
        "cpsv:produces": _outputs(service, page),
        "cpsv:hasInput": _inputs(service, page),
        "cv:hasCost": [_cost(service, page, authority)],
        "cv:hasChannel": [_channel(service, page, authority)],
        "cv:hasLegalResource": _laws(service, page),
    }
    main = {
        "@id": page,
        "@type": "cpsv:PublicService",
        "dct:identifier": service.id,
        "dct:title": _text(service.title),
        "dct:description": _text(service.summary or service.title),
        "dct:language": [{"@id": iri} for iri in LANGUAGES.values()],
        "dct:spatial": {"@id": INDONESIA},
        "adms:status": {"@id": ACTIVE},
        "cv:hasCompetentAuthority": {"@id": authority},
        "cv:processingTime": _duration(service),
        "cv:isGroupedBy": {"@id": event},
        "dcat:keyword": [_plain(word) for word in service.synonyms],
        **{name: [{"@id": node["@id"]} for node in nodes] for name, nodes in parts.items()},
    }
    others = [node for nodes in parts.values() for node in nodes]
    return [main, _authority(service, authority), _event(service, event), *others]


def _authority(service: Service, iri: str) -> Node:
    return {
        "@id": iri,
        "@type": ["cv:PublicOrganisation", "org:Organization"],
        "skos:prefLabel": _plain(service.authority),
        "dct:spatial": {"@id": INDONESIA},
    }


def _event(service: Service, iri: str) -> Node:
    return {
        "@id": iri,
        "@type": ["cv:LifeEvent", "cv:Event"],
        "dct:identifier": iri.rpartition("/layanan/")[2],
        "dct:title": _text(service.life_event),
    }


def _outputs(service: Service, page: str) -> list[Node]:
    return [
        {
            "@id": f"{page}#hasil-{number}",
            "@type": "cv:Output",
            "dct:identifier": f"{service.id}-hasil-{number}",
            "dct:title": _text(output.title),
            "dct:description": _text(output.form),
        }
        for number, output in enumerate(service.output, 1)
    ]


def _inputs(service: Service, page: str) -> list[Node]:
    """Only what people are still asked for: a document that an office replaces is no evidence to bring."""
    return [
        {
            "@id": f"{page}#dokumen-{number}",
            "@type": "cv:Evidence",
            "dct:identifier": f"{service.id}-dokumen-{number}",
            "dct:title": _text(one.title),
        }
        for number, one in enumerate(service.still_asked, 1)
    ]


def _cost(service: Service, page: str, authority: str) -> Node:
    return {
        "@id": f"{page}#biaya",
        "@type": "cv:Cost",
        "dct:identifier": f"{service.id}-biaya",
        "cv:hasValue": {"@value": str(float(service.fee)), "@type": "xsd:double"},
        "cv:currency": {"@id": RUPIAH},
        "cv:isDefinedBy": {"@id": authority},
        **({"dct:description": _plain(service.fee_basis)} if service.fee_basis else {}),
    }


def _channel(service: Service, page: str, authority: str) -> Node:
    return {
        "@id": f"{page}#daring",
        "@type": "cv:Channel",
        "dct:identifier": f"{service.id}-daring",
        "cv:ownedBy": {"@id": authority},
        "cv:processingTime": _duration(service),
    }


def _laws(service: Service, page: str) -> list[Node]:
    return [
        {"@id": f"{page}#hukum-{number}", "@type": "eli:LegalResource", "dct:title": _plain(law.strip())}
        for number, law in enumerate(service.basis.split(";"), 1)
    ]


def _duration(service: Service) -> Node:
    """Working days as ISO 8601 has days: the profile knows no working days; the page says what they are."""
    return {"@value": f"P{service.term.days}D", "@type": "xsd:duration"}


def _text(text: Text) -> list[Node]:
    return [_plain(text.id), _plain(text.en, "en")]


def _plain(text: str, language: str = "id") -> Node:
    return {"@value": text, "@language": language}
