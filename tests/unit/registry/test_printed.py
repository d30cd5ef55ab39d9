"""The tables are complete, and what is printed from them is not stale."""

from __future__ import annotations

import pytest

from terpadu.errors import Refused
from terpadu.registry import history
from terpadu.registry.refusals import NO, no
from terpadu.registry.roles import ACTIONS
from terpadu.registry.states import TABLES, Drawn, move
from tools import print_registry


def test_the_reference_is_not_stale() -> None:
    assert print_registry.stale() == [], "run `python -m tools.print_registry`"


@pytest.mark.parametrize("drawn", TABLES, ids=lambda drawn: drawn.title)
def test_every_state_stands_in_its_table_and_is_reached(drawn: Drawn) -> None:
    reached, new = set(), {str(drawn.first)}
    while new:
        reached |= new
        new = {str(then) for state in new for then in drawn.table[state]} - reached
    assert reached == set(drawn.table)
    assert set(drawn.table) <= set(drawn.labels.values)


class Row:
    state = ""


@pytest.mark.parametrize("drawn", TABLES, ids=lambda drawn: drawn.title)
def test_no_other_step_is_taken(drawn: Drawn) -> None:
    for before in drawn.table:
        for after in drawn.table:
            row = Row()
            row.state = before
            if after in drawn.table[before]:
                move(row, drawn.table, after)
                assert row.state == after
            else:
                with pytest.raises(Refused):
                    move(row, drawn.table, after)
                assert row.state == before


def test_every_no_is_whole() -> None:
    for key in NO:
        told = no(key, name="N", names="A, B", what="W", service="S", days=3)
        assert told.sentence.startswith("Expected ")
        assert "{" not in told.sentence
        assert "%(" not in told.said


def test_what_is_written_down_has_its_words() -> None:
    pages_only = {"node.certificate", "service.try", "agreement.risk", "agreement.see", "publish.see"}
    assert set(history.SAID) == set(ACTIONS) - pages_only
