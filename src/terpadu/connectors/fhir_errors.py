"""How a FHIR server says no: an OperationOutcome (FHIR R4, 2.27), or a search that finds nothing.

SATUSEHAT writes the number of the rule that refused into the sentence: "(RuleNumber: 10117)".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from terpadu.connectors.errors import STATUS, failed, quoted
from terpadu.errors import Refused

ISSUE: dict[str, str] = {
    "login": "upstream-auth",
    "expired": "upstream-auth",
    "unknown": "upstream-auth",
    "forbidden": "upstream-auth",
    "security": "upstream-auth",
    "not-found": "not-found",
    "deleted": "not-found",
    "throttled": "upstream-retry",
    "lock-error": "upstream-retry",
    "timeout": "upstream-retry",
    "transient": "upstream-retry",
    "incomplete": "upstream-retry",
    "exception": "upstream-down",
    "no-store": "upstream-down",
}
"""Issue type (FHIR value set issue-type) -> code; every other type is a rule of the system's own."""

OWN_STATUS = {401, 404, 410, 429}
"""HTTP statuses that say more than the issue beside them."""

MOST_ISSUES = 8
BAD = {"fatal", "error"}


def refusal(status: int, tree: Any, system: str) -> Refused | None:
    """The refusal that a reply holds, None for an answer."""
    if not isinstance(tree, dict):
        return None
    if tree.get("resourceType") == "OperationOutcome":
        return _by_outcome(status, tree, system)
    if _is_empty_search(tree):
        return failed("not-found", system, "the search found nothing")
    return None


def _by_outcome(status: int, outcome: dict[str, Any], system: str) -> Refused | None:
    issues = [issue for issue in _objects(outcome.get("issue")) if issue.get("severity") in BAD]
    if not issues and 200 <= status < 300:
        return None
    said = "; ".join(filter(None, map(_sentence, issues[:MOST_ISSUES]))) or quoted(_text(outcome.get("text")))
    return failed(_code(status, issues), system, said or f"HTTP {status}")


def _code(status: int, issues: list[dict[str, Any]]) -> str:
    if status in OWN_STATUS or status >= 500:
        return STATUS.get(status, "upstream-down")
    return ISSUE.get(str(issues[0].get("code")), "business-rule") if issues else "business-rule"


def _sentence(issue: dict[str, Any]) -> str:
    """Where and what: `Encounter.identifier[0].system: Wrong organization … (RuleNumber: 10117)`."""
    words = _text(issue.get("details")) or str(issue.get("diagnostics") or "")
    places = issue.get("expression") or issue.get("location")
    place = str(places[0]) if isinstance(places, list) and places else ""
    return quoted(f"{place}: {words}" if place and words else place or words)


def _is_empty_search(tree: dict[str, Any]) -> bool:
    if tree.get("resourceType") != "Bundle" or tree.get("type") != "searchset":
        return False
    total = tree.get("total")
    return str(total) == "0" or (total is None and not tree.get("entry"))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _text(value: Any) -> str:
    return str(value.get("text") or "") if isinstance(value, dict) else ""
