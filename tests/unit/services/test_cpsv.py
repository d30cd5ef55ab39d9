"""The catalogue as CPSV-AP 3.2: valid by the profile's shapes, and what makes it invalid is seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pyshacl import validate
from rdflib import Graph

from tests.vectors.cpsv.make import shapes

pytestmark = [pytest.mark.usefixtures("services"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
SHAPES = Path("tests/vectors/cpsv/shapes.ttl")


def served() -> dict[str, Any]:
    """The document."""
    answer = Client().get("/api/services.jsonld", headers={"Host": "localhost"})
    assert answer["Content-Type"] == "application/ld+json"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def conforms(document: dict[str, Any]) -> tuple[bool, str]:
    """By pyshacl, an independent implementation."""
    data = Graph().parse(data=json.dumps(document), format="json-ld")
    held, _, told = validate(data, shacl_graph=Graph().parse(SHAPES), advanced=False)
    return bool(held), str(told)


def test_the_kept_shapes_are_those_of_the_table() -> None:
    assert SHAPES.read_text(encoding="utf-8") == shapes()


def test_the_catalogue_is_valid() -> None:
    document = served()
    held, told = conforms(document)
    assert held, told
    assert sum(node["@type"] == "cpsv:PublicService" for node in document["@graph"]) == 3


@pytest.mark.parametrize(
    "taken", ["dct:identifier", "dct:title", "dct:description", "cv:hasCompetentAuthority", "skos:prefLabel"]
)
def test_without_a_mandatory_property_it_is_not_valid(taken: str) -> None:
    document = served()
    for node in document["@graph"]:
        node.pop(taken, None)
    assert not conforms(document)[0]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("cv:processingTime", "3 hari"), ("dct:title", "tanpa bahasa"), ("cv:hasCost", {"@id": "http://localhost/x"})],
)
def test_a_property_of_another_kind_is_not_valid(name: str, wrong: Any) -> None:
    document = served()
    for node in document["@graph"]:
        if name in node:
            node[name] = wrong
    assert not conforms(document)[0]
