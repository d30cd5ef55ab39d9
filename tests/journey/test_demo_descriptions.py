"""The demo's files fit together: what a service asks and does is offered, described, agreed for its purpose, and no more."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from terpadu.facts import vocabulary
from terpadu.facts.vocabulary import compiled
from terpadu.services import definition

FEDERATION = tomllib.loads(Path("demo/federasi.toml").read_text(encoding="utf-8"))
PORTAL = "ID/GOV/KEMENPANRB/PORTAL"
WORDS = vocabulary.load()
SERVICES = {
    path.parent.name: definition.load(path.parent, WORDS) for path in Path("demo/layanan").glob("*/service.toml")
}


def described() -> dict[str, dict[str, Any]]:
    """Each service that a connector file describes, by its whole name."""
    found: dict[str, dict[str, Any]] = {}
    for file in Path("demo/simpul").rglob("connector.toml"):
        tree = tomllib.loads(file.read_text(encoding="utf-8"))
        found |= {f"{tree['system']['subsystem']}/{code}": one for code, one in tree["service"].items()}
    return found


DESCRIBED = described()
AGREEMENTS = [one for one in FEDERATION["agreement"] if one.get("consumer", PORTAL) == PORTAL]


def agreed(service: str, purpose: str) -> list[dict[str, Any]]:
    return [one for one in AGREEMENTS if one["service"] == service and purpose in one["purposes"]]


def asked_by(service: definition.Service) -> Iterator[tuple[str, str]]:
    """Every question of a service with each fact that it wants of it."""
    for fact in sorted(definition.named_facts(service)):
        entry = WORDS.facts[fact]
        yield str(WORDS.questions[entry.question].service), fact


def fields_in(expression: str) -> set[str]:
    """All names of fields in an expression."""
    found: set[str] = set()

    def walk(node: Any) -> None:
        if not isinstance(node, dict):
            return
        if node["type"] == "field":
            found.add(node["value"])
        for child in filter(None, node["children"]):  # a slice without a bound has None there
            walk(child)

    walk(compiled(expression).parsed)
    return found


def test_what_is_offered_is_described_and_what_is_agreed_is_offered() -> None:
    offered = {one["id"] for one in FEDERATION["service"]}
    assert offered <= set(DESCRIBED)
    assert {one["service"] for one in FEDERATION["agreement"]} <= offered
    purposes = {one["id"] for one in FEDERATION["purpose"]}
    assert {purpose for one in FEDERATION["agreement"] for purpose in one["purposes"]} <= purposes


def test_an_agreed_field_is_one_that_the_answer_has() -> None:
    for one in FEDERATION["agreement"]:
        answer = DESCRIBED[one["service"]].get("answer")
        if answer is not None:
            assert {field.partition(".")[0] for field in one["fields"]} <= set(answer), one["id"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_fact_that_a_service_wants_is_released_for_its_purpose(name: str) -> None:
    service = SERVICES[name]
    for source, fact in asked_by(service):
        agreements = agreed(source, service.purpose)
        assert len(agreements) == 1, (fact, source, service.purpose)
        released = {piece for field in agreements[0]["fields"] for piece in field.split(".")}
        assert fields_in(WORDS.facts[fact].value) <= released, fact


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_act_is_agreed_and_its_body_is_in_the_systems_form(name: str) -> None:
    service = SERVICES[name]
    for act in service.act:
        assert len(agreed(str(act.service), service.purpose)) == 1, act.name
        question = DESCRIBED[str(act.service)]["question"]
        assert set(question["required"]) <= set(act.body) <= set(question["properties"]), act.name


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_question_s_body_is_in_the_systems_form(name: str) -> None:
    for fact in definition.named_facts(SERVICES[name]):
        asked = WORDS.questions[WORDS.facts[fact].question]
        question = DESCRIBED[str(asked.service)]["question"]
        assert set(question.get("required", ())) <= set(asked.body) <= set(question["properties"]), fact


def test_the_register_tells_yes_or_no_where_that_is_enough() -> None:
    """The cross-check for social aid learns no wage, no company, no post: one truth value each."""
    asked = [one for one in AGREEMENTS if one["service"].rpartition("/")[2].startswith("cek-")]
    assert len(asked) == 5
    assert all(len(one["fields"]) == 1 for one in asked)
