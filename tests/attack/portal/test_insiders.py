"""A33: no case, no look; each look is written down and shown to the person; nobody opens a register one case at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from terpadu.cases import officers, opening
from terpadu.cases.models import Case, Seen, Task
from terpadu.cases.states import State
from terpadu.identity.models import OfficeMandate
from tests.lib.portal_world import DUKCAPIL, MARK, World

pytestmark = pytest.mark.django_db


def _task(world: World) -> str:
    return f"/petugas/tugas/{world.values['task']}/"


def _another_case(world: World, number: int) -> Task:
    case = opening.start("uji", world.people["stranger"], {"nik": ""})
    Case.objects.filter(pk=case.pk).update(state=State.WAITING_OFFICE, sent=timezone.now())
    return Task.objects.create(case=case, step="periksa", token=str(number), office=DUKCAPIL)


def test_without_a_task_there_is_no_case(world: World) -> None:
    client = world.browser("officer")
    assert client.get(f"/urusan/{world.values['reference']}/").status_code == 404
    assert MARK in client.get(_task(world)).content.decode()
    Task.objects.all().delete()
    assert client.get(_task(world)).status_code == 404
    assert MARK not in client.get("/petugas/").content.decode()


def test_an_office_whose_mandate_ended_sees_nothing_at_its_next_click(world: World) -> None:
    client = world.browser("officer")
    assert client.get(_task(world)).status_code == 200
    OfficeMandate.objects.filter(holder=world.people["officer"]).update(until=timezone.now())
    assert client.get(_task(world)).status_code == 404


def test_every_way_to_see_a_task_is_a_look_and_the_person_reads_of_it(world: World) -> None:
    client = world.browser("officer")
    client.post(f"{_task(world)}ambil/")
    for number, look in enumerate(
        (lambda: client.get(_task(world)), lambda: client.post(f"{_task(world)}putuskan/")), 1
    ):
        answer = look()
        assert f"{MARK}-KK" in answer.content.decode(), "the fact of the task is on this page"
        assert Seen.objects.filter(person=world.people["officer"]).count() == number
    page = world.browser("owner").get(f"/urusan/{world.values['reference']}/").content.decode()
    assert page.count(DUKCAPIL.rpartition("/")[2]) >= 2
    assert world.people["officer"].name not in page, "the office answers for it; who it was, the log tells the auditor"


def test_nobody_opens_a_register_one_case_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(officers, "MOST_A_DAY", 5)
    client, tasks = world.browser("officer"), [_another_case(world, number) for number in range(7)]
    opened = [client.get(f"/petugas/tugas/{task.pk}/").status_code for task in tasks]
    assert opened == [200] * 5 + [302] * 2
    assert client.get(f"/petugas/tugas/{tasks[0].pk}/").status_code == 200, "a case that was opened today may be again"
    answer = client.get(_task(world), follow=True).content.decode()
    assert f"{MARK}-KK" not in answer
    assert "Batas urusan" in answer
    Seen.objects.update(at=timezone.now() - timedelta(days=1))
    assert client.get(_task(world)).status_code == 200


def test_without_the_budget_all_are_opened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail."""
    monkeypatch.setattr(officers, "MOST_A_DAY", 10**9)
    client, tasks = world.browser("officer"), [_another_case(world, number) for number in range(7)]
    assert [client.get(f"/petugas/tugas/{task.pk}/").status_code for task in tasks] == [200] * 7


def test_nobody_judges_their_own_case(world: World) -> None:
    OfficeMandate.objects.filter(holder=world.people["owner"]).update(office=DUKCAPIL)
    client = world.browser("owner")
    assert client.get("/petugas/").status_code == 200
    assert client.get(_task(world)).status_code == 404
    assert client.post(f"{_task(world)}ambil/").status_code == 404
