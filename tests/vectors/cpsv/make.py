"""The shapes of CPSV-AP 3.2.0 as a table, and shapes.ttl made of it (`python -m tests.vectors.cpsv.make`).

Source: SEMIC, https://github.com/SEMICeu/CPSV-AP, releases/3.2.0/shacl/cpsv-ap-SHACL.ttl, (c) European Union, CC BY 4.0.
Carried over: for each class that the catalogue may use, every constraint of every property (class, datatype, least, most).
Left out: the shapes' own names and descriptions, and the shapes of classes that have no constraint.
"""

from __future__ import annotations

from pathlib import Path

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "locn": "http://www.w3.org/ns/locn#",
    "org": "http://www.w3.org/ns/org#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ATU = "<http://data.europa.eu/88u/dataset/atu-type>"
ID = "dct:identifier - 1 1"
NAME = "dct:title =rdf:langString 1 -"
SAID = "dct:description =rdf:langString - -"
SAID_1 = "dct:description =rdf:langString 1 -"
TYPE = "dct:type skos:Concept - -"
TYPE_1 = "dct:type skos:Concept - 1"
LANGUAGE = "dct:language dct:LinguisticSystem - -"
HOURS = ("cv:openingHours time:TemporalEntity - -", "cv:specialOpeningHoursSpecification time:TemporalEntity - -")

SHAPES: dict[str, tuple[str, ...]] = {
    "cpsv:PublicService": (
        ID, NAME, SAID_1, LANGUAGE,
        "cv:hasInputType cv:EvidenceType - -", "cv:hasChannel cv:Channel - -", "adms:status skos:Concept - 1",
        "cv:hasCompetentAuthority cv:PublicOrganisation 1 -", "cv:relatedService cpsv:PublicService - -",
        "cv:sector skos:Concept - -", "dcat:keyword =rdf:langString - -", "cv:processingTime =xsd:duration - 1",
        "cpsv:produces cv:Output - -", "dct:isPartOf dcat:Dataset - -", "cv:hasCost cv:Cost - -",
        "cv:contactPoint cv:ContactPoint - -", "cv:isClassifiedBy skos:Concept - -", "cpsv:hasInput cv:Evidence - -",
        "dct:spatial dct:Location - -", "dct:audience skos:Concept - -", "dct:requires cpsv:PublicService - -",
        "cv:thematicArea skos:Concept - -", "cv:holdsRequirement cv:Requirement - -", "cpsv:follows cpsv:Rule - -",
        "cv:isGroupedBy cv:Event - -", TYPE, "cv:hasParticipation cv:Participation - -",
        "cv:hasLegalResource eli:LegalResource - -",
    ),
    "cv:PublicOrganisation": (f"dct:spatial {ATU} 1 -", "skos:prefLabel =rdf:langString 1 -"),
    "cv:Event": (ID, NAME, SAID, "cv:hasRelatedService cpsv:PublicService - -"),
    "cv:LifeEvent": (TYPE,),
    "cv:BusinessEvent": (TYPE,),
    "cv:Output": (ID, NAME, SAID, LANGUAGE, TYPE),
    "cv:Evidence": (
        ID, NAME, SAID, LANGUAGE, TYPE_1, "dct:conformsTo cv:EvidenceType - -",
        "cv:supportsRequirement cv:Requirement - -", "foaf:page foaf:Document - -",
    ),
    "cv:EvidenceType": (ID, "cv:evidenceTypeClassification skos:Concept - -"),
    "cv:Cost": (
        ID, SAID, "cv:ifAccessedThrough cv:Channel - 1", "cv:hasValue =xsd:double - 1", "cv:currency skos:Concept - 1",
        "cv:isDefinedBy org:Organization - -",
    ),
    "cv:Channel": (
        ID, SAID, TYPE_1, "cv:processingTime =xsd:duration - 1", "cv:ownedBy org:Organization - -",
        "cpsv:hasInput cv:Evidence - -", *HOURS,
    ),
    "cv:ContactPoint": ("cv:contactPage foaf:Document - -", *HOURS),
    "cv:Requirement": (
        ID, NAME, TYPE, "cv:fulfils cpsv:Rule - -", "cv:hasSupportingEvidence cv:Evidence - -",
    ),
    "cpsv:Rule": (ID, NAME, SAID_1, LANGUAGE, TYPE_1, "cpsv:implements eli:LegalResource - -"),
    "eli:LegalResource": ("dct:relation eli:LegalResource - -",),
    "foaf:Agent": (ID, NAME, "cv:participates cv:Participation - -", "locn:address locn:Address - -"),
    "cv:Participation": (ID, SAID_1, "cv:role skos:Concept 1 -", "cv:hasParticipant foaf:Agent 1 1"),
    "dcat:Dataset": (
        NAME, SAID_1, "dct:publisher foaf:Agent 1 1", "dct:hasPart cpsv:PublicService - -",
        "dcat:landingPage foaf:Document - -",
    ),
    "skos:Collection": ("skos:member skos:Concept - -",),
    "time:TemporalEntity": ("cv:frequency skos:Concept - -", SAID),
}  # fmt: skip
"""Class -> its properties: path, class or =datatype, least, most; `-` is no constraint."""


def shapes() -> str:
    """The table as SHACL in Turtle."""
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
    for target, properties in SHAPES.items():
        lines += ["", f"[] a sh:NodeShape ; sh:targetClass {target}"]
        lines += [f"  ; sh:property [ {_property(*row.split())} ]" for row in properties]
        lines += ["  ."]
    return "# Made by make.py, which names the source and its licence.\n" + "\n".join(lines) + "\n"


def _property(path: str, kind: str, least: str, most: str) -> str:
    parts = [f"sh:path {path}"]
    if kind != "-":
        parts.append(f"sh:datatype {kind[1:]}" if kind.startswith("=") else f"sh:class {kind}")
    parts += [f"sh:minCount {least}"] if least != "-" else []
    parts += [f"sh:maxCount {most}"] if most != "-" else []
    return " ; ".join(parts)


if __name__ == "__main__":
    (Path(__file__).parent / "shapes.ttl").write_text(shapes(), encoding="utf-8")
