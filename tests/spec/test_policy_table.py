"""The truth table holds, and nothing is left out of it."""

from __future__ import annotations

from functools import reduce

import pytest

from terpadu.errors import CODES
from terpadu.policy import decide
from terpadu.policy.agreement_rules import AGREEMENT_RULES
from terpadu.policy.federation_rules import FEDERATION_RULES
from tests.spec.policy_table import ROWS, Row
from tests.spec.policy_world import PERSON, Change, World, decided

RULES = {rule.name: rule.code for rule in (*FEDERATION_RULES, *AGREEMENT_RULES)} | {"agreement": "no-agreement"}
DOORS = {"caller-mismatch"}
"""The 403 that a door gives before policy is asked."""


def _changed(changes: tuple[Change, ...]) -> World:
    return reduce(lambda world, change: change(world), changes, World())


def _world(row: Row) -> World:
    return _changed(row.changes)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.words)
def test_row(row: Row) -> None:
    decision = decided(_world(row))
    assert (decision.rule, decision.code) == (row.rule, row.code), decision.missing


@pytest.mark.parametrize("row", [row for row in ROWS if row.code], ids=lambda row: row.words)
def test_a_no_says_what_is_missing_and_tells_nothing(row: Row) -> None:
    world = _world(row)
    missing = decided(world).missing
    assert missing.endswith(".")
    assert len(missing) > 20
    secrets = [PERSON, world.facts.path if len(world.facts.path) > 7 else "", world.facts.consent, world.facts.case]
    assert not any(str(secret) in missing for secret in secrets if secret and str(secret).strip())


def test_rows_are_named_once() -> None:
    assert len({row.words for row in ROWS}) == len(ROWS)


def test_every_rule_answers_in_a_row_with_its_code() -> None:
    answered = {row.rule: row.code for row in ROWS if row.code}
    assert answered == RULES


def test_every_code_of_policy_has_a_row() -> None:
    owed = {code for code, outside in CODES.items() if outside.status in (403, 429)} - DOORS
    assert owed <= {row.code for row in ROWS}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_neighbour_that_passes(rule: str) -> None:
    """Put right one thing in one of its rows, and it is a yes."""
    changes = [row.changes for row in ROWS if row.rule == rule]
    nearly = [some[:i] + some[i + 1 :] for some in changes for i in range(len(some))]
    assert any(decided(_changed(some)).yes for some in nearly)


@pytest.mark.parametrize("rule", sorted(RULES.keys() - {"agreement", "service"}))
def test_without_the_rule_its_rows_would_pass(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weakened on purpose: no other rule stands in for it. (Without agreement or service there is nothing to ask.)"""
    for name in ("FEDERATION_RULES", "AGREEMENT_RULES"):
        monkeypatch.setattr(decide, name, tuple(row for row in getattr(decide, name) if row.name != rule))
    assert any(_outcome(row) for row in ROWS if row.rule == rule)


def _outcome(row: Row) -> bool:
    try:
        return decided(_world(row)).yes
    except KeyError:  # a later rule rests on what this one made sure of
        return False
