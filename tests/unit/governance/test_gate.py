"""Refused by default; connected by a draft; or judged by ministries that did not propose, and then nothing changes any more."""

from __future__ import annotations

import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from terpadu.errors import BadInput, Refused
from terpadu.governance import roles
from terpadu.governance.gate import drafting, rules
from terpadu.governance.gate_states import STATES, State
from terpadu.governance.history import Actor
from terpadu.governance.models import Application, Exemption, Proposal, Record, Review
from terpadu.governance.overlap.keeping import Keeper
from terpadu.governance.rules import approved
from terpadu.governance.stages import Stage
from terpadu.identity.models import OfficeMandate, Person
from tests.lib.people import make_officer
from tests.unit.governance.conftest import AGENCY, REVIEWERS, make_application, manager, reviewer

pytestmark = pytest.mark.django_db
WANTED = {
    "agency": "Kabupaten Telaga Wening", "name": "e-Cuti", "function": "Pegawai mengajukan cuti dari ponsel",
    "data": "sisa cuti", "service_code": "RAL.02.03", "cost": 1_240_000_000, "months": 9,
}  # fmt: skip
NEEDED = {"reasons": "SmartASN tidak punya antarmuka.", "cost": 5} | dict.fromkeys(
    ("cost_basis", "duplication", "splp", "audit"), "Sudah disusun."
)
PANRB, KOMDIGI, BAPPENAS = REVIEWERS


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("rab.pdf", b"%PDF-1.7 uji")


def propose(person: Person, member: str = AGENCY, **more: Any) -> Proposal:
    kept = Keeper()
    kept.build()
    return rules.propose(WANTED | more, Actor(person, member), kept)


def exempted(person: Person, member: str = AGENCY) -> Proposal:
    proposal = propose(person, member)
    rules.ask_exemption(proposal, NEEDED, pdf(), Actor(person, member))
    return again(proposal)


def again(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def judge(proposal: Proposal, ministry: str, verdict: str = "dilanjutkan", person: Person | None = None) -> Proposal:
    found = roles.standing(person or reviewer(ministry))
    return rules.review(proposal, ministry, {"verdict": verdict, "reasons": "Sudah diperiksa.", "conditions": ""}, found)


def kinds(proposal: Proposal) -> list[str]:
    return [one.kind for one in Record.objects.filter(proposal=proposal)]


def test_a_proposal_is_held_and_told_what_exists() -> None:
    entry = make_application(name="SmartASN Cuti", function="Layanan cuti ASN", code="C")
    make_application(name="Peta Jalan", function="Memetakan jembatan", service_code="RAL.04.03", data="ruas", code="J")
    proposal = propose(manager())
    assert proposal.state == State.HELD
    assert proposal.found[0]["application"] == str(entry.pk)
    assert (proposal.compared, proposal.found[0]["parts"]["codes"]) == (2, 1.0)
    assert kinds(proposal) == ["proposed", "held"]
    assert Application.objects.count() == 2


def test_what_exists_is_connected_instead_and_nothing_is_built() -> None:
    entry, person = make_application(), manager()
    proposal = propose(person)
    rules.connect(proposal, entry, Actor(person, AGENCY))
    assert (again(proposal).state, again(proposal).connects) == (State.CONNECTING, entry)
    assert Application.objects.count() == 1


OPENAPI = '{"openapi":"3.0.0","info":{"title":"Cuti"},"paths":{"/saldo":{"get":{"operationId":"saldo"}}}}'


@pytest.mark.parametrize(("kind", "text", "service"), [("openapi", OPENAPI, "saldo"), ("csv", "nip;hari\n1;2\n", "berkas")])
def test_a_draft_is_a_description_that_reads(kind: str, text: str, service: str) -> None:
    written = tomllib.loads(drafting.draft(kind, text))
    assert service in written["service"]
    assert str(Path.cwd()) not in str(written)


@pytest.mark.parametrize(("kind", "text"), [("openapi", "<html>"), ("wsdl", "<a/>"), ("csv", "satu")])
def test_a_text_that_is_no_description_is_refused(kind: str, text: str) -> None:
    with pytest.raises(BadInput, match="Expected"):
        drafting.draft(kind, text)


def test_a_description_that_unfolds_without_end_is_refused() -> None:
    deep = ",".join(
        f'"A{one}":{{"type":"object","properties":{{' + ",".join(f'"p{two}":{{"$ref":"#/components/schemas/A{one + 1}"}}' for two in range(10)) + "}}"  # noqa: E501
        for one in range(12)
    )
    body = '{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/A0"}}}}'
    text = f'{{"openapi":"3.0.0","info":{{"title":"x"}},"paths":{{"/a":{{"post":{{"operationId":"a","requestBody":{body}}}}}}},"components":{{"schemas":{{{deep},"A12":{{}}}}}}}}'  # noqa: E501
    with pytest.raises(BadInput, match="at most"):
        drafting.draft("openapi", text)


def test_three_ministries_say_yes_and_the_inventory_plans_it() -> None:
    proposal = exempted(manager())
    judge(proposal, PANRB)
    judge(proposal, KOMDIGI)
    assert again(proposal).state == State.REVIEWED
    done = judge(proposal, BAPPENAS)
    assert done.state == State.CONTINUED
    entry = again(proposal).application
    assert entry is not None
    assert (entry.stage, entry.member, entry.code) == (Stage.PLANNED, AGENCY, proposal.reference)
    assert approved(entry.pk, AGENCY)
    assert kinds(proposal) == ["proposed", "held", "exemption", "reviewed", "reviewed", "reviewed", "continued"]


def test_one_no_is_a_no_and_every_ministry_is_heard() -> None:
    proposal = exempted(manager())
    judge(proposal, PANRB, "tidak-dilanjutkan")
    assert again(proposal).state == State.REVIEWED
    judge(proposal, KOMDIGI)
    assert judge(proposal, BAPPENAS).state == State.STOPPED
    assert not Application.objects.exists()


def test_a_ministry_does_not_judge_its_own_proposal_and_the_others_decide() -> None:
    proposal = exempted(manager(PANRB), PANRB)
    with pytest.raises(Refused):
        judge(proposal, PANRB)
    judge(proposal, KOMDIGI)
    assert judge(proposal, BAPPENAS).state == State.CONTINUED


def test_nobody_judges_twice_not_even_for_two_ministries() -> None:
    proposal, one = exempted(manager()), reviewer(PANRB)
    make_officer(one, f"{KOMDIGI}/GERBANG", "penilai")
    judge(proposal, PANRB, person=one)
    for ministry in (PANRB, KOMDIGI):
        with pytest.raises(Refused):
            judge(proposal, ministry, person=one)
    with pytest.raises(Refused):
        judge(proposal, PANRB)
    assert proposal.reviews.count() == 1


@pytest.mark.parametrize("lost", [False, True])
def test_who_proposed_does_not_judge_also_after_changing_sides(lost: bool) -> None:
    person = manager()
    proposal = exempted(person)
    make_officer(person, f"{PANRB}/GERBANG", "penilai")
    if lost:
        OfficeMandate.objects.filter(holder=person, role="aplikasi").update(until=person.joined)
    with pytest.raises(Refused):
        judge(proposal, PANRB, person=person)


def test_a_mandate_that_ended_judges_nothing() -> None:
    proposal, one = exempted(manager()), reviewer(PANRB)
    OfficeMandate.objects.filter(holder=one).update(until=one.joined)
    with pytest.raises(Refused):
        judge(proposal, PANRB, person=one)


def test_a_ministry_that_the_setting_does_not_name_judges_nothing() -> None:
    proposal = exempted(manager())
    with pytest.raises(Refused):
        judge(proposal, "ID/GOV/POLRI")


def test_without_reviewers_no_exemption_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    person = manager()
    proposal = propose(person)
    monkeypatch.setattr(rules, "reviewers", dict)
    with pytest.raises(Refused, match="reviewers"):
        rules.ask_exemption(proposal, NEEDED, pdf(), Actor(person, AGENCY))
    assert again(proposal).state == State.HELD


def decided(person: Person) -> Proposal:
    proposal = exempted(person)
    for ministry in REVIEWERS:
        judge(proposal, ministry)
    return again(proposal)


def test_after_the_decision_nothing_changes() -> None:
    person = manager()
    proposal = decided(person)
    actor = Actor(person, AGENCY)
    entry = make_application()
    for act in (
        lambda: rules.withdraw(proposal, "x", actor),
        lambda: rules.connect(proposal, entry, actor),
        lambda: rules.ask_exemption(proposal, NEEDED, pdf(), actor),
        lambda: judge(proposal, PANRB),
        proposal.save,
        proposal.delete,
        Proposal.objects.filter(pk=proposal.pk).delete,
        lambda: Proposal.objects.filter(pk=proposal.pk).update(state=State.HELD),
        proposal.exemption.save,
        proposal.reviews.all()[0].save,
        proposal.reviews.all()[0].delete,
        Record.objects.filter(proposal=proposal)[0].save,
        lambda: Record.objects.filter(proposal=proposal).update(note="x"),
        Record.objects.filter(proposal=proposal).delete,
    ):
        with pytest.raises((Refused, BadInput)):
            act()
    assert again(proposal).state == State.CONTINUED
    assert Exemption.objects.count() == 1


def test_one_verdict_of_a_ministry_holds_in_the_database_too() -> None:
    proposal, one = exempted(manager()), reviewer(PANRB)
    judge(proposal, PANRB, person=one)
    for values in ({"member": PANRB, "by": reviewer(PANRB)}, {"member": KOMDIGI, "by": one}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(proposal=proposal, ministry="x", verdict="dilanjutkan", reasons="x", **values)


def test_a_withdrawn_proposal_stays_with_its_reason() -> None:
    person = manager()
    proposal = propose(person)
    rules.withdraw(proposal, "Dipakai SmartASN.", Actor(person, AGENCY))
    assert again(proposal).state == State.WITHDRAWN
    assert Record.objects.filter(proposal=proposal).last().note == "Dipakai SmartASN."


def test_every_state_is_reached_and_ends_are_ends() -> None:
    reached = {then for following in STATES.values() for then in following} | {State.HELD}
    assert reached == set(State) == set(STATES)
    assert {state for state, following in STATES.items() if not following} == {State.CONTINUED, State.STOPPED, State.WITHDRAWN}


def test_a_question_before_the_first_build_begins_it_and_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, begun = Keeper(), threading.Event()
    monkeypatch.setattr(kept, "_run", begun.set)
    monkeypatch.setattr("terpadu.governance.overlap.keeping.LONGEST", 0.05)
    with pytest.raises(TimeoutError):
        rules.propose(WANTED, Actor(manager(), AGENCY), kept)
    assert begun.wait(5)
    assert not Proposal.objects.exists()
