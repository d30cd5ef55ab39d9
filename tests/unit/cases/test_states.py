"""The table of states: complete, without dead ends, and the printed page is fresh."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terpadu.cases.models import Case
from terpadu.cases.states import OPEN, STATES, State, check_may_follow
from terpadu.errors import Refused
from tools import print_cases


def test_every_state_has_its_row() -> None:
    assert set(STATES) == set(State)
    assert all(row.turn in {"person", "office", "system", "nobody"} for row in STATES.values())


def test_every_state_is_reached_and_every_open_one_can_end() -> None:
    reached, ahead = set(), [State.DRAFT]
    while ahead:
        state = ahead.pop()
        if state not in reached:
            reached.add(state)
            ahead += STATES[state].following
    assert reached == set(State)
    ends = {state for state in State if not STATES[state].following}
    assert ends == {State.CLOSED, State.WITHDRAWN}
    for state in OPEN:
        seen, ahead = set(), [state]
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                ahead += STATES[one].following
        assert seen & ends, state


@given(st.lists(st.sampled_from(list(State)), max_size=30))
def test_no_order_of_steps_leaves_the_table(wanted: list[State]) -> None:
    case = Case(state=State.DRAFT)
    for then in wanted:
        before = State(case.state)
        try:
            case.become(then)
        except Refused:
            assert then not in STATES[before].following
            assert case.state == before
        else:
            assert then == before or then in STATES[before].following


def test_a_refused_step_names_both_states() -> None:
    with pytest.raises(Refused, match="closed, and running"):
        check_may_follow(State.CLOSED, State.RUNNING)


def test_the_printed_pages_are_fresh() -> None:
    assert print_cases.stale() == []
