"""The index as the regulation computes it: its worked examples, official results, rounding, what is missing."""

from __future__ import annotations

from decimal import ROUND_UP, Context, Decimal, localcontext
from typing import Any

import pytest

from terpadu.errors import BadInput
from terpadu.spbe import instrument, rounding, score
from terpadu.spbe.rounding import Rules
from tests.lib.spbe import OFFICIAL, PEMDI, SPBE, reckoned

COMPLETE = [one for one in OFFICIAL["results"] if one["levels"]]
MEANS = [one for one in OFFICIAL["results"] if one["instansi"].startswith("Rata-rata")]
ALL_THREE = dict.fromkeys(SPBE.indicators, 3)


def part(kind: str, number: int) -> instrument.Part:
    """One part of the instrument."""
    return next(one for one in instrument.walk(SPBE.index) if (one.kind, one.number) == (kind, number))


def numbered(values: list[str]) -> dict[int, Decimal]:
    """Published figures by number."""
    return {number: Decimal(value) for number, value in enumerate(values, 1)}


def test_the_aspect_of_tabel_10() -> None:
    levels = dict(zip(range(11, 15), (3, 4, 3, 2), strict=True))
    aspect = score.weigh(part("aspect", 2), levels)
    assert aspect.value == Decimal(3)
    assert aspect.told() == "(3×2.5 + 4×2.5 + 3×2.5 + 2×2.5) ÷ 10 = 3"


def test_the_domain_of_tabel_11() -> None:
    values = {2: Decimal("3.00"), 3: Decimal("4.00"), 4: Decimal("3.00")}
    assert score.mean(part("domain", 2), values) == Decimal("3.4")


def test_the_index_of_tabel_12() -> None:
    values = numbered(["3.70", "3.40", "3.00", "3.20"])
    found = score.mean(SPBE.index, values)
    assert (found, rounding.printed(found)) == (Decimal("3.282"), Decimal("3.28"))


@pytest.mark.parametrize("example", OFFICIAL["examples"], ids=lambda one: one["source"])
def test_the_weights_of_the_worked_examples_are_the_instruments(example: dict[str, Any]) -> None:
    weights = {
        "aspect": [one.weight for one in part("aspect", 2).parts],
        "domain": [one.weight for one in part("domain", 2).parts],
        "index": [one.weight for one in SPBE.index.parts],
    }
    assert weights[example["level"]] == [Decimal(one) for one in example["weights"]]


@pytest.mark.parametrize("case", COMPLETE, ids=lambda one: one["instansi"])
def test_official_results_agree_at_every_aspect_domain_and_index(case: dict[str, Any]) -> None:
    levels = dict(enumerate(case["levels"], 1))
    found = score.compute(SPBE, levels, year=case["year"], origin="recomputed")
    assert [str(found.printed(one)) for one in found.figures("aspect")] == case["aspects"]
    assert [str(found.printed(one)) for one in found.figures("domain")] == case["domains"]
    assert (str(found.printed(found.index)), found.predicate) == (case["index"], case["predicate"])
    assert (found.origin, found.missing, found.doubts) == ("recomputed", (), ())


def test_rounding_first_would_have_given_another_index() -> None:
    """What the order of steps is worth: from printed domains this index would be 2.94755."""
    case = COMPLETE[0]
    exact = score.compute(SPBE, dict(enumerate(case["levels"], 1))).index.value
    assert exact == Decimal("2.9475")
    assert score.mean(SPBE.index, numbered(case["domains"])) == Decimal("2.94755")


def test_the_answer_of_tauval_agrees_to_its_last_decimal() -> None:
    case = next(one for one in OFFICIAL["results"] if one["year"] == 2025)
    aspects = numbered(case["aspects"])
    domains = {one.number: score.mean(one, aspects) for one in SPBE.index.parts}
    assert round(score.mean(SPBE.index, domains), 4) == Decimal(case["index"])


@pytest.mark.parametrize("case", MEANS, ids=lambda one: f"{one['instansi']} {one['year']}")
def test_published_means_agree_within_their_rounding(case: dict[str, Any]) -> None:
    aspects, domains = numbered(case["aspects"]), numbered(case["domains"])
    for one in SPBE.index.parts:
        assert abs(score.mean(one, aspects) - domains[one.number]) <= Decimal("0.01")
    assert abs(score.mean(SPBE.index, domains) - Decimal(case["index"])) <= Decimal("0.01")


def test_a_missing_indicator_means_no_index_but_complete_aspects_stand() -> None:
    found = score.compute(SPBE, {**ALL_THREE, 29: None})
    assert (found.index.value, found.predicate, found.missing) == (None, None, (29,))
    assert {one.part.number for one in found.figures("aspect") if one.value is None} == {6}
    assert {one.part.number for one in found.figures("domain") if one.value is None} == {3}
    assert "?" in found.figures("domain")[2].told()


def test_an_empty_assessment_has_no_figure_at_all() -> None:
    found = score.compute(SPBE, {})
    assert {one.value for one in score.walk(found.index)} == {None}
    assert len(found.missing) == 47


@pytest.mark.parametrize("level", [0, 6, -1, Decimal("2.5"), Decimal("NaN"), Decimal("Infinity"), True, "3", 3.0])
def test_what_is_no_level_is_refused(level: Any) -> None:
    with pytest.raises(BadInput, match="Indicator 7: expected a whole number from 1 to 5"):
        score.compute(SPBE, {**ALL_THREE, 7: level})


def test_an_indicator_that_the_instrument_has_not_is_refused() -> None:
    with pytest.raises(BadInput, match=r"from 1 to 47 .*, got 48"):
        score.compute(SPBE, {**ALL_THREE, 48: 3})


def test_scores_of_other_agencies_need_not_be_whole_in_pemdi() -> None:
    levels = {**dict.fromkeys(PEMDI.indicators, 3), 5: Decimal("3.27")}
    found = score.compute(PEMDI, levels, year=2026)
    assert found.index.value == Decimal("3.0135") == Decimal(reckoned(PEMDI, levels).index.numerator) / 2000
    with pytest.raises(BadInput, match="Indicator 4"):
        score.compute(PEMDI, {**levels, 4: Decimal("3.27")})


def test_255_is_cukup_in_spbe_and_baik_in_pemdi() -> None:
    assert rounding.predicate(Decimal("2.55"), SPBE.predicates) == "Cukup"
    assert rounding.predicate(Decimal("2.55"), PEMDI.predicates) == "Baik"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        *[("5", "Memuaskan"), ("4.2", "Memuaskan"), ("4.1999", "Sangat Baik"), ("3.5", "Sangat Baik"), ("3.4999", "Baik")],
        *[("2.6", "Baik"), ("2.5999", "Cukup"), ("1.8", "Cukup"), ("1.7999", "Kurang"), ("1", "Kurang")],
    ],
)
def test_the_bounds_of_the_predicates(value: str, name: str) -> None:
    assert rounding.predicate(Decimal(value), SPBE.predicates) == name


@pytest.mark.parametrize(
    ("value", "unrounded", "printed", "doubts"),
    [
        ("2.5945", "Cukup", "Cukup", 0),
        ("2.595", "Cukup", "Baik", 1),
        ("2.5995", "Cukup", "Baik", 1),
        ("2.6", "Baik", "Baik", 0),
        ("2.945", "Baik", "Baik", 1),
        ("2.955", "Baik", "Baik", 0),
    ],
)
def test_where_the_regulation_is_silent_the_rules_decide_and_it_is_said(
    value: str, unrounded: str, printed: str, doubts: int
) -> None:
    index = Decimal(value)
    assert rounding.called(index, SPBE.predicates) == unrounded
    assert rounding.called(index, SPBE.predicates, Rules(classify="printed")) == printed
    assert len(rounding.doubts(index, SPBE.predicates)) == doubts


def test_an_index_in_doubt_carries_both_readings() -> None:
    """Processes at 2 save two at 3, services at 3 save three at 4: exactly 2.595."""
    levels = {number: 3 if number in (11, 12) or number > 31 else 2 for number in SPBE.indicators}
    levels |= dict.fromkeys((42, 43, 44), 4)
    found = score.compute(SPBE, levels)
    assert (str(found.index.value), found.predicate) == ("2.595", "Cukup")
    assert found.doubts == ("2.595 is Cukup unrounded; as printed, 2.60, it would be Baik.",)
    assert score.compute(SPBE, levels, rules=Rules(classify="printed")).predicate == "Baik"


def test_the_ways_of_rounding() -> None:
    assert rounding.printed(Decimal("2.945")) == Decimal("2.95")
    assert rounding.printed(Decimal("2.945"), "half-even") == Decimal("2.94")
    with pytest.raises(BadInput, match="half-up, half-even"):
        rounding.rules("half-down", "unrounded")


def test_the_callers_decimal_context_changes_nothing() -> None:
    levels = dict(enumerate(COMPLETE[0]["levels"], 1))
    with localcontext(Context(prec=2, rounding=ROUND_UP)):
        found = score.compute(SPBE, levels)
        assert str(found.index.value) == "2.9475"
        assert str(found.printed(found.index)) == "2.95"
        assert [str(found.printed(one)) for one in found.figures("domain")] == COMPLETE[0]["domains"]


def test_there_is_no_indeks_spbe_2026() -> None:
    with pytest.raises(BadInput, match=r"there is no Indeks SPBE 2026\. It was ended by PermenPANRB 8/2026"):
        score.compute(SPBE, ALL_THREE, year=2026)
    with pytest.raises(BadInput, match="there is no Indeks Pemdi 2025"):
        score.compute(PEMDI, dict.fromkeys(PEMDI.indicators, 3), year=2025)
