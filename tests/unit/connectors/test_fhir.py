"""How FHIR servers, and SATUSEHAT in its own way, say no."""

from __future__ import annotations

from typing import Any

import pytest

from terpadu.connectors.fhir_errors import refusal


def outcome(*issues: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def issue(code: str, text: str = "", **more: Any) -> dict[str, Any]:
    return {"severity": "error", "code": code, "details": {"text": text}, **more}


RULE = issue(
    "value",
    "Wrong organization ID provided by system URL: http://sys-ids.kemkes.go.id/encounter/100025753 (RuleNumber: 10117)",
    expression=["Encounter.identifier[0].system"],
)

CODES = (
    (400, outcome(RULE), "business-rule"),
    (403, outcome(issue("business-rule", "resource cannot be accessed due to business rule")), "business-rule"),
    (403, outcome(issue("forbidden", "no")), "upstream-auth"),
    (401, outcome(issue("login", "Invalid or expired access token")), "upstream-auth"),
    (404, outcome(issue("not-found", "Resource does not exist")), "not-found"),
    (410, outcome(issue("deleted")), "not-found"),
    (429, outcome(issue("throttled", "Rate limit exceeded")), "upstream-retry"),
    (500, outcome(issue("exception", "boom")), "upstream-down"),
    (503, outcome(issue("transient")), "upstream-retry"),
    (200, outcome(issue("required", "Encounter.subject cannot be null (RuleNumber: 10118)")), "business-rule"),
    (422, outcome(), "business-rule"),
)


@pytest.mark.parametrize(("status", "tree", "code"), CODES)
def test_an_outcome_has_one_code(status: int, tree: Any, code: str) -> None:
    found = refusal(status, tree, "Uji")
    assert found is not None
    assert found.code == code


def test_the_rule_s_number_and_place_are_told() -> None:
    found = refusal(400, outcome(RULE, issue("required", "Second (RuleNumber: 10118)")), "Uji")
    assert found is not None
    for words in ("Encounter.identifier[0].system: Wrong organization", "RuleNumber: 10117", "RuleNumber: 10118"):
        assert words in found.sentence


def test_a_person_s_number_in_an_outcome_is_blotted_out() -> None:
    found = refusal(400, outcome(issue("value", "NIK 9901015204869001 is no NIK")), "Uji")
    assert found is not None
    assert "9901015204869001" not in found.sentence


@pytest.mark.parametrize(
    "tree",
    [
        {"resourceType": "Bundle", "type": "searchset", "total": 0},
        {"resourceType": "Bundle", "type": "searchset", "total": "0", "entry": []},
        {"resourceType": "Bundle", "type": "searchset"},
    ],
)
def test_a_search_that_finds_nothing_is_not_found(tree: Any) -> None:
    found = refusal(200, tree, "Uji")
    assert found is not None
    assert found.code == "not-found"


@pytest.mark.parametrize(
    "tree",
    [
        {"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [{}]},
        {"resourceType": "Bundle", "type": "transaction-response", "entry": []},
        {"resourceType": "Patient"},
        {"success": True, "data": {"patient_id": "P1"}},
        outcome({"severity": "information", "code": "informational"}),
        [],
        "text",
    ],
)
def test_an_answer_is_no_refusal(tree: Any) -> None:
    assert refusal(200, tree, "Uji") is None


@pytest.mark.parametrize(
    "issues", [None, "text", [1, None], [{"severity": "error", "details": "text", "expression": 3}]]
)
def test_a_malformed_outcome_is_still_a_refusal(issues: Any) -> None:
    assert refusal(400, {"resourceType": "OperationOutcome", "issue": issues}, "Uji") is not None
