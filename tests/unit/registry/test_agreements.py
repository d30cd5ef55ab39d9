"""The walk of an agreement: risk form, four eyes, terms that let something through, versions, templates, suspensions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from terpadu.errors import Refused
from terpadu.model.federation import WHOLE_BODY
from terpadu.registry import agreeing, describing, offering, publishing, risk, suspending
from terpadu.registry.models import Agreement, Suspension, Version
from terpadu.registry.models.agreement import Side
from terpadu.registry.refusals import No
from terpadu.registry.risk import FLAGS, LARGE, QUESTIONS
from terpadu.registry.states import Deal, Life
from tests.unit.registry.conftest import DUK, KES, KLINIK, NIK, World, in_days, openapi, reread, wanted

ANSWERS = {name: f"jawaban {name}" for name in QUESTIONS}


def no(key: str, act: Callable[[], object]) -> None:
    with pytest.raises(No) as caught:
        act()
    assert caught.value.key == key


def test_asked_reviewed_approved_signed_in_force(ready: World) -> None:
    found = ready.agreed()
    assert found.state == Deal.APPROVED
    assert reread(ready.office).agreements == ()
    ready.publish()
    found.refresh_from_db()
    assert (found.state, found.published) == (Deal.IN_FORCE, True)
    listed = reread(ready.office).agreements[0]
    assert (listed.consumer, listed.service, listed.fields) == (KLINIK, NIK, ("alamat.kota", "nama"))
    assert (listed.default_purpose, listed.quota, listed.persons) == ("lahir", 1000, 100)
    assert [(point.method, point.path) for point in listed.endpoints] == [("POST", "/")]


TERMS = {
    "no field": ({"fields": ()}, "empty"),
    "the whole body": ({"fields": (WHOLE_BODY,)}, "no-such-fields"),
    "a field that is none": ({"fields": ("gaji",)}, "no-such-fields"),
    "no quota": ({"quota": 0}, "empty"),
    "no ceiling of persons": ({"persons": 0}, "persons"),
    "no purpose": ({"purposes": ()}, "purposes"),
    "a purpose of nobody": ({"purposes": ("iseng",)}, "purposes"),
    "ended already": ({"until": in_days(0)}, "too-long"),
    "for ever": ({"until": in_days(5000)}, "too-long"),
}


@pytest.mark.parametrize("name", TERMS)
def test_terms_that_let_nothing_through_or_too_much(ready: World, name: str) -> None:
    more, key = TERMS[name]
    no(key, lambda: ready.ask(**more))


def test_nobody_decides_what_he_asked_for(ready: World) -> None:
    from tests.lib.people import make_officer

    for role in ("petugas", "pimpinan"):
        make_officer(ready["consumer"], DUK, role)
    found = ready.ask()
    no("another", lambda: agreeing.review(ready["consumer"], found.pk))
    agreeing.review(ready["provider"], found.pk)
    no("another", lambda: agreeing.approve(ready["consumer"], found.pk))


def test_a_refusal_has_reasons_and_ends_it(ready: World) -> None:
    found = ready.ask()
    agreeing.review(ready["provider"], found.pk)
    no("reason", lambda: agreeing.refuse(ready["provider_head"], found.pk, [" "]))
    kept = agreeing.refuse(ready["provider_head"], found.pk, ["Terlalu banyak data.", "Tanpa urusan."])
    assert (kept.state, kept.reasons) == (Deal.REFUSED, ["Terlalu banyak data.", "Tanpa urusan."])
    no("step", lambda: agreeing.approve(ready["provider_head"], found.pk))


def test_the_risk_form_is_versioned_and_compulsory_by_what_is_asked(ready: World) -> None:
    version = Version.objects.get()
    version.fields["diagnosis"]["specific"] = True
    version.save()
    found = agreeing.ask(ready["consumer"], KLINIK, NIK, wanted(fields=("diagnosis",), persons=LARGE))
    no("no-risk", lambda: agreeing.review(ready["provider"], found.pk))
    risk.assess(ready["consumer"], found, [], {})
    no("risk-lacks", lambda: agreeing.review(ready["provider"], found.pk))
    no("unanswered", lambda: risk.assess(ready["consumer"], found, ["spesifik", "skala-besar"], {}))
    second = risk.assess(ready["consumer"], found, ["spesifik", "skala-besar"], ANSWERS)
    assert second.version == 2
    agreeing.review(ready["provider"], found.pk)
    assert agreeing.approve(ready["provider_head"], found.pk).state == Deal.APPROVED


def test_the_seven_kinds_of_the_law_are_there() -> None:
    assert len(FLAGS) == 7


def test_the_next_version_takes_the_place_of_the_first(ready: World) -> None:
    first = ready.agreed()
    ready.publish()
    second = ready.agreed(fields=("nama",))
    assert second.name == f"{first.code}/2"
    ready.publish()
    assert [one.name for one in reread(ready.office).agreements] == [second.name]
    assert Agreement.objects.get(pk=first.pk).state == Deal.ENDED


def test_one_request_at_a_time(ready: World) -> None:
    ready.ask()
    no("waits-already", ready.ask)


def test_an_ended_agreement_is_refused_at_once_and_leaves_with_the_next_federation(
    ready: World, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    found = ready.agreed()
    ready.publish()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        agreeing.end(ready["consumer_head"], found.pk, "tidak perlu lagi")
    assert [(one.what, one.by) for one in ready.office.narrowing().suspended] == [(found.name, "centre")]
    ready.publish()
    assert reread(ready.office).agreements == ()
    assert ready.office.narrowing().suspended == ()


def test_what_ends_while_holders_sign_is_suspended_when_it_is_published(ready: World) -> None:
    found = ready.agreed()
    publishing.prepare(ready["operator"])
    agreeing.end(ready["consumer_head"], found.pk, "berubah pikiran")
    ready.sign()
    publishing.publish(ready["operator"])
    assert [one.what for one in ready.office.narrowing().suspended] == [found.name]
    ready.publish()
    assert (reread(ready.office).agreements, ready.office.narrowing().suspended) == ((), ())


def test_three_suspend_each_for_itself(ready: World) -> None:
    found = ready.agreed()
    ready.publish()
    who = {Side.CONSUMER: "consumer", Side.PROVIDER: "provider", Side.CENTRE: "operator"}
    for side, name in who.items():
        suspending.suspend_agreement(ready[name], found.pk, side, f"alasan {side}")
        no("suspended-already", lambda side=side, name=name: suspending.suspend_agreement(ready[name], found.pk, side, "x"))
    assert {(one.by, one.reason) for one in ready.office.narrowing().suspended} == {(s.value, f"alasan {s}") for s in who}
    for number, (side, name) in enumerate(who.items(), 1):
        suspending.resume_agreement(ready[name], found.pk, side)
        assert len(ready.office.narrowing().suspended) == 3 - number
        assert Agreement.objects.get(pk=found.pk).state == (Deal.IN_FORCE if number == 3 else Deal.SUSPENDED)
    told = Suspension.objects.filter(what=found.name)
    assert all(one.ended and one.ended_by and one.person for one in told)
    no("not-suspended", lambda: suspending.resume_agreement(ready["operator"], found.pk, Side.CENTRE))


def test_a_suspension_that_could_not_be_published_is_not_written(ready: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ready.agreed()
    ready.publish()

    def broken(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr("terpadu.trust.narrow.suspend", broken)
    with pytest.raises(OSError, match="disk"):
        suspending.suspend_agreement(ready["provider"], found.pk, Side.PROVIDER, "x")
    assert not Suspension.objects.exists()
    assert Agreement.objects.get(pk=found.pk).state == Deal.IN_FORCE


def test_a_whole_member_is_suspended_by_itself_or_the_centre(ready: World) -> None:
    suspending.suspend(ready["provider"], DUK, Side.PROVIDER, "gangguan")
    suspending.suspend(ready["operator"], DUK, Side.CENTRE, "serangan")
    no("own-house", lambda: suspending.suspend(ready["provider"], DUK, Side.CONSUMER, "x"))
    suspending.resume(ready["provider"], DUK, Side.PROVIDER)
    assert [(one.what, one.by) for one in ready.office.narrowing().suspended] == [(DUK, "centre")]
    with pytest.raises(Refused) as caught:
        suspending.resume(ready["provider"], DUK, Side.CENTRE)
    assert caught.value.code == "identity"


def _template(world: World, **more: object) -> int:
    terms = {"service": NIK, "name": "Semua daerah", "member_class": "", "wanted": wanted(), **more}
    made = offering.make_template(world["provider"], **terms)  # type: ignore[arg-type]
    risk.assess(world["provider"], made, [], {})
    return made.pk


def test_many_join_with_one_form(ready: World) -> None:
    number = _template(ready)
    with pytest.raises(Refused):
        offering.join(ready["consumer"], number, KLINIK)
    offering.open_template(ready["provider_head"], number)
    joined = offering.join(ready["consumer"], number, KLINIK)
    assert (joined.state, joined.decided_by, joined.template_id) == (Deal.APPROVED, ready["provider_head"], number)
    no("has-one", lambda: offering.join(ready["consumer"], number, KLINIK))
    ready.publish()
    assert [one.consumer for one in reread(ready.office).agreements] == [KLINIK]


def test_a_template_for_one_class_and_four_eyes(ready: World) -> None:
    number = _template(ready, member_class="PEMDA")
    offering.open_template(ready["provider_head"], number)
    no("other-class", lambda: offering.join(ready["consumer"], number, KLINIK))
    own = offering.make_template(ready["provider_head"], NIK, "x", "", wanted())
    risk.assess(ready["provider_head"], own, [], {})
    no("another", lambda: offering.open_template(ready["provider_head"], own.pk))


# versions

def test_a_version_that_breaks_a_consumer_names_it_and_cannot_take_the_place(ready: World) -> None:
    ready.agreed()
    second = ready.describe(openapi(nama=None, nama_lengkap={"type": "string"}))
    with pytest.raises(No) as caught:
        describing.move_version(ready["provider_head"], second.pk, Life.PUBLISHED)
    assert caught.value.key == "breaks"
    assert KLINIK in caught.value.said
    assert "nama" in caught.value.sentence
    harmless = ready.describe(openapi(diagnosis=None, agama={"type": "string"}))
    describing.move_version(ready["provider_head"], harmless.pk, Life.PUBLISHED)
    assert [one.state for one in Version.objects.order_by("number")] == [Life.RETIRED, Life.DRAFT, Life.PUBLISHED]


def test_a_service_with_consumers_is_not_retired(ready: World) -> None:
    ready.agreed()
    version = Version.objects.get()
    no("retire-day", lambda: describing.move_version(ready["provider_head"], version.pk, Life.DEPRECATED))
    describing.move_version(ready["provider_head"], version.pk, Life.DEPRECATED, in_days(90))
    no("not-offered", ready.ask)
    no("relied-on", lambda: describing.move_version(ready["provider_head"], version.pk, Life.RETIRED))
    agreeing.end(ready["provider_head"], Agreement.objects.get().pk, "layanan berakhir")
    describing.move_version(ready["provider_head"], version.pk, Life.RETIRED)
    ready.publish()
    assert reread(ready.office).services == ()


def test_the_first_version_is_tried_first(world: World) -> None:
    world.both()
    made = world.describe()
    no("trial-first", lambda: describing.move_version(world["provider_head"], made.pk, Life.PUBLISHED))
    describing.move_version(world["provider_head"], made.pk, Life.TRIAL)
    world.publish()
    assert reread(world.office).services[0].stage == "trial"


def test_only_a_draft_is_marked(ready: World) -> None:
    no("step", lambda: describing.mark_specific(ready["provider"], Version.objects.get().pk, ["nama"]))
    made = ready.describe()
    kept = describing.mark_specific(ready["provider"], made.pk, ["diagnosis"])
    assert [name for name, one in kept.fields.items() if one["specific"]] == ["diagnosis"]


# who copies another's service

def test_whoever_copies_anothers_description_gets_nothing_that_the_other_accepts(ready: World) -> None:
    """As in Italy's PDND: an own service with the other's audience. Here a name says whose it is, and whose node answers."""
    original = Version.objects.get()
    with pytest.raises(Refused) as caught:
        describing.describe(ready["consumer"], NIK, _copied(original))
    assert caught.value.code == "identity"
    copy = f"{KES}/klinik/nik"
    no("own-nodes", lambda: describing.describe(ready["consumer"], copy, _copied(original)))
    made = describing.describe(ready["consumer"], copy, _copied(original, nodes=(f"{KES}/n1",)))
    describing.move_version(ready["consumer_head"], made.pk, Life.TRIAL)
    ready.subsystem(f"{KES}/lain", "consumer")
    own = agreeing.ask(ready["consumer"], f"{KES}/lain", copy, wanted())
    risk.assess(ready["consumer"], own, [], {})
    agreeing.review(ready["consumer_head"], own.pk)
    ready.publish()
    rights = reread(ready.office)
    assert {one.id: one.nodes for one in rights.services} == {NIK: (f"{DUK}/n1",), copy: (f"{KES}/n1",)}
    assert not any(one.service == NIK for one in rights.agreements)
    asked = agreeing.ask(ready["consumer"], KLINIK, NIK, wanted())
    risk.assess(ready["consumer"], asked, [], {})
    for act in (agreeing.review, agreeing.approve):
        with pytest.raises(Refused) as caught:
            act(ready["consumer_head"], asked.pk)
        assert caught.value.code == "identity"


def _copied(original: Version, **more: object) -> describing.Description:
    told = {"title": original.title, "description": original.description, "subject": original.subject,
            "nodes": tuple(original.nodes), "form": original.form, "raw": original.contract.encode(), **more}  # fmt: skip
    return describing.Description(**told)  # type: ignore[arg-type]


def test_names_of_agreements_do_not_meet(ready: World) -> None:
    assert ready.ask().code == "KES-KLINIK-NIK"
