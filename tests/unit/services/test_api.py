"""The catalogue for programs: JSON with entity tags, problems as RFC 9457, and an OpenAPI document that is kept."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from terpadu.portal.wsgi import application
from terpadu.services.describing import description

pytestmark = [pytest.mark.usefixtures("services"), pytest.mark.django_db]
schema = schemathesis.openapi.from_dict(description("http://localhost:8000"))
schema.app = application
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


def get(path: str, **headers: str) -> Any:
    """What the interface answers."""
    return Client().get(path, headers={"Host": "localhost", **headers})


def test_all_services_in_their_order() -> None:
    answer = get("/api/services")
    assert answer["Content-Type"] == "application/json"
    rows = answer.json()["services"]
    assert [row["id"] for row in rows] == ["kelahiran", "sim", "pindah"]
    assert rows[1]["fee"] == 80000
    assert rows[0]["page"] == "http://localhost:8000/layanan/kelahiran/"
    assert rows[0]["self"] == "http://localhost:8000/api/services/kelahiran"


def test_a_question_finds() -> None:
    assert [row["id"] for row in get("/api/services?q=anak+saya+lahir").json()["services"]] == ["kelahiran"]
    assert get("/api/services?q=helikopter").json()["services"] == []


def test_one_service_with_its_fourteen_parts_and_without_what_is_inside() -> None:
    text = get("/api/services/kelahiran").content.decode()
    row = json.loads(text)
    assert len(row["standard"]) == 14
    assert [(one["now"], one["rule"]) for one in row["documents"]] == [("replaced", ""), ("dropped", "Perpres 96/2018")]
    assert row["form"]["properties"]["nama_bayi"]["maxLength"] == 60
    assert "subjek." not in text, "how an act's body is made is nobody's business outside"


def test_an_unknown_service_is_a_problem_that_says_what_to_do() -> None:
    answer = get("/api/services/helikopter")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["detail"].startswith("Expected the id of a service")


@pytest.mark.parametrize("path", ["/api/services?q=a&q=b", "/api/services?page=2", "/api/services?q=" + "a" * 201])
def test_a_question_in_another_form_is_refused(path: str) -> None:
    assert get(path).status_code == 400


@pytest.mark.parametrize("path", ["/api/services", "/api/services/sim", "/api/services.jsonld", "/api/openapi.json"])
def test_what_did_not_change_is_not_sent_again(path: str) -> None:
    first = get(path)
    for known in (first["ETag"], f'W/{first["ETag"]}', f'"other", {first["ETag"]}', "*"):
        again = get(path, **{"If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert get(path, **{"If-None-Match": '"other"'}).status_code == 200


def test_the_document_is_openapi_3_1_by_its_own_schema() -> None:
    served = get("/api/openapi.json").json()
    assert served["openapi"].startswith("3.1.")
    for part in served["components"]["schemas"].values():
        jsonschema_rs.meta.validate({**part, "$schema": "https://json-schema.org/draft/2020-12/schema"})


@schema.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_interface_keeps_its_document(case: Any) -> None:
    case.headers = {**(case.headers or {}), "Host": "localhost"}
    case.call_and_validate(checks=CHECKS)
