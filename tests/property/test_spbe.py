"""What holds for any assessment: bounds, growth, order, and a slow computation of its own in fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from terpadu.spbe import lifting, rounding, score
from terpadu.spbe.instrument import Instrument
from tests.lib.spbe import PEMDI, SPBE, reckoned


def levels_of(found: Instrument) -> st.SearchStrategy[dict[int, Any]]:
    """Any assessment; scores of other agencies may be fractions."""
    whole = st.integers(found.lowest, found.highest)
    part = st.decimals(found.lowest, found.highest, places=2)
    return st.fixed_dictionaries({n: whole | part if one.measured_by else whole for n, one in found.indicators.items()})


ANY = st.sampled_from([SPBE, PEMDI]).flatmap(lambda found: st.tuples(st.just(found), levels_of(found)))


@settings(deadline=None)
@given(ANY)
def test_every_figure_equals_the_regulations_formulas_in_fractions(case: tuple[Instrument, dict[int, Any]]) -> None:
    found, levels = case
    scored, slow = score.compute(found, levels), reckoned(found, levels)
    assert Fraction(scored.index.value) == slow.index  # type: ignore[arg-type]
    for kind, wanted in (("domain", slow.domains), ("aspect", slow.aspects)):
        for figure in scored.figures(kind):
            assert Fraction(figure.points) / Fraction(figure.part.weight) == wanted[figure.part.number]  # type: ignore[arg-type]
            assert abs(Fraction(figure.value) - wanted[figure.part.number]) < Fraction(1, 10**25)  # type: ignore[arg-type]


@settings(deadline=None)
@given(ANY)
def test_every_figure_lies_between_the_lowest_and_the_highest_level(case: tuple[Instrument, dict[int, Any]]) -> None:
    found, levels = case
    for figure in score.walk(score.compute(found, levels).index):
        assert min(levels.values()) <= figure.value <= max(levels.values())  # type: ignore[operator]


@settings(deadline=None)
@given(ANY, st.data())
def test_a_higher_level_never_lowers_a_figure_and_always_lifts_the_index(
    case: tuple[Instrument, dict[int, Any]], data: st.DataObject
) -> None:
    found, levels = case
    number = data.draw(st.sampled_from(sorted(found.indicators)))
    before = {**levels, number: data.draw(st.integers(found.lowest, found.highest - 1))}
    after = {**before, number: before[number] + 1}
    old, new = score.compute(found, before), score.compute(found, after)
    assert new.index.value - old.index.value == found.indicators[number].weight / 100  # type: ignore[operator]
    pairs = zip(score.walk(old.index), score.walk(new.index), strict=True)
    assert all(low.value <= high.value for low, high in pairs)  # type: ignore[operator]


@settings(deadline=None)
@given(ANY, st.randoms(use_true_random=False))
def test_the_order_of_levels_changes_nothing(case: tuple[Instrument, dict[int, Any]], dice: Any) -> None:
    found, levels = case
    shuffled = list(levels.items())
    dice.shuffle(shuffled)
    assert score.compute(found, dict(shuffled)).index == score.compute(found, levels).index


@settings(deadline=None)
@given(ANY, st.sets(st.integers(1, 20), min_size=1))
def test_an_index_is_there_exactly_where_nothing_is_missing(
    case: tuple[Instrument, dict[int, Any]], gone: set[int]
) -> None:
    found, levels = case
    scored = score.compute(found, {number: level for number, level in levels.items() if number not in gone})
    assert (scored.index.value, scored.predicate, set(scored.missing)) == (None, None, gone)
    for figure in scored.figures("aspect"):
        assert (figure.value is None) == bool(gone & {one.part.number for one in figure.parts})


@settings(deadline=None)
@given(st.decimals(1, 5, places=4))
def test_both_rules_agree_but_where_a_doubt_is_told(value: Decimal) -> None:
    names = [rounding.called(value, SPBE.predicates, rounding.rules("half-up", way)) for way in ("unrounded", "printed")]
    assert (names[0] == names[1]) == (not any("would be" in one for one in rounding.doubts(value, SPBE.predicates)))


@settings(deadline=None)
@given(levels_of(SPBE))
def test_a_plan_ends_at_its_target_and_one_step_less_does_not(levels: dict[int, Any]) -> None:
    plan = lifting.plan(score.compute(SPBE, levels), "Sangat Baik")
    assert plan.after.index.value is not None
    assert plan.after.index.value >= plan.needed
    if plan.steps:
        assert plan.after.index.value - plan.steps[-1].gain < plan.needed
