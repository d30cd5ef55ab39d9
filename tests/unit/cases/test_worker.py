"""The worker: one case at a time is one worker's; what cannot be carried holds up no other; notices tell no data."""

from __future__ import annotations

import random
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from terpadu.cases import leases, notices, objections, officers, people, upkeep, worker
from terpadu.cases.models import Case, Notice, Objection, Task
from terpadu.cases.officers import Verdict
from terpadu.cases.settling import pause
from terpadu.cases.states import STATES, State
from terpadu.cases.stepping import step
from terpadu.errors import CODES, Refused
from terpadu.identity.models import Person
from tests.unit.cases.conftest import Portal, service_toml
from tests.unit.cases.processes import LINE, process
from tests.unit.cases.test_people_and_officers import CHECKED, DUKCAPIL

pytestmark = pytest.mark.django_db
Put = Callable[[str, Any], None]


def test_every_code_of_an_exchange_has_its_way() -> None:
    from terpadu.cases.asking import AGAIN, NO, PEOPLE

    assert set(CODES) == AGAIN | NO | PEOPLE
    assert not AGAIN & NO
    assert not NO - set(CODES)
    assert not AGAIN - set(CODES)


def test_an_idle_worker_looks_for_neither_papers_nor_bills_and_upkeep_finds_what_a_killed_one_left(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(upkeep, "note_bills", lambda: asked.append("bills"))
    monkeypatch.setattr(upkeep, "issue_waiting", lambda: asked.append("papers"))
    worker.work_once(portal.agencies, portal.clock)
    assert asked == []
    for duty in upkeep.DUTIES:
        duty(portal.clock.now)
    assert asked == ["bills", "papers"]


def test_pauses_grow_to_an_hour() -> None:
    assert [pause(tries).total_seconds() for tries in (1, 2, 3, 30)] == [10, 20, 40, 3600]


def test_a_case_is_one_workers_until_its_lease_is_over(portal: Portal, person: Person) -> None:
    portal.serve(process(LINE), service_toml("akta"))
    case = portal.sent(person)
    first = leases.take(portal.clock.now, 90)
    assert first is not None
    assert leases.take(portal.clock.now, 90) is None
    portal.clock.move(seconds=91)
    second = leases.take(portal.clock.now, 90)
    assert second is not None
    assert second.case == case.pk
    with pytest.raises(leases.Lost, match="another has it"):
        step(first, [], portal.clock.now)


def test_a_case_that_cannot_be_carried_holds_up_no_other(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(LINE), service_toml("akta"))
    answers("akta", {})
    broken, sound = portal.sent(person), portal.sent(person)
    Case.objects.filter(pk=broken.pk).update(service="tidak-ada", wake=portal.clock.now - timedelta(minutes=1))
    worker.work_once(portal.agencies, portal.clock)
    assert portal.again(sound).state == State.CLOSED
    assert portal.again(broken).wake == portal.clock.now + worker.PUT_OFF
    assert portal.again(broken).lease is None


def test_a_notice_tells_where_to_look_and_nothing_else(portal: Portal, person: Person, answers: Put) -> None:
    portal.serve(process(LINE), service_toml("akta"))
    answers("akta", {"nomor": "AKTA-1"})
    case = portal.work(portal.sent(person, nama_bayi="BAYU LOKANANTA"))
    letters = {letter.subject: letter.body for letter in mail.outbox}
    assert set(letters) == {
        f"Urusan {case.reference}: pengajuan Anda diterima",
        f"Urusan {case.reference}: selesai diproses",
    }
    assert all(f"/urusan/{case.reference}/" in body for body in letters.values())
    assert not [body for body in letters.values() if "BAYU" in body or "99710101" in body or "AKTA" in body]
    portal.work(case)
    assert len(mail.outbox) == 2, "once"


def test_a_mail_server_that_is_down_is_asked_again(
    portal: Portal, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> None:
        raise smtplib.SMTPServerDisconnected

    portal.serve(process(LINE), service_toml("akta"))
    portal.sent(person)
    with monkeypatch.context() as broken:
        broken.setattr(notices, "send_mail", down)
        notices.send_some(timezone.now())
        assert Notice.objects.filter(sent=None).count() == 1
    notices.send_some(timezone.now())
    assert Notice.objects.filter(sent=None).count() == 0


def _reachable(state: State) -> set[State]:
    found, ahead = set(), [state]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += STATES[one].following
    return found


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_what_people_do_leaves_the_table(
    portal: Portal, person: Person, answers: Put, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance, officer = random.Random(seed), Person.objects.create(email="ani@dinas.example")
    monkeypatch.setattr(officers, "offices_of", lambda who: (DUKCAPIL, "ID/GOV/BPS/REGSOSEK", "ID/GOV/POLRI/SKCK"))
    portal.clock.real()
    portal.serve(process(CHECKED.replace("EYES", "")), service_toml("akta"))
    answers("akta", {})
    case = portal.sent(person, nama_bayi="BAYU")

    def any_task() -> Task | None:
        return officers.tasks_of(officer).filter(case=case).order_by("?").first()

    def on_task(act: Callable[[Task], object]) -> None:
        if task := any_task():
            act(task)

    def bring() -> None:
        if turn := people.turns_of(case).first():
            people.bring(turn, "Ini dia.")

    def file() -> None:
        if decision := case.decisions.last():
            objections.file(decision, chance.choice(list(Objection.Kind)), "Tidak benar.")

    until = timezone.now() + timedelta(days=7)
    moves: list[Callable[[], object]] = [
        lambda: portal.work(case),
        lambda: on_task(lambda task: officers.take(task, officer)),
        lambda: on_task(lambda task: officers.put_back(task, officer)),
        lambda: on_task(lambda task: officers.finish(task, officer, Verdict("granted"))),
        lambda: on_task(lambda task: officers.finish(task, officer, Verdict("refused", ("Tidak cocok.",)))),
        lambda: on_task(lambda task: officers.ask_for_more(task, officer, "Saksi", until)),
        bring,
        file,
        lambda: people.withdraw(case) if chance.random() < 0.1 else None,
    ]
    for _ in range(40):
        before = State(portal.again(case).state)
        try:
            chance.choice(moves)()
        except Refused:
            assert portal.again(case).state == before
        assert State(portal.again(case).state) in _reachable(before)
    portal.work(case)
    last = portal.again(case)
    assert last.lease is None
    assert last.wake is None or last.wake > timezone.now()
    assert len({key for _, key, _ in portal.node.effects}) == len(portal.node.effects) <= 1
