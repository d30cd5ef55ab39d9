"""Tasks at an office's own system: put there once with what the task declares, answered once by its ticket, proven by number."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from terpadu.cases import objections, officers
from terpadu.cases.models import Act, Case, Objection, Task
from terpadu.cases.states import State
from terpadu.errors import Refused
from terpadu.identity.models import Person
from tests.unit.cases.conftest import Portal, service_toml
from tests.unit.cases.little_node import No
from tests.unit.cases.processes import process
from tests.unit.cases.test_people_and_officers import CHECKED, DUKCAPIL

pytestmark = pytest.mark.django_db
Put = Callable[[str, Any], None]
BOX = f"""
[[task]]
office = "{DUKCAPIL}"
service = "{DUKCAPIL}/terima-tugas"
"""
ASKING = CHECKED.replace("<t:decides", '<t:asks name="nomor_surat" kind="text" id="Nomor" en="Number"/><t:decides')


def answer(task: dict[str, Any], word: str = "setuju", *reasons: str, token: str = "", **more: Any) -> Any:
    """What the office's system sends back, through the portal's node."""
    numbered = [{"nomor": number, "kalimat": text} for number, text in enumerate(reasons, 1)]
    body = {"nomor": task["nomor"], "tiket": task["tiket"], "putusan": word, "alasan": numbered, **more}
    headers = {"Authorization": f"Bearer {token or settings.KEYS.payments}", "X-Road-Request-Id": "uji-jawab"}
    return Client().post("/api/tugas", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def given(portal: Portal, person: Person, answers: Put) -> dict[str, Any]:
    """A case whose task the office's own system has: what came there."""
    portal.clock.real()
    portal.serve(process(CHECKED.replace("EYES", "")), service_toml("akta") + BOX)
    answers("akta", {"nomor": "AKTA-1"})
    answers("terima-tugas", {"status": "diterima"})
    portal.work(portal.sent(person, nama_bayi="BAYU LOKANANTA"))
    return put_to(portal)[0]


def put_to(portal: Portal) -> list[dict[str, Any]]:
    return [body for service, _, body in portal.node.effects if service == f"{DUKCAPIL}/terima-tugas"]


def test_the_office_gets_what_the_task_declares_once(given: dict[str, Any], portal: Portal) -> None:
    case, task = Case.objects.get(), Task.objects.get()
    assert given["nomor"] == f"{case.reference}.tugas.{task.pk}"
    assert [(row["sebutan"], row["nilai"], row["bukti"]) for row in given["data"]] == [
        ("Nomor KK", "9971010101800002", "uji-1"),
        ("Nama", "BAYU LOKANANTA", ""),
    ]
    assert (given["putusan"], given["dasar"]) == (["setuju", "tolak"], "UU 24/2013 pasal 32")
    assert given["tiket"] not in (task.ticket, "")
    assert case.state == State.WAITING_OFFICE
    portal.work(case)
    assert len(put_to(portal)) == 1
    assert case.events.get(kind="task_put").number == Act.objects.get(task=task).number


def test_a_granted_task_goes_on_and_is_proven_by_the_exchange(given: dict[str, Any], portal: Portal) -> None:
    told = answer(given)
    assert (told.status_code, told.json()["status"]) == (200, "diterima")
    case = portal.work(Case.objects.get())
    decision = case.decisions.get()
    assert (case.state, decision.result, decision.automated, decision.officer) == (State.DECIDED, "granted", False, None)
    assert case.events.get(kind="decided").number == "uji-jawab"
    assert [service.rpartition("/")[2] for service, _, _ in portal.node.effects] == ["terima-tugas", "akta"]


def test_a_refusal_has_numbered_reasons_of_the_rule(given: dict[str, Any], portal: Portal) -> None:
    assert answer(given, "tolak").status_code == 422, "a no without reasons"
    assert Task.objects.get().state == Task.State.OPEN
    assert answer(given, "tolak", "Tanda tangan saksi tidak ada", "Nama berbeda").status_code == 200
    decision = portal.work(Case.objects.get()).decisions.get()
    assert [(one["text"]["id"], one["rule"]) for one in decision.reasons] == [
        ("Tanda tangan saksi tidak ada", "UU 24/2013 pasal 32"),
        ("Nama berbeda", "UU 24/2013 pasal 32"),
    ]
    wrong = {"alasan": [{"nomor": 2, "kalimat": "x"}]}
    assert answer(given, "tolak", **wrong).status_code == 400


def test_a_repeat_changes_nothing_and_another_answer_is_refused(given: dict[str, Any], portal: Portal) -> None:
    assert answer(given, "tolak", "Tidak sah").json()["status"] == "diterima"
    assert answer(given, "tolak", "Tidak sah").json()["status"] == "sudah diterima"
    portal.work(Case.objects.get())
    assert answer(given, "tolak", "Tidak sah").json()["status"] == "sudah diterima"
    assert answer(given, "setuju").status_code == 409
    assert Case.objects.get().decisions.count() == 1


def test_nobody_else_answers(given: dict[str, Any]) -> None:
    assert answer(given, token="lain").status_code == 401
    assert answer({**given, "tiket": "salah"}).status_code == 404
    assert answer({**given, "nomor": "UJ-1.tugas.9"}).status_code == 404
    assert answer(given, "selesai").status_code == 422, "this task decides"
    assert answer(given, isian={"lain": "1"}).status_code == 422, "nobody asked that"
    assert answer(given, tambahan=1).status_code == 400
    assert Task.objects.get().state == Task.State.OPEN


def test_what_the_task_asks_is_needed_for_a_yes_only(portal: Portal, person: Person, answers: Put) -> None:
    portal.clock.real()
    portal.serve(process(ASKING.replace("EYES", "")), service_toml("akta") + BOX)
    answers("terima-tugas", {})
    portal.work(portal.sent(person))
    (task,) = put_to(portal)
    assert task["isian"] == [
        {"nama": "nomor_surat", "sebutan": "Nomor", "jenis": "text", "perlu": True, "pilihan": []}
    ]
    assert answer(task).status_code == 422
    assert answer(task, isian={"nomor_surat": 7}).status_code == 422
    assert answer(task, isian={"nomor_surat": "S-7"}).status_code == 200
    assert Task.objects.get().outcome["answers"] == {"nomor_surat": "S-7"}


def test_a_silent_system_is_asked_again_and_the_queue_serves_meanwhile(
    portal: Portal, person: Person, answers: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: Any) -> Any:
        raise No(502, "upstream-down", "down")

    portal.clock.real()
    portal.serve(process(CHECKED.replace("EYES", "")), service_toml("akta") + BOX)
    answers("terima-tugas", silent)
    officer = Person.objects.create(email="ani@dinas.example", assurance=3)
    monkeypatch.setattr(officers, "offices_of", lambda who: (DUKCAPIL,) if who == officer else ())
    case = portal.work(portal.sent(person))
    task = Task.objects.get()
    officers.take(task, officer)
    officers.put_back(task, officer)
    answers("terima-tugas", {})
    Act.objects.update(next_try=timezone.now())
    assert portal.work(case).state == State.WAITING_OFFICE
    with pytest.raises(Refused, match="own system has it"):
        officers.take(task, officer)


def test_a_system_that_takes_no_task_leaves_it_in_the_queue(portal: Portal, person: Person, answers: Put) -> None:
    def no(_: Any) -> Any:
        raise No(422, "business-rule", "Loket tutup")

    portal.serve(process(CHECKED.replace("EYES", "")), service_toml("akta") + BOX)
    answers("terima-tugas", no)
    case = portal.work(portal.sent(person))
    assert (case.state, Act.objects.get(task__isnull=False).state) == (State.WAITING_OFFICE, Act.State.REFUSED)
    assert not case.events.filter(kind__in=("task_put", "act_refused")).exists()


def test_an_objection_goes_there_too(given: dict[str, Any], portal: Portal) -> None:
    Task.objects.update(office=DUKCAPIL)
    answer(given, "tolak", "Tidak sah")
    case = portal.work(Case.objects.get())
    decision = case.decisions.get()
    decision.examiner = DUKCAPIL
    decision.save()
    objections.file(decision, Objection.Kind.OBJECTION, "Saksi ada dua.")
    portal.work(case)
    second = put_to(portal)[1]
    assert (second["jenis"], second["rincian"]) == ("sanggah", "Saksi ada dua.")
    assert answer(second, "setuju").status_code == 200
    assert Objection.objects.get().answer is not None
    assert portal.work(case).state == State.DECIDED
