"""Turns of people and officers: what each may do, who finds what, objections with their terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from terpadu.cases import objections, officers, people
from terpadu.cases.models import Case, Decision, Objection, Seen, Task
from terpadu.cases.officers import Verdict
from terpadu.cases.states import State
from terpadu.errors import Refused
from terpadu.identity.models import Person
from tests.unit.cases.conftest import Portal, service_toml
from tests.unit.cases.little_node import No
from tests.unit.cases.processes import process

pytestmark = pytest.mark.django_db
Put = Callable[[str, Any], None]
DUKCAPIL, BPS, POLRI = "ID/GOV/KEMENDAGRI/DUKCAPIL", "ID/GOV/BPS/REGSOSEK", "ID/GOV/POLRI/SKCK"
CHECKED = f"""
<laneSet id="l"><lane id="l1" name="{DUKCAPIL}"><flowNodeRef>periksa</flowNodeRef></lane></laneSet>
<startEvent id="mulai"/>
<manualTask id="periksa" name="Memeriksa"><extensionElements>
<t:shows fact="keluarga.nomor" id="Nomor KK" en="Card"/><t:shows path="jawaban.nama_bayi" id="Nama" en="Name"/>
<t:decides id="Pencatatan" en="Record" rule="UU 24/2013 pasal 32" examiner="{BPS}" superior="{POLRI}"/>
<t:term days="2"/>EYES</extensionElements></manualTask>
<exclusiveGateway id="boleh"/>
<serviceTask id="akta"/>
<endEvent id="selesai"/>
<endEvent id="tidak"/>
mulai -> periksa
periksa -> boleh
boleh -> akta: putusan.periksa == 'setuju'
boleh => tidak
akta -> selesai
"""


@pytest.fixture
def officer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Person]:
    """Someone with a mandate for offices."""
    mandates: dict[Any, tuple[str, ...]] = {}
    monkeypatch.setattr(officers, "offices_of", lambda person: mandates.get(person.pk, ()))

    def make(name: str, *offices: str) -> Person:
        found = Person.objects.create(email=f"{name}@dinas.example", assurance=3)
        mandates[found.pk] = offices
        return found

    return make


@pytest.fixture
def checked(portal: Portal, person: Person, answers: Put) -> Case:
    """A case that waits for an officer."""
    portal.clock.real()
    portal.serve(process(CHECKED.replace("EYES", "")), service_toml("akta"))
    answers("akta", {"nomor": "AKTA-1"})
    return portal.work(portal.sent(person, nama_bayi="BAYU LOKANANTA"))


def _judge(person: Person, case: Case, result: str, *reasons: str) -> None:
    task = officers.tasks_of(person).get(case=case, state=Task.State.OPEN)
    officers.take(task, person)
    officers.finish(task, person, Verdict(result, reasons))


def test_only_the_office_of_the_task_finds_it(checked: Case, officer: Callable[..., Person], person: Person) -> None:
    mine, other, nobody = officer("ani", DUKCAPIL), officer("budi", POLRI), officer("cici")
    found = {who.email: list(officers.tasks_of(who)) for who in (mine, other, nobody, person)}
    assert [len(tasks) for tasks in found.values()] == [1, 0, 0, 0]
    assert list(people.cases_of(person)) == [checked]
    assert not people.cases_of(mine).exists()


def test_an_officer_does_not_judge_their_own_case(checked: Case, officer: Callable[..., Person]) -> None:
    mine = officer("ani", DUKCAPIL)
    Case.objects.update(applicant=mine)
    assert not officers.tasks_of(mine).exists()


def test_an_officer_sees_what_the_task_declares_and_no_more(checked: Case, officer: Callable[..., Person]) -> None:
    task = officers.tasks_of(officer("ani", DUKCAPIL)).get()
    rows = officers.rows(task, timezone.now())
    assert [(row.shown.title.id, row.value) for row in rows] == [
        ("Nomor KK", "9971010101800002"),
        ("Nama", "BAYU LOKANANTA"),
    ]
    assert rows[0].fact is not None
    assert rows[0].fact["number"] == "uji-1"


def test_a_look_is_kept(checked: Case, officer: Callable[..., Person]) -> None:
    mine = officer("ani", DUKCAPIL)
    officers.look(officers.tasks_of(mine).get(), mine)
    seen = Seen.objects.get(case=checked)
    assert (seen.person, seen.office, seen.step) == (mine, DUKCAPIL, "periksa")


def test_granted_goes_on(checked: Case, portal: Portal, officer: Callable[..., Person]) -> None:
    _judge(officer("ani", DUKCAPIL), checked, "granted")
    case = portal.work(checked)
    assert case.state == State.DECIDED
    assert len(portal.node.effects) == 1
    assert (case.decisions.get().automated, case.decisions.get().result) == (False, "granted")


def test_a_refusal_needs_a_reason_and_ends_there(checked: Case, portal: Portal, officer: Callable[..., Person]) -> None:
    mine = officer("ani", DUKCAPIL)
    task = officers.tasks_of(mine).get()
    officers.take(task, mine)
    for reasons in ((), ("  ",)):
        with pytest.raises(Refused, match="at least one reason"):
            officers.finish(task, mine, Verdict("refused", reasons))
    officers.finish(task, mine, Verdict("refused", ("Surat keterangan lahir tidak cocok.",)))
    case = portal.work(checked)
    assert portal.node.effects == []
    assert [reason["text"]["id"] for reason in case.decisions.get().reasons] == ["Surat keterangan lahir tidak cocok."]


def test_a_task_is_one_officers_at_a_time(checked: Case, officer: Callable[..., Person]) -> None:
    ani, budi = officer("ani", DUKCAPIL), officer("budi", DUKCAPIL)
    task = officers.tasks_of(ani).get()
    officers.take(task, ani)
    with pytest.raises(Refused, match="it is taken"):
        officers.take(task, budi)
    with pytest.raises(Refused, match="a colleague has it"):
        officers.finish(task, budi, Verdict("granted"))
    officers.put_back(task, ani)
    officers.take(task, budi)
    officers.finish(task, budi, Verdict("granted"))
    with pytest.raises(Refused, match="it is done"):
        officers.finish(task, budi, Verdict("granted"))


def test_four_eyes(portal: Portal, person: Person, answers: Put, officer: Callable[..., Person]) -> None:
    portal.clock.real()
    portal.serve(process(CHECKED.replace("EYES", '<t:eyes count="2"/>')), service_toml("akta"))
    answers("akta", {})
    case = portal.work(portal.sent(person, nama_bayi="BAYU"))
    ani, budi = officer("ani", DUKCAPIL), officer("budi", DUKCAPIL)
    _judge(ani, case, "granted")
    assert portal.work(case).state == State.WAITING_OFFICE
    with pytest.raises(Refused, match="second officer"):
        officers.take(officers.tasks_of(ani).get(), ani)
    _judge(budi, case, "granted")
    assert portal.work(case).state == State.DECIDED


def test_asking_for_more_stops_the_clock(checked: Case, portal: Portal, officer: Callable[..., Person]) -> None:
    ani, before = officer("ani", DUKCAPIL), checked.due
    task = officers.tasks_of(ani).get()
    officers.take(task, ani)
    officers.ask_for_more(task, ani, "Nama saksi kedua", timezone.now() + timedelta(days=7))
    case = portal.work(checked)
    assert (case.state, case.due, case.complete) == (State.WAITING_PERSON, None, None)
    with pytest.raises(Refused, match="complete application"):
        officers.finish(task, ani, Verdict("granted"))
    missing = people.turns_of(case).get()
    assert (missing.question, missing.question_from) == ("Nama saksi kedua", DUKCAPIL)
    people.bring(missing, "Sri Rahayu")
    case = portal.work(case)
    assert case.state == State.WAITING_OFFICE
    assert case.complete is not None
    assert case.due is not None
    assert before is not None
    assert case.due >= before
    assert [message.text for message in case.messages.all()] == ["Sri Rahayu"]
    officers.finish(task, ani, Verdict("granted"))
    assert portal.work(case).state == State.DECIDED


def test_withdrawing_only_before_an_office_has_acted(
    checked: Case, portal: Portal, officer: Callable[..., Person]
) -> None:
    assert people.can_withdraw(checked)
    people.withdraw(checked)
    case = portal.work(checked)
    assert case.state == State.WITHDRAWN
    assert not officers.queue_of(officer("ani", DUKCAPIL)).exists()


def test_not_withdrawing_afterwards(checked: Case, portal: Portal, officer: Callable[..., Person]) -> None:
    _judge(officer("ani", DUKCAPIL), checked, "granted")
    case = portal.work(checked)
    with pytest.raises(Refused, match="no office has acted"):
        people.withdraw(case)


def test_messages_go_only_to_offices_of_the_case(checked: Case) -> None:
    assert people.offices_of(checked) == [DUKCAPIL]
    people.write(checked, DUKCAPIL, "Kapan selesai?")
    with pytest.raises(Refused, match="has to do with this case"):
        people.write(checked, POLRI, "Halo")


@pytest.fixture
def refused(checked: Case, portal: Portal, officer: Callable[..., Person]) -> Case:
    _judge(officer("ani", DUKCAPIL), checked, "refused", "Tidak cocok.")
    return portal.work(checked)


def test_an_objection_is_examined_by_the_named_office(
    refused: Case, portal: Portal, officer: Callable[..., Person]
) -> None:
    first = refused.decisions.get()
    assert first.objection_until is not None
    filed = objections.file(first, Objection.Kind.OBJECTION, "Datanya sudah benar.")
    case = portal.work(refused)
    assert case.state == State.OBJECTED
    assert (filed.task.office, filed.task.kind) == (BPS, Task.Kind.OBJECTION)
    with pytest.raises(Refused, match="may still be filed"):
        objections.file(first, Objection.Kind.OBJECTION, "Lagi.")
    _judge(officer("budi", BPS), case, "granted")
    case = portal.work(case)
    assert case.state == State.DECIDED
    assert [(one.step, one.office, one.result) for one in case.decisions.all()] == [
        ("periksa", DUKCAPIL, "refused"),
        ("periksa", BPS, "granted"),
    ]
    assert len(portal.node.effects) == 1, "the process began anew and went the granted way"


def test_an_appeal_follows_an_objection_that_was_refused(
    refused: Case, portal: Portal, officer: Callable[..., Person]
) -> None:
    objections.file(refused.decisions.get(), Objection.Kind.OBJECTION, "Datanya benar.")
    case = portal.work(refused)
    _judge(officer("budi", BPS), case, "refused", "Tetap tidak cocok.")
    case = portal.work(case)
    second = case.decisions.last()
    assert second is not None
    assert objections.kinds_now(second, timezone.now()) == (Objection.Kind.APPEAL,)
    assert objections.kinds_now(Decision.objects.get(pk=case.decisions.all()[0].pk), timezone.now()) == ()
    assert objections.file(second, Objection.Kind.APPEAL, "Banding.").task.office == POLRI
    case = portal.work(case)
    _judge(officer("cici", POLRI), case, "refused", "Sudah diperiksa.")
    third = portal.work(case).decisions.last()
    assert third is not None
    assert objections.kinds_now(third, timezone.now()) == ()


def test_no_objection_after_its_term(refused: Case) -> None:
    decision = refused.decisions.get()
    assert decision.objection_until is not None
    assert objections.kinds_now(decision, decision.objection_until) == (Objection.Kind.OBJECTION,)
    assert objections.kinds_now(decision, decision.objection_until + timedelta(seconds=1)) == ()


BY_RULE = f"""
<startEvent id="mulai"/>
<exclusiveGateway id="syarat"/>
<businessRuleTask id="tolak"><extensionElements><t:decides id="Bantuan" en="Aid" rule="Kepmensos" result="refused"
 examiner="{BPS}" months="1"><t:reason id="Kartu lain" en="Other card" fact="keluarga.nomor"/></t:decides>
</extensionElements></businessRuleTask>
<serviceTask id="akta"/>
<endEvent id="a"/>
<endEvent id="b"/>
mulai -> syarat
syarat -> akta: fakta.keluarga.nomor == '1'
syarat => tolak
akta -> a
tolak -> b
"""


def test_what_a_machine_decided_an_officer_may_look_at(
    portal: Portal, person: Person, answers: Put, officer: Callable[..., Person]
) -> None:
    portal.clock.real()
    portal.serve(process(BY_RULE), service_toml("akta"))
    answers("akta", {})
    case = portal.work(portal.sent(person))
    decision = case.decisions.get()
    assert decision.automated
    assert set(objections.kinds_now(decision, timezone.now())) == {Objection.Kind.OBJECTION, Objection.Kind.HUMAN}
    assert decision.objection_until is not None
    assert 27 <= (decision.objection_until - timezone.now()).days <= 31, "one month, by the service's own rule"
    portal.node.answers[f"{DUKCAPIL}/keluarga"] = {"no_kk": "1", "kepala_keluarga": "JOKO"}
    objections.file(decision, Objection.Kind.OBJECTION, "Data sudah diperbaiki.")
    case = portal.work(case)
    _judge(officer("budi", BPS), case, "granted")
    case = portal.work(case)
    assert case.state == State.DECIDED
    assert len(portal.node.effects) == 1, "facts were asked anew"


def test_an_act_that_was_refused_is_mended(
    portal: Portal, person: Person, answers: Put, officer: Callable[..., Person]
) -> None:
    from tests.unit.cases.processes import LINE

    def no(_: Any) -> Any:
        raise No(422, "business-rule", "Sistem tutup buku.")

    portal.clock.real()
    portal.serve(process(LINE), service_toml("akta"))
    answers("akta", no)
    case = portal.work(portal.sent(person))
    ani = officer("ani", DUKCAPIL)
    answers("akta", {"nomor": "AKTA-1"})
    _judge(ani, case, "again")
    portal.clock.real()
    assert portal.work(case).state == State.CLOSED
    assert [key for _, key, _ in portal.node.effects] == [f"{case.reference}.akta#2"]


def test_or_the_case_ends_with_a_no(
    portal: Portal, person: Person, answers: Put, officer: Callable[..., Person]
) -> None:
    from tests.unit.cases.processes import LINE

    def no(_: Any) -> Any:
        raise No(422, "business-rule", "Sudah tercatat.")

    portal.clock.real()
    portal.serve(process(LINE), service_toml("akta"))
    answers("akta", no)
    case = portal.work(portal.sent(person))
    _judge(officer("ani", DUKCAPIL), case, "refused", "Kelahiran sudah tercatat.")
    case = portal.work(case)
    assert (case.state, case.decisions.get().result) == (State.DECIDED, "refused")
