"""What rooms above ask of the inventory."""

from __future__ import annotations

import uuid

import pytest

from terpadu.errors import Refused
from terpadu.governance.models import Application
from terpadu.governance.rules import approved, check_approved
from terpadu.governance.stages import APPROVED, STEPS, Stage, check_step, possible

OWNER = "ID/GOV/KEMENKES"


def make(stage: Stage, member: str = OWNER) -> Application:
    return Application.objects.create(member=member, code=f"A-{uuid.uuid4()}", name="Contoh", function="x", stage=stage)


@pytest.mark.django_db
@pytest.mark.parametrize("stage", list(Stage))
def test_an_application_counts_in_some_stages_and_for_its_owner_only(stage: Stage) -> None:
    application = make(stage)
    assert approved(application.pk, OWNER) is (stage in APPROVED)
    assert not approved(application.pk, "ID/GOV/POLRI")


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["", "x", "../", str(uuid.UUID(int=7))])
def test_what_is_no_application_is_refused_in_a_sentence(number: str) -> None:
    with pytest.raises(Refused, match=r"Expected an approved application of ID/GOV/KEMENKES"):
        check_approved(number, OWNER)


@pytest.mark.django_db
def test_the_entry_is_given_where_it_counts() -> None:
    application = make(Stage.IN_USE)
    assert check_approved(str(application.pk), OWNER) == application


def test_every_stage_has_an_end_and_every_step_is_reachable() -> None:
    ends = {stage for stage in Stage if not possible(stage)}
    assert ends == {Stage.ENDED, Stage.DROPPED}
    reached = {step.after for step in STEPS.values()} | {Stage.REPORTED, Stage.PLANNED}
    assert reached == set(Stage)


@pytest.mark.parametrize(("stage", "name"), [(Stage.ENDED, "pakai"), (Stage.REPORTED, "akhiri"), (Stage.IN_USE, "?")])
def test_a_step_that_the_table_does_not_hold_is_refused(stage: Stage, name: str) -> None:
    with pytest.raises(Refused, match="Expected a step"):
        check_step(stage, name)
