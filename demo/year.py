"""One family's year: a birth, a school place, a job; asked through `facts` and a node, like everyone."""

from __future__ import annotations

import asyncio
import re
import secrets
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any, NamedTuple

import msgspec

from contoh.orang import Population
from demo import payment
from demo.places import BUILD, PORTAL_SUBSYSTEM, SOURCES, Place, home, place_named, place_of
from terpadu.clock import system_clock
from terpadu.connectors.feed.description import read as read_feed
from terpadu.connectors.feed.feed import Feed, Report
from terpadu.errors import BadInput
from terpadu.exchange.client import NodeClient, Told, Why
from terpadu.facts import vocabulary
from terpadu.model.identifiers import ServiceId, SubsystemId
from terpadu.model.message import Answer
from terpadu.services import definition
from terpadu.services.definition import Act
from terpadu.services.running import Done, Run, Runner

HOSPITAL = SubsystemId("ID/GOV/RSUD/SIMRS")
BILL = "ID/GOV/KEMENKEU/SIMPONI/buat-billing"
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Row(NamedTuple):
    """One line of the table: an exchange as it went. `receipt` is a path under build/demo, empty where there is none."""

    chapter: str
    case: str
    place: Place
    protocol: str
    title: str
    service: str
    status: str
    milliseconds: float
    released: int
    held: int
    number: str
    receipt: str


class Chapter(NamedTuple):
    """A life event of the year: its run, and its lines."""

    run: Run
    rows: list[Row]


Show = Callable[[list[Row]], Awaitable[None]]


def case_number(prefix: str) -> str:
    """An opaque case reference, never built from a personal number."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{prefix}-{text[:4]}-{text[4:]}"


class Year:
    """Clients of the nodes whose systems ask: the portal's, the hospital's, the treasury's; and the people."""

    def __init__(self, people: Population) -> None:
        self._people = people
        self.portal = NodeClient(place_named("portal").address, SubsystemId(PORTAL_SUBSYSTEM))
        self.hospital = NodeClient(place_named("simrs").address, HOSPITAL)
        self.treasury = NodeClient(place_named("simponi").address, SubsystemId(payment.SIMPONI))
        self._vocabulary = vocabulary.load()

    def _columns(self) -> tuple[int, int]:
        """How many columns of a birth the feed reads, and how many the hospital's tables hold of it."""
        home_of = home(place_of(f"{HOSPITAL}/x")) / "sistem"
        select = read_feed(home_of / "satusehat-feed.toml").stream["kelahiran"].select
        tables = re.findall(r"(?:FROM|JOIN) (\w+)", select)
        with closing(sqlite3.connect(home_of / "simrs.db")) as database:
            read = len(database.execute(f"SELECT * FROM ({select}) LIMIT 0").description)  # noqa: S608
            held = sum(len(database.execute(f"PRAGMA table_info({table})").fetchall()) for table in tables)
        return read, held

    async def feed(self) -> tuple[Report, list[tuple[str, float]]]:
        """The hospital's rows into SATUSEHAT, by its own node; returns the report and each exchange with its ms."""
        folder = home(place_of(f"{HOSPITAL}/x")) / "sistem"
        described = read_feed(folder / "satusehat-feed.toml")
        node = described.node
        if node is None:
            raise BadInput("Expected satusehat-feed.toml to name the hospital's node.")
        sent: list[tuple[str, float]] = []

        async def send(bundle: bytes, key: str) -> Answer:
            loop = asyncio.get_running_loop()
            began = loop.time()
            why = Why(purpose=node.purpose, key=key)
            told = await self.hospital.ask(ServiceId(node.service), msgspec.Raw(bundle), why)
            sent.append((told.number, (loop.time() - began) * 1000))
            return Answer(status=200, reason="", headers=(), body=msgspec.json.encode(told.value))

        feed = Feed(described, folder, send)
        try:
            return await feed.run(), sent
        finally:
            await feed.close()

    async def birth(self) -> Chapter:
        """A child is born: the hospital's data into SATUSEHAT, then the certificate."""
        hero, case = self._people.hero, case_number("KL")
        _, sent = await self.feed()
        if not sent:
            raise BadInput("Expected the newborn in the hospital's database; nothing new was found to send.")
        number, milliseconds = sent[-1]
        receipt = await self._receipt(self.hospital, number)
        place = place_of(f"{HOSPITAL}/x")
        first = Row(
            "Kelahiran anak", case, place, "SQL ke FHIR", "kirim kelahiran ke SATUSEHAT",
            "ID/GOV/KEMENKES/SATUSEHAT/kirim-bundel", "ok", milliseconds, *self._columns(), number, receipt,
        )  # fmt: skip
        subject = {
            "nik": hero.mother.nik,
            "nama": hero.mother.nama,
            "tanggal_lahir": hero.mother.tanggal_lahir.isoformat(),
            "nama_bayi": "BAYU LOKANANTA",
        }
        chapter = await self._chapter("kelahiran", case, subject)
        return Chapter(chapter.run, [first, *chapter.rows])

    async def school(self) -> Chapter:
        """The older child goes to junior high school."""
        hero = self._people.hero
        subject = {"nik": hero.mother.nik, "nik_anak": hero.child.nik, "npsn": hero.child_enrolment.npsn}
        return await self._chapter("sekolah", case_number("MS"), subject)

    async def job(self) -> Chapter:
        """The aunt applies as a civil servant."""
        case = case_number("LK")
        subject = {
            "nik": self._people.hero.aunt.nik,
            "nomor_permohonan": f"SKCK/{case}",
            "kode_formasi": "PANRB-2026-0117",
        }
        await payment.register()
        chapter = await self._chapter("lamaran", case, subject)
        return Chapter(chapter.run, await self._with_push(chapter))

    async def _with_push(self, chapter: Chapter) -> list[Row]:
        """The lines of the job, and behind the bill's line SIMPONI's own exchange: that it was paid."""
        rows: list[Row] = []
        for row in chapter.rows:
            rows.append(row)
            if row.service == BILL and row.status == "ok":
                rows.append(await self._push(row, _billing(chapter.run)))
        return rows

    async def _push(self, bill: Row, billing: str) -> Row:
        push = await payment.pushed(billing)
        good = push.status is not None and not push.refused
        return bill._replace(
            protocol="POST ke satu alamat",
            title="kabari portal: sudah dibayar",
            service="ID/GOV/KEMENPANRB/PORTAL/terima-pembayaran",
            status="ok" if good else push.refused or "tidak sampai",
            milliseconds=push.milliseconds,
            released=push.released,
            held=push.held,
            number=push.number,
            receipt=await self._receipt(self.treasury, push.number) if good else "",
        )

    async def _chapter(self, name: str, case: str, subject: dict[str, Any]) -> Chapter:
        service = definition.load(SOURCES / "layanan" / name, self._vocabulary)
        runner = Runner(self._vocabulary, self.portal.ask, system_clock, _pay_at_the_bank)
        run = await runner.run(service, case, subject)
        return Chapter(run, [await self._row(run, *line) for line in _lines(run)])

    async def _row(self, run: Run, title: str, service: str, told: Told | None, code: str, milliseconds: float) -> Row:
        place = place_of(service)
        receipt = await self._receipt(self.portal, told.number) if told else ""
        return Row(
            run.service.title.id, run.case, place, place.protocol, title, service, "ok" if told else code, milliseconds,
            told.released if told else 0, told.held if told else 0, told.number if told else "", receipt,
        )  # fmt: skip

    async def _receipt(self, client: NodeClient, number: str) -> str:
        """The evidence file of an exchange, under build/demo."""
        text = await client.evidence(number)
        path = BUILD / "bukti" / f"{number[:6]}.bukti"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return str(path.relative_to(BUILD))

    def close(self) -> None:
        """Let go of the nodes."""
        for client in (self.portal, self.hospital, self.treasury):
            client.close()


def _lines(run: Run) -> list[tuple[str, str, Told | None, str, float]]:
    """Questions and acts in the order in which they went."""
    lines: list[tuple[str, str, Told | None, str, float]] = []
    for step in run.steps:
        if isinstance(step, Done):
            lines.append((step.act.title.id, str(step.act.service), step.told, step.code, step.milliseconds))
        else:
            lines += [
                (one.question.title.id, str(one.question.service), one.told, one.code, one.milliseconds)
                for one in step.asked
            ]
    return lines


def problems(run: Run) -> list[tuple[str, str]]:
    """What was not answered or done: its title and the sentence that says why."""
    asked = [one for step in run.steps if not isinstance(step, Done) for one in step.asked]
    failed = [(one.question.title.id, one.sentence) for one in asked if one.told is None]
    return failed + [(one.act.title.id, one.sentence) for one in run.done if one.told is None]


async def _pay_at_the_bank(act: Act, known: dict[str, Any]) -> None:
    """The person pays the bill at a bank: outside of the exchange, as in life; the stand-in plays the bank."""
    await payment.pay(known["hasil"]["billing"]["kode_billing"])


def _billing(run: Run) -> str:
    """The code of the bill that a run had made."""
    told = next(one.told for one in run.done if one.act.service == BILL)
    return str(told.value["kode_billing"]) if told else ""
