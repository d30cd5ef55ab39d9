"""The fewest levels to a predicate, against trying everything on small instruments."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from terpadu.spbe import lifting, rounding, score
from terpadu.spbe.instrument import Instrument
from terpadu.spbe.rounding import Rules
from tests.lib.spbe import PEMDI, SPBE, tiny

SHAPES = [
    [["30", "20"], ["50"]],
    [["12.5", "37.5", "10"], ["15", "25"]],
    [["1", "99"]],
    [["20", "20"], ["20", "20"], ["20"]],
    [["33.3", "33.4"], ["33.3"]],
]


def fewest(found: Instrument, levels: dict[int, int], bound: Decimal, rules: Rules) -> int | None:
    """Every assessment above this one is tried; how many levels the nearest one that reaches the bound is away."""
    best = None
    for tried in product(*(range(level, found.highest + 1) for level in levels.values())):
        value = score.compute(found, dict(zip(levels, tried, strict=True)), rules=rules).index.value
        assert value is not None
        cost = sum(tried) - sum(levels.values())
        if rounding.counted(value, rules) >= bound and (best is None or cost < best):
            best = cost
    return best


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("bound", ["1.67", "2.6", "2.995"])
@pytest.mark.parametrize("rules", [Rules(), Rules(classify="printed")], ids=lambda one: one.classify)
def test_no_plan_is_shorter(tmp_path: Path, shape: Sequence[Sequence[str]], bound: str, rules: Rules) -> None:
    found = tiny(tmp_path, shape, bound)
    for levels in product((1, 2, 3), repeat=len(found.indicators)):
        before = dict(zip(found.indicators, levels, strict=True))
        plan = lifting.plan(score.compute(found, before, rules=rules), "Baik")
        assert len(plan.steps) == fewest(found, before, Decimal(bound), rules)
        assert plan.after.predicate == "Baik"


def test_the_steps_of_one_indicator_rise_one_by_one_with_their_criteria() -> None:
    before = score.compute(SPBE, {**dict.fromkeys(SPBE.indicators, 3), 47: 1})
    plan = lifting.plan(before, "Sangat Baik")
    of_47 = [step for step in plan.steps if step.indicator == 47]
    assert [step.reached for step in of_47] == [2, 3, 4, 5][: len(of_47)]
    assert of_47[0].level_name == "Interaksi"
    assert of_47[0].criterion == SPBE.indicators[47].criteria[1]
    assert plan.after.predicate == "Sangat Baik"
    assert plan.before is before


def test_what_is_reached_needs_no_step() -> None:
    plan = lifting.plan(score.compute(SPBE, dict.fromkeys(SPBE.indicators, 3)))
    assert (plan.target, plan.steps, plan.after.index.value) == ("Baik", (), 3)


def test_scores_of_other_agencies_are_left_alone() -> None:
    levels = {**dict.fromkeys(PEMDI.indicators, 1), 6: Decimal("1.5")}
    plan = lifting.plan(score.compute(PEMDI, levels), "Sangat Baik")
    assert not {5, 6, 7} & {step.indicator for step in plan.steps}
    assert [step.indicator for step in plan.steps][:4] == [20] * 4


def test_where_there_is_no_way_up_it_is_said() -> None:
    with pytest.raises(lifting.NoPlan, match="47 have none: without an index there is no plan"):
        lifting.plan(score.compute(SPBE, dict.fromkeys(range(1, 47), 3)))
    with pytest.raises(lifting.BadInput, match="one of Memuaskan, Sangat Baik, Baik, Cukup, Kurang; 'Bagus' is none"):
        lifting.plan(score.compute(SPBE, dict.fromkeys(SPBE.indicators, 3)), "Bagus")


def test_gaps_tell_what_each_indicator_would_bring() -> None:
    levels = {**dict.fromkeys(SPBE.indicators, 5), 1: 1, 44: 4, 11: 4}
    assert [(gap.indicator, gap.gain) for gap in lifting.gaps(score.compute(SPBE, levels))] == [
        (1, Decimal("0.052")), (44, Decimal("0.03")), (11, Decimal("0.025")),
    ]  # fmt: skip
