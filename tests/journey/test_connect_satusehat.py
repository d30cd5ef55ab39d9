"""SATUSEHAT as it is: string-valued tokens, FHIR R4, OperationOutcomes with rule numbers, text/plain in trouble."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from contoh.satusehat.app import make_app as satusehat
from terpadu.errors import Refused
from terpadu.model.federation import WHOLE_BODY
from tests.lib.admitting import admitted, said
from tests.lib.stand_ins import HERO, PEOPLE, ask, connected, disturb, refused


def bundle(system: str) -> dict[str, Any]:
    """A newborn in a transaction Bundle; `system` is the place of the mother's number."""
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001",
                "request": {"method": "POST", "url": "Patient"},
                "resource": {
                    "resourceType": "Patient",
                    "identifier": [{"system": system, "value": HERO.mother.nik}],
                    "name": [{"use": "official", "text": HERO.baby.nama}],
                    "gender": "male",
                    "birthDate": "2026-11-20",
                    "multipleBirthInteger": 1,
                },
            }
        ],
    }


def test_satusehat_takes_a_bundle_and_finds_the_newborn_by_its_mother(tmp_path: Path) -> None:
    with connected("satusehat", satusehat(PEOPLE), tmp_path) as (node, _):
        mother = {"nik_ibu": HERO.mother.nik}
        refused("not-found", lambda: ask(node, "bayi-menurut-ibu", mother, "jumlah"))
        sent = ask(
            node, "kirim-bundel", bundle("https://fhir.kemkes.go.id/id/nik-ibu"), "entry.response.status",
            effect="keyed", key="b1",
        )  # fmt: skip
        assert sent == {"entry": [{"response": {"status": "201 Created"}}]}
        found = ask(node, "bayi-menurut-ibu", mother, "jumlah", "bayi.nama", "bayi.jenis_kelamin")
        assert found == {"jumlah": 1, "bayi": [{"nama": HERO.baby.nama, "jenis_kelamin": "L"}]}


def test_satusehat_s_rule_numbers_reach_the_asker(tmp_path: Path) -> None:
    with connected("satusehat", satusehat(PEOPLE), tmp_path) as (node, _):
        wrong = bundle("http://sys-ids.kemkes.go.id/patient/100025753")
        sentence = refused(
            "business-rule", lambda: ask(node, "kirim-bundel", wrong, WHOLE_BODY, effect="keyed", key="b2")
        )
        assert "RuleNumber: 10117" in sentence
        assert "Bundle.entry[0].resource.identifier[0].system" in sentence


def test_satusehat_s_tokens_end_and_its_limit_asks_to_wait(tmp_path: Path) -> None:
    moment = [1_790_000_000.0]
    with connected("satusehat", satusehat(PEOPLE, lambda: moment[0], batas_per_menit=2), tmp_path) as (node, _):

        async def past() -> None:
            subsystem = node.services[0].rpartition("/")[0]
            asked = admitted("pasien", {"nik": HERO.mother.nik}, fields=("nama",), subsystem=subsystem)
            assert said((await node.ask(asked)).body) == {"nama": HERO.mother.nama}
            moment[0] += 4000
            await node.ask(asked)
            await node.ask(asked)
            with pytest.raises(Refused, match="Rate limit exceeded") as caught:
                await node.ask(asked)
            assert caught.value.code == "upstream-retry"
            await node.close()

        asyncio.run(past())


def test_satusehat_s_plain_text_gateway_timeout_is_a_system_that_is_down(tmp_path: Path) -> None:
    with connected("satusehat", satusehat(PEOPLE), tmp_path) as (node, url):
        ask(node, "pasien", {"nik": HERO.mother.nik}, "nama")
        disturb(url, "5xx", kali=2)
        refused("upstream-down", lambda: ask(node, "pasien", {"nik": HERO.mother.nik}, "nama"))
