"""A task goes to a Dukcapil office's own system through two real nodes, an officer decides there, and the verdict comes back.

The stand-in is the demo's (contoh.loket), both descriptions are the demo's files, with the addresses of this test.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from django.utils import timezone
from msgspec import structs

from contoh.alat import credential, serve
from contoh.loket.app import make_app
from contoh.orang import make
from terpadu.cases import opening, worker
from terpadu.cases.models import Act, Case, Task
from terpadu.cases.states import State
from terpadu.exchange.doors.alias import Alias
from terpadu.exchange.doors.callers import Callers
from terpadu.exchange.node import Node
from terpadu.identity.models import Person
from terpadu.model.identifiers import ServiceId
from terpadu.pages import agencies as room
from terpadu.services.catalogue import catalogue
from tests.lib.portal_world import forget_agencies
from tests.lib.two_nodes import ANSWERER, APP, ASKER, POP, Pair, agreement, service, two_nodes
from tests.unit.cases.processes import process

TOKEN = "token-uji-simpul-portal"
DEMO = Path("demo/simpul")
STEPS = f"""
<laneSet id="l"><lane id="l1" name="{POP}"><flowNodeRef>jawab</flowNodeRef></lane></laneSet>
<startEvent id="mulai"/>
<manualTask id="jawab" name="menjawab laporan"><extensionElements>
<t:shows path="jawaban.nilai_benar" id="Yang benar" en="Right"/>
<t:decides id="Perbaikan data" en="Correction" rule="UU 27/2022 pasal 6"/></extensionElements></manualTask>
<endEvent id="selesai"/>
mulai -> jawab
jawab -> selesai
"""
SERVICE = f"""
id = "uji"
title = {{ id = "Uji", en = "Test" }}
life_event = {{ id = "Uji", en = "Test" }}
authority = "-"
basis = "-"
purpose = "uji"
facts = []
[[task]]
office = "{POP}"
service = "{POP}/terima-tugas"
"""
SERVICES = (
    service("terima-tugas", "keyed", subject=""),
    structs.replace(
        service("x", "best-effort", subject=""), id=ServiceId(f"{APP}/terima-putusan"), nodes=(ASKER,)
    ),
)
AGREEMENTS = (
    agreement("A1", "terima-tugas", fields=("status",), keep_days=1),
    agreement("A2", "x", consumer=POP, service=ServiceId(f"{APP}/terima-putusan"), fields=("nomor", "status")),
)


class Desk(NamedTuple):
    """The office's own system, as its officers use it."""

    url: str

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}{path}", json=body, headers={"X-Kunci": credential("LOKET_KEY")}, timeout=15)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["data"]
        return found


@pytest.fixture
def portal(tmp_path: Path, settings: Any, transactional_db: None) -> Iterator[Path]:
    place = tmp_path / "layanan" / "uji"
    place.mkdir(parents=True)
    (place / "service.toml").write_text(SERVICE)
    (place / "process.bpmn").write_text(process(STEPS))
    settings.HOME = tmp_path
    settings.KEYS = structs.replace(settings.KEYS, payments=TOKEN)
    settings.PORTAL = structs.replace(settings.PORTAL, services="layanan", subsystem=APP)
    catalogue.cache_clear()
    forget_agencies()
    yield tmp_path
    forget_agencies()
    catalogue.cache_clear()


def described(folder: Path, file: Path, subsystem: str, base: tuple[str, str]) -> Path:
    """A description of the demo, for this test's subsystem and address."""
    folder.mkdir()
    lines = file.read_text(encoding="utf-8").replace(*base).splitlines()
    named = [f'subsystem = "{subsystem}"' if line.startswith("subsystem") else line for line in lines]
    (folder / "connector.toml").write_text("\n".join(named))
    return folder


async def _with_systems(pair: Pair, folder: Path, desk: str, portal: str) -> None:
    """Both nodes once more, each with its own system behind it."""
    for node in (pair.asker, pair.answerer):
        await node.stop()
    loket = described(folder / "loket", DEMO / "dukcapil/loket/connector.toml", POP, ("http://127.0.0.1:9110/loket", desk))
    own = described(
        folder / "portal", DEMO / "portal/tugas/connector.toml", APP, ("http://localhost:8000", portal)
    )
    aliases = {b"/dorong/putusan": Alias(POP, ServiceId(f"{APP}/terima-putusan"), "uji")}
    callers = Callers(anybody_may_be=frozenset((APP, POP)))
    secrets = {"LOKET_KEY": credential("LOKET_KEY"), "PORTAL_PEMBAYARAN": TOKEN}
    more = {"callers": callers, "secrets": secrets}
    pair.answerer = await Node.start(pair.plan(ANSWERER, connectors=loket, aliases=aliases, **more))
    pair.asker = await Node.start(pair.plan(ASKER, connectors=own, **more))


def test_a_task_goes_to_the_offices_own_system_and_its_verdict_comes_back(
    portal: Path, settings: Any, live_server: Any
) -> None:
    async def run(url: str) -> None:
        async with two_nodes(portal / "simpul", services=SERVICES, agreements=AGREEMENTS) as pair:
            await _with_systems(pair, portal, url, live_server.url)
            settings.PORTAL = structs.replace(settings.PORTAL, node=f"http://127.0.0.1:{pair.asker.door_port}")
            desk = Desk(url)
            await asyncio.to_thread(
                desk.post, "/penerima", url=f"http://127.0.0.1:{pair.answerer.door_port}/dorong/putusan"
            )
            await asyncio.to_thread(_story, desk)

    with serve(make_app(make(families=1))) as url:
        asyncio.run(run(url))


def _story(desk: Desk) -> None:
    person = Person.objects.create(email="uji@contoh.example", assurance=2)
    case = opening.start("uji", person, {"nik": "9901010101010001"})
    case.answers = {"nilai_benar": "SITI"}
    case.save()
    opening.send(case)
    try:
        _decide(desk, case)
    finally:
        forget_agencies()


def _work(case: Case) -> Case:
    worker.work_once(room.agencies(), timezone.now)
    return Case.objects.get(pk=case.pk)


def _decide(desk: Desk, case: Case) -> None:
    assert _work(case).state == State.WAITING_OFFICE
    (task,) = desk.post("/isi")["tugas"]
    assert (task["tugas"], task["data"][0]["nilai"]) == ("menjawab laporan", "SITI")
    assert "tiket" not in task
    reasons = ["Akta kelahiran menulis lain", "Pelapor belum melampirkan ijazah"]
    assert desk.post("/putus", nomor=task["nomor"], putusan="tolak", alasan=reasons)["disampaikan"] == "diterima"
    again = desk.post("/putus", nomor=task["nomor"], putusan="tolak", alasan=reasons)
    assert again["disampaikan"] == "sudah diterima"
    case = _work(case)
    decision = case.decisions.get()
    assert (case.state, decision.result, decision.automated) == (State.DECIDED, "refused", False)
    assert [one["text"]["id"] for one in decision.reasons] == reasons
    numbers = {event.kind: event.number for event in case.events.all()}
    assert numbers["task_put"] == Act.objects.get(task=Task.objects.get()).number
    assert len(numbers["decided"]) == 36, "the exchange that brought the verdict"
