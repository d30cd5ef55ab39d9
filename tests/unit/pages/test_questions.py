"""How often a page asks the database: a bound for each, and none that grows with what a person or an office has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from terpadu.cases import opening
from terpadu.cases.models import Act, Case, Decision, Event, Message, Objection, Seen, Task
from terpadu.cases.states import State
from tests.lib.portal_world import DUKCAPIL, MARK, World, make_world, put_up

pytestmark = pytest.mark.django_db
BOUNDS = [
    ("visitor", "/", 0),
    ("visitor", "/layanan/", 0),
    ("visitor", "/layanan/uji/", 0),
    ("owner", "/", 4),
    ("owner", "/layanan/", 2),
    ("owner", "/layanan/uji/", 2),
    ("owner", "/urusan/", 3),
    ("owner", "/urusan/{reference}/", 15),
    ("owner", "/urusan/{reference}/terkirim/", 4),
    ("owner", "/layanan/uji/periksa/{draft}/", 10),
    ("owner", "/siapa-melihat/", 4),
    ("owner", "/akun/", 6),
    ("owner", "/akun/kuasa/", 6),
    ("owner", "/persetujuan/", 3),
    ("officer", "/petugas/", 6),
    ("officer", "/petugas/tugas/{task}/", 17),
]
"""(who, page, questions at most); two of them find the session and the person."""


@pytest.fixture
def world(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with put_up(tmp_path, monkeypatch), translation.override("id"):
        yield make_world()


def asked(world: World, role: str, path: str) -> list[str]:
    """The SQL of one page, opened for the second time."""
    client, address = world.browser(role), path.format(**world.values)
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as found:
        client.get(address)
        return [one["sql"] for one in found.captured_queries]


def more(world: World) -> None:
    """Ten of everything that may hang on a person, a case or an office."""
    case = Case.objects.get(reference=world.values["reference"])
    for number in range(10):
        other = opening.start("uji", world.people["owner"], {"nik": ""})
        Case.objects.filter(pk=other.pk).update(state=State.WAITING_OFFICE, sent=timezone.now())
        Task.objects.create(case=other, step="periksa", token=f"a{number}", office=DUKCAPIL)
        Message.objects.create(case=case, office=DUKCAPIL, author=world.people["owner"], text=f"{MARK} {number}")
        Event.objects.create(case=case, kind="act_done", step="akta", office=DUKCAPIL)
        Seen.objects.create(case=case, person=world.people["officer"], office=DUKCAPIL, step="periksa")
        Act.objects.create(case=case, name=f"n{number}", key=f"k{number}", state=Act.State.DONE)
        decision, answered = (
            Decision.objects.create(case=case, step=step, office=DUKCAPIL, result="refused", title={"id": "A", "en": "A"})
            for step in (f"s{number}", "t")
        )
        task = Task.objects.create(case=case, step="periksa", token=f"b{number}", kind=Task.Kind.OBJECTION)
        Objection.objects.create(decision=decision, kind="objection", due=timezone.now(), task=task, answer=answered)


@pytest.mark.parametrize(("role", "path", "most"), BOUNDS, ids=[f"{role} {path}" for role, path, _ in BOUNDS])
def test_a_page_asks_no_more_than_its_bound(world: World, role: str, path: str, most: int) -> None:
    found = asked(world, role, path)
    assert len(found) <= most, "\n".join(found)


def test_no_page_asks_more_where_there_is_more(world: World) -> None:
    before = {(role, path): len(asked(world, role, path)) for role, path, _ in BOUNDS}
    more(world)
    after = {(role, path): len(asked(world, role, path)) for role, path, _ in BOUNDS}
    grown = {page: (before[page], after[page]) for page in before if after[page] > before[page]}
    assert not grown


def test_a_question_for_each_row_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: a list that asks about each of its cases again."""

    def lines(cases: Any) -> list[dict[str, Any]]:
        return [{"name": str(one.tasks.count()), "address": "", "text": "", "tag": "", "kind": "plain"} for one in cases]

    monkeypatch.setattr("terpadu.cases.showing.lines", lines)
    before = len(asked(world, "owner", "/urusan/"))
    more(world)
    assert len(asked(world, "owner", "/urusan/")) >= before + 10
