"""A yes that stands changes no decision: every row of the truth table says the same after the fitting request was let through."""

from __future__ import annotations

from functools import reduce

import pytest
from msgspec.structs import replace

from terpadu.model.rights import rights_of
from terpadu.policy import decide as deciding
from terpadu.policy.decide import decide
from terpadu.policy.usage import Usage
from tests.spec.policy_table import ROWS, Row
from tests.spec.policy_world import FACTS, FEDERATION, NOW, UNTIL, World


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.words)
def test_a_row_after_a_yes(row: Row) -> None:
    world = reduce(lambda changed, change: change(changed), row.changes, World())
    rights, usage = rights_of(world.federation, world.narrowing, world.revocations), Usage()
    decide(FACTS, rights, usage, NOW)
    for who in world.used:
        usage.count("A1/1", who, world.now)
    for _ in range(2):
        decision = decide(world.facts, rights, usage, world.now)
        assert (decision.rule, decision.code) == (row.rule, row.code), decision.missing


def test_it_really_stands_and_ends() -> None:
    rights, usage = rights_of(FEDERATION, World().narrowing, World().revocations), Usage()
    asked = replace(FACTS)
    assert deciding._known.find(asked, rights, NOW) is None
    first = decide(asked, rights, usage, NOW)
    assert first.yes
    assert deciding._known.find(asked, rights, NOW) is not None
    assert deciding._known.find(asked, rights, UNTIL) is None
    assert deciding._known.find(asked, rights_of(FEDERATION, World().narrowing, World().revocations), NOW) is None
