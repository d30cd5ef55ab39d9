"""A service run: facts, then acts in order; it stops where one fails, and a second run does nothing twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from terpadu.clock import system_clock
from terpadu.errors import Refused
from terpadu.exchange.client import NodeClient, Told, Why
from terpadu.facts.gathering import Gathered
from terpadu.model.identifiers import ServiceId, SubsystemId
from terpadu.services.definition import Act
from terpadu.services.running import Done, Run, Runner
from tests.lib.offices import SUBJECT, Offices, words
from tests.lib.two_nodes import APP, two_nodes
from tests.unit.services.test_definition import TEXT, service

CASE = "UJ-2345-6789"


class Bank:
    """What the person does outside."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    async def pays(self, act: Act, known: dict[str, Any]) -> None:
        self.told.append((act.name, known["hasil"]))


def run(folder: Path, offices: Offices, bank: Bank | None = None, text: str = TEXT) -> Run:
    """Run the service once."""
    described = service(folder, text)
    runner = Runner(words(folder), offices.ask, system_clock, (bank or Bank()).pays)
    return asyncio.run(runner.run(described, CASE, SUBJECT))


def test_it_goes_from_the_facts_to_the_last_act(tmp_path: Path) -> None:
    done = run(tmp_path, offices := Offices(), bank := Bank())
    assert offices.names() == ["penduduk", "tagih", "bayar", "ajukan"]
    assert [type(step) for step in done.steps] == [Gathered, Done, Gathered, Done]
    assert offices.asked[3][1] == {"nik": SUBJECT["nik"], "kode": "82"}
    assert bank.told == [("ajukan", {"tagih": {"kode": "82"}})]
    assert done.complete


def test_every_question_carries_purpose_and_case_and_only_acts_a_key(tmp_path: Path) -> None:
    run(tmp_path, offices := Offices())
    assert {(why.purpose, why.case) for _, _, why in offices.asked} == {("uji", CASE)}
    assert [why.key for _, _, why in offices.asked] == ["", f"{CASE}.tagih", "", f"{CASE}.ajukan"]


def test_it_stops_at_the_act_that_fails(tmp_path: Path) -> None:
    no = Refused("business-rule", "SIMPONI refused: no such tariff.")
    done = run(tmp_path, offices := Offices(tagih=no), bank := Bank())
    assert offices.names() == ["penduduk", "tagih"]
    assert bank.told == []
    assert not done.complete
    assert [(one.code, one.sentence) for one in done.done] == [("business-rule", no.sentence)]


def test_what_must_hold_first_is_checked_before_anything_happens(tmp_path: Path) -> None:
    done = run(tmp_path, offices := Offices(bayar={"lunas": False}))
    assert "ajukan" not in offices.names()
    assert (done.done[-1].code, done.complete) == ("mismatch", False)
    assert done.done[-1].sentence == "Expected 'fakta.bayar.lunas' to hold before this is done; it does not."


@pytest.mark.parametrize("lunas", ["true", 1, [True]])
def test_only_true_is_true(tmp_path: Path, lunas: Any) -> None:
    assert "ajukan" not in (run(tmp_path, offices := Offices(bayar={"lunas": lunas})) and offices.names())


def test_nothing_is_done_with_a_part_of_what_is_needed(tmp_path: Path) -> None:
    done = run(tmp_path, offices := Offices(penduduk=Refused("upstream-down", "Down.")))
    assert offices.names() == ["penduduk"]
    assert done.done[-1].sentence == "Expected 'fakta.orang.nama' to be known before this is done; it is not."
    assert not done.complete


def test_a_missing_fact_makes_a_run_incomplete_although_all_acts_went(tmp_path: Path) -> None:
    text = TEXT.replace('facts = ["orang.nama"]', 'facts = ["orang.nama", "keluarga.nomor"]', 1)
    done = run(tmp_path, Offices(keluarga=Refused("upstream-down", "Down.")), text=text)
    assert [one.told is not None for one in done.done] == [True, True]
    assert not done.complete


def test_through_two_real_nodes_a_second_run_does_nothing_twice(tmp_path: Path) -> None:
    asyncio.run(_twice(tmp_path))


async def _twice(folder: Path) -> None:
    text = TEXT[: TEXT.index('[[act]]\nname = "ajukan"')].replace("ID/GOV/C/UANG/tagih", "ID/GOV/9/pop/catat")
    text = text.replace("body = { nama", 'body = { nik = "subjek.nik", nama')
    (folder / "kata").mkdir()
    described = service(folder / "kata", text)
    found = words(folder / "kata")
    penduduk = msgspec.structs.replace(found.questions["penduduk"], service="ID/GOV/9/pop/x", seconds=10)
    found.questions["penduduk"] = penduduk
    async with two_nodes(folder) as pair:
        client = NodeClient(f"http://127.0.0.1:{pair.asker.door_port}", SubsystemId(APP))

        async def ask(service: ServiceId, question: object, why: Why) -> Told:
            return await client.ask(service, question, why, "/" + service.rpartition("/")[2])

        runner = Runner(found, ask, system_clock, Bank().pays)
        first, second = [await runner.run(described, CASE, SUBJECT) for _ in range(2)]
        other = await runner.run(described, "UJ-LAIN", SUBJECT)
        client.close()
        assert [one.complete for one in (first, second, other)] == [True] * 3, first.steps
        assert first.done[0].told is not None
        assert second.done[0].told is not None
        assert first.done[0].told.value == second.done[0].told.value
        assert [seen.path for seen in pair.system.seen].count("/catat") == 2
