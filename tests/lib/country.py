"""The demo's whole country on ports of its own, and a person who walks through its services by the portal's own means."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import requests
from msgspec import structs

from contoh.alat import credential
from contoh.orang import Person, make
from demo import portal
from terpadu.clock import system_clock
from terpadu.exchange.client import NodeClient, Told, Why
from terpadu.facts import vocabulary
from terpadu.facts.gathering import Gathered
from terpadu.model.identifiers import ServiceId, SubsystemId
from terpadu.policy.consent import make_receipt
from terpadu.portal import keys
from terpadu.services import definition
from terpadu.services.definition import Act
from terpadu.services.running import Run, Runner
from tests.lib.demo_run import LAST_LINE, demo

MOVED_BY = 20_000
PORTAL = SubsystemId("ID/GOV/KEMENPANRB/PORTAL")
SERVICES = Path("demo/layanan")
FIGURES = make(families=1).figures
WORDS = vocabulary.load()


class No(NamedTuple):
    """Where a run ended: the act, and the code and sentence that say why."""

    act: str
    code: str
    sentence: str


class Walked(NamedTuple):
    """A run as a test reads it."""

    run: Run

    @property
    def results(self) -> dict[str, Any]:
        """What each act that was done answered."""
        return {one.act.name: one.told.value for one in self.run.done if one.told is not None}

    @property
    def ended(self) -> No | None:
        """The act that was not done, None where all were."""
        last = self.run.done[-1]
        return None if last.told is not None else No(last.act.name, last.code, last.sentence)

    @property
    def facts(self) -> dict[str, Any]:
        """All facts by name."""
        return {name: fact.value for step in self._gathered for name, fact in step.facts.items()}

    @property
    def missing(self) -> dict[str, str]:
        """Facts that nobody could give, with the code that says why."""
        return {name: code for step in self._gathered for name, code in step.missing.items()}

    @property
    def _gathered(self) -> list[Gathered]:
        return [step for step in self.run.steps if isinstance(step, Gathered)]


class Country:
    """Everything runs; `walk` takes a person through a service."""

    def walk(
        self, service: str, case: str, subject: dict[str, Any], acts: Sequence[str] = (), agrees: bool = False
    ) -> Walked:
        """Facts and acts of a service, or only the acts named: those that a process would choose. `agrees`: the person gave their
        consent wherever an agreement asks for it."""
        described = definition.load(SERVICES / service, WORDS)
        if acts:
            described = structs.replace(described, act=tuple(one for one in described.act if one.name in acts))
        return Walked(asyncio.run(_run(described, case, {**subject, "nomor_perkara": case}, agrees)))

    def ask(self, service: str, question: dict[str, Any], purpose: str, key: str = "") -> Any:
        """One question of the portal's. Raises Refused."""
        return asyncio.run(_ask(service, question, purpose, key)).value

    def effects(self, system: str, name: str) -> int:
        """How often a stand-in did something."""
        counts = requests.get(f"{address(system)}/_contoh/hitungan", timeout=5).json()
        return int(counts.get(f"akibat:{name}", 0))

    def officer(self, path: str, key: str, body: dict[str, Any]) -> None:
        """What an officer does in an agency's own system, outside of the exchange."""
        headers = {"X-Kunci": credential(key)}
        requests.post(f"{address(path)}", json=body, headers=headers, timeout=5).raise_for_status()


def address(system: str) -> str:
    """Where a stand-in listens; the small ones stand together."""
    ports = {"dukcapil": 9101, "skck": 9107, "simponi": 9108, "siasn": 9109}
    port = ports.get(system, 9110) + MOVED_BY
    return f"http://127.0.0.1:{port}" + ("" if system in ports else f"/{system}")


def figure(word: str) -> Person:
    """A test person."""
    return FIGURES[word]


def self_of(word: str, **more: Any) -> dict[str, Any]:
    """What a person says of themselves when they begin."""
    person = figure(word)
    return {"nik": person.nik, "nama": person.nama, "tanggal_lahir": person.tanggal_lahir.isoformat(), **more}


@contextmanager
def country() -> Iterator[Country]:
    """The demo, moved to ports of its own, after its year."""
    with demo(environment={"TERPADU_DEMO_PORTS": str(MOVED_BY)}) as terminal:
        terminal.until(LAST_LINE)
        yield Country()


async def _run(described: definition.Service, case: str, subject: dict[str, Any], agrees: bool) -> Run:
    node = _node()
    receipts = await _receipts(node, described.purpose, subject["nik"]) if agrees else {}

    async def ask(service: ServiceId, question: object, why: Why) -> Told:
        return await node.ask(service, question, structs.replace(why, consent=receipts.get(service, "")))

    try:
        return await Runner(WORDS, ask, system_clock, _outside).run(described, case, subject)
    finally:
        node.close()


async def _receipts(node: NodeClient, purpose: str, person: str) -> dict[str, str]:
    """What the portal would have signed when the person agreed, by service."""
    own = keys.read(Path("build") / f"demo-{MOVED_BY}" / "portal" / "keys")
    signer, now = own.consent_signer(portal.CONSENT_SIGNER), system_clock()
    return {
        one["service"]: make_receipt(
            signer=signer, id=secrets.token_hex(8), person=person, purpose=purpose, recipient=PORTAL,
            fields=tuple(one["fields"]), since=now, until=now + 3_600_000, salt=secrets.token_bytes(16),
        ).decode()
        for one in await node.agreements()
        if one["needs_consent"] and purpose in {named["id"] for named in one["purposes"]}
    }  # fmt: skip


async def _ask(service: str, question: dict[str, Any], purpose: str, key: str) -> Told:
    node = _node()
    try:
        return await node.ask(ServiceId(service), question, Why(purpose=purpose, key=key))
    finally:
        node.close()


def _node() -> NodeClient:
    return NodeClient(f"http://127.0.0.1:{8081 + MOVED_BY}", PORTAL)


async def _outside(act: Act, known: dict[str, Any]) -> None:
    """What a person does outside: pays the bill at a bank; a visit of BPS needs nobody here."""
    if act.after == "bayar":
        billing = known["hasil"]["billing"]["kode_billing"]
        paid = await asyncio.to_thread(
            requests.post, f"{address('simponi')}/bank/bayar", json={"kode_billing": billing}
        )
        paid.raise_for_status()
