"""A case walks its process: acts, people, offices, rules, deadlines; refusals and silence take their own way."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest

from terpadu.cases import showing_sent
from terpadu.cases.models import Act, Task
from terpadu.cases.states import State
from terpadu.identity.models import Person
from tests.unit.cases.conftest import Portal, service_toml
from tests.unit.cases.little_node import No
from tests.unit.cases.processes import FORK, LINE, process

pytestmark = pytest.mark.django_db
Put = Callable[[str, Any], None]

DUKCAPIL = "ID/GOV/KEMENDAGRI/DUKCAPIL"


def _down(_: Any) -> Any:
    raise No(504, "upstream-down", "silent")


def test_facts_then_acts_then_the_end(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(LINE), service_toml("akta", origin="fakta.keluarga.nomor"))
    answers("akta", {"nomor": "AKTA-1"})
    case = portal.work(portal.sent(person))
    assert case.state == State.CLOSED
    assert [(service, key) for service, key, _ in portal.node.effects] == [
        (f"{DUKCAPIL}/akta", f"{case.reference}.akta")
    ]
    assert portal.node.effects[0][2]["dari"] == "9971010101800002"
    assert {fact["name"] for fact in case.facts} == {"keluarga.nomor", "keluarga.kepala"}
    done = case.events.get(kind="act_done")
    assert (done.office, done.number) == (DUKCAPIL, "uji-2")
    assert case.due is not None
    assert case.lease is None


def test_branches_go_side_by_side_and_meet(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(FORK), service_toml("akta", "kk", "kia"))
    together = Barrier(2)
    answers("akta", {})
    for name in ("kk", "kia"):
        answers(name, lambda _: {"sendiri": together.wait(5) < 0})
    case = portal.work(portal.sent(person))
    assert case.state == State.CLOSED
    assert {act.name: act.state for act in case.acts.all()} == dict.fromkeys(("akta", "kk", "kia"), Act.State.DONE)


def test_a_branch_that_waits_holds_up_no_other(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(FORK), service_toml("akta", "kk", "kia"))
    for name in ("akta", "kk"):
        answers(name, {})
    answers("kia", _down)
    case = portal.work(portal.sent(person))
    assert case.state == State.DELAYED
    assert {act.name: act.state for act in case.acts.all()} == {"akta": "done", "kk": "done", "kia": "intended"}


def test_a_silent_office_is_asked_again_with_growing_pauses(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(LINE), service_toml("akta"))
    answers("akta", _down)
    case = portal.work(portal.sent(person))
    assert case.state == State.DELAYED
    pauses = []
    for _ in range(4):
        wake = portal.again(case).wake
        assert wake is not None
        pauses.append((wake - portal.clock.now).total_seconds())
        portal.clock.now = wake
        portal.work(case)
    assert pauses == [10, 20, 40, 80]
    answers("akta", {"nomor": "AKTA-1"})
    portal.clock.move(hours=1)
    assert portal.work(case).state == State.CLOSED
    assert len(portal.node.effects) == 1
    assert {key for service, key in portal.node.asked if service.endswith("/akta")} == {f"{case.reference}.akta"}


REFUSED = """
<startEvent id="mulai"/>
<serviceTask id="akta"/>
<boundaryEvent id="akta_tidak" attachedToRef="akta"><errorEventDefinition/></boundaryEvent>
<businessRuleTask id="tolak" name="Akta"><extensionElements>
<t:decides id="Akta kelahiran" en="Birth certificate" rule="UU 24/2013 pasal 27" result="refused"
 examiner="ID/GOV/KEMENDAGRI/DUKCAPIL">
<t:reason id="Dukcapil tidak mencatat." en="The register refused." act="akta"/>
<t:reason id="Nomor KK" en="Card" fact="keluarga.nomor" when="fakta.keluarga.nomor == ''"/></t:decides>
</extensionElements></businessRuleTask>
<endEvent id="selesai"/>
<endEvent id="berhenti"/>
mulai -> akta
akta -> selesai
akta_tidak -> tolak
tolak -> berhenti
"""


def _no(_: Any) -> Any:
    raise No(422, "business-rule", "Sudah tercatat.")


def test_a_no_takes_its_own_way_and_is_decided_with_reasons(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(REFUSED), service_toml("akta"))
    answers("akta", _no)
    case = portal.work(portal.sent(person))
    assert case.state == State.DECIDED
    decision = case.decisions.get()
    assert (decision.result, decision.automated, decision.rule) == ("refused", True, "UU 24/2013 pasal 27")
    assert [reason["said"] for reason in decision.reasons] == ["Sudah tercatat."]
    proofs = {event.kind: event.number for event in case.events.filter(kind__in=("act_refused", "decided"))}
    assert proofs == {"act_refused": "uji-tolak", "decided": "uji-tolak"}, "a no is proven like a yes"
    assert "uji-tolak" in showing_sent.numbers(case)
    assert decision.objection_until is not None
    portal.clock.now = decision.objection_until
    portal.clock.move(days=1)
    assert portal.work(case).state == State.CLOSED


def test_a_no_without_its_own_way_is_a_task_of_that_office(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(LINE), service_toml("akta"))
    answers("akta", _no)
    case = portal.work(portal.sent(person))
    task = case.tasks.get()
    assert (case.state, task.kind, task.office) == (State.WAITING_OFFICE, Task.Kind.MEND, DUKCAPIL)


WAITING = f"""
<laneSet id="l"><lane id="l1" name="{DUKCAPIL}"><flowNodeRef>periksa</flowNodeRef></lane></laneSet>
<startEvent id="mulai"/>
<userTask id="setuju"/>
<exclusiveGateway id="pilih"/>
<manualTask id="periksa"/>
<boundaryEvent id="batas" attachedToRef="periksa"><timerEventDefinition>
<timeDate>hari_kerja(2)</timeDate></timerEventDefinition></boundaryEvent>
<serviceTask id="akta"/>
<endEvent id="selesai"/>
<endEvent id="lewat"/>
mulai -> setuju
setuju -> pilih
pilih -> periksa: jawaban.umur > 60
pilih => akta
periksa -> akta
batas -> lewat
akta -> selesai
"""


def _answer(portal: Portal, task: Task, **answers: Any) -> None:
    task.case.answers = {**task.case.answers, **answers}
    task.case.wake = portal.clock.now
    task.case.save()
    task.state, task.outcome = Task.State.DONE, {"answers": {}}
    task.save()


def test_people_and_offices_have_their_turns(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(WAITING), service_toml("akta"))
    answers("akta", {})
    case = portal.work(portal.sent(person))
    assert (case.state, case.turn) == (State.WAITING_PERSON, "person")
    _answer(portal, case.tasks.get(), umur=75)
    case = portal.work(case)
    assert (case.state, case.turn) == (State.WAITING_OFFICE, "office")
    assert portal.node.effects == []
    _answer(portal, case.tasks.get(step="periksa"))
    assert portal.work(case).state == State.CLOSED
    assert len(portal.node.effects) == 1


def test_a_condition_without_its_fact_waits_and_asks_again(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(WAITING.replace("jawaban.umur > 60", "fakta.keluarga.nomor != ''")), service_toml("akta"))
    family = portal.node.answers.pop(f"{DUKCAPIL}/keluarga")
    case = portal.work(portal.sent(person))
    _answer(portal, case.tasks.get())
    case = portal.work(case)
    assert (case.state, case.stuck) == (State.DELAYED, portal.clock.now)
    portal.node.answers[f"{DUKCAPIL}/keluarga"] = family
    portal.clock.move(hours=1)
    assert portal.work(case).state == State.WAITING_OFFICE


def test_a_term_that_is_over_is_said_and_grants_nothing(portal: Portal, person: Person) -> None:
    portal.serve(process(WAITING), service_toml("akta"))
    case = portal.work(portal.sent(person))
    assert case.due is not None
    portal.clock.now = case.due
    portal.clock.move(minutes=2)
    case = portal.work(case)
    assert [event.kind for event in case.events.all()].count("overdue") == 1
    assert case.state == State.WAITING_PERSON
    assert not case.decisions.exists()
    portal.clock.move(days=1)
    assert [event.kind for event in portal.work(case).events.all()].count("overdue") == 1


def test_a_case_keeps_the_process_that_it_began_with(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(WAITING), service_toml("akta", "kk"))
    answers("akta", {})
    case = portal.work(portal.sent(person))
    portal.serve(process(LINE.replace('"akta"', '"kk"').replace("-> akta", "-> kk").replace("akta ->", "kk ->")),
                 service_toml("akta", "kk"))  # fmt: skip
    _answer(portal, case.tasks.get(), umur=30)
    portal.work(case)
    assert [service for service, _, _ in portal.node.effects] == [f"{DUKCAPIL}/akta"]
