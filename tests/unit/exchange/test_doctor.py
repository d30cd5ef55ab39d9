"""`terpadu doctor` and `terpadu explain` on two real nodes, beside them and with things broken one by one."""

from __future__ import annotations

import asyncio
import contextlib
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from terpadu.clock import system_clock
from terpadu.connectors.loading import load
from terpadu.errors import BadInput, EvidenceBroken
from terpadu.exchange import examination
from terpadu.exchange.doors.alias import Alias
from terpadu.exchange.examination import Finding, Patient, examine
from terpadu.exchange.explaining import explain_file, explain_number
from terpadu.journal.reading import Reading
from terpadu.model.identifiers import ServiceId
from terpadu.model.rights import rights_of
from terpadu.trust import measure
from terpadu.trust.fetch import Source
from terpadu.trust.keys import DAY
from terpadu.trust.store import Store
from tests.lib.two_nodes import ANSWERER, APP, ASKER, CONNECTOR, FIELDS, POP, Pair, agreement, two_nodes


def awaited(test: Callable[[Path], Coroutine[Any, Any, None]]) -> Callable[[Path], None]:
    """Run the test in an event loop."""

    def run(tmp_path: Path) -> None:
        asyncio.run(test(tmp_path))

    return run


BODY = b'{"nik": "9901010101010001"}'


@contextlib.asynccontextmanager
async def nodes(directory: Path, **more: object) -> AsyncIterator[Pair]:
    async with two_nodes(directory, **more) as pair:  # type: ignore[arg-type]
        yield pair


def patient(pair: Pair, name: str = ANSWERER, **more: object) -> Patient:
    """The node as the command sees it, from outside."""
    node = pair.answerer if name == ANSWERER else pair.asker
    plan = structs.replace(node.plan, door=structs.replace(node.plan.door, port=node.door_port))
    taken = Store(plan.trust, plan.root.read_bytes()).load()
    assert taken
    rights = rights_of(taken.federation, taken.narrowing, taken.revocations)
    reading = Reading(plan.journal, node.keys.node, None, None)
    return structs.replace(Patient(plan, node.keys, taken, rights, reading, system_clock), **more)


def by_subject(found: list[Finding]) -> dict[str, Finding]:
    return {one.subject: one for one in found}


@awaited
async def test_a_healthy_node_has_nothing_broken(tmp_path: Path) -> None:
    async with nodes(tmp_path) as pair:
        await pair.ask("POST", "/pop/x/a", BODY)
        found = by_subject(await examine(patient(pair)))
    assert {one.word for one in found.values()} == {"baik"}, found
    assert list(found) == ["jam", "cakram", "kunci frame", "kunci tls", "kunci witness", "sertifikat", "federasi",
                           "jurnal", "pintu simpul", "pintu sistem", "siap", "sistem Sistem uji"]  # fmt: skip


@awaited
async def test_an_alias_that_no_agreement_lets_through_is_found(tmp_path: Path) -> None:
    meant = Alias(APP, ServiceId(f"{POP}/titip"), "uji")
    aliases = {
        b"/dorong": meant,
        b"/lain": structs.replace(meant, purpose="lain"),
        b"/asing": structs.replace(meant, client=POP),
    }
    async with nodes(tmp_path) as pair:
        well = patient(pair)
        found = by_subject(await examine(structs.replace(well, plan=structs.replace(well.plan, aliases=aliases))))
        ended = structs.replace(well, plan=structs.replace(well.plan, aliases=aliases), clock=lambda: 10**15)
        late = by_subject(await examine(ended))
    told = {path: found[f"alamat {path}"].word for path in ("/dorong", "/lain", "/asing")}
    assert told == {"/dorong": "baik", "/lain": "rusak", "/asing": "rusak"}
    assert "A3/1" in found["alamat /dorong"].found
    assert "[alias]" in found["alamat /lain"].step
    assert late["alamat /dorong"].word == "rusak"


@awaited
async def test_each_thing_that_breaks_is_found_and_has_a_step(tmp_path: Path) -> None:
    async with nodes(tmp_path) as pair:
        await pair.ask("POST", "/pop/x/a", BODY)
        well = patient(pair)

        async def sick(subject: str, **more: object) -> Finding:
            one = by_subject(await examine(structs.replace(well, **more)))[subject]
            assert one.word != "baik"
            assert one.step
            return one

        assert (await sick("jam", clock=lambda: system_clock() + 3_600_000)).word == "rusak"
        assert (await sick("jam", clock=lambda: system_clock() - 30_000)).word == "perhatian"
        assert (
            await sick("jam", plan=structs.replace(well.plan, registries=("http://127.0.0.1:1/",)))
        ).word == "perhatian"
        assert (await sick("cakram", plan=structs.replace(well.plan, free_bytes=2**60))).word == "rusak"
        until = next(entry.until for entry in well.rights.federation.keys if entry.use == "frame")
        for days, word in ((29, "perhatian"), (13, "perhatian"), (6, "rusak"), (0, "rusak")):
            now = until - days * DAY - 1000
            found = by_subject(await examine(structs.replace(well, clock=lambda now=now: now)))
            assert found["kunci frame"].word == word, days
            assert found["federasi"].word == "rusak"  # its seven days are long over
        assert (await sick("kunci frame", clock=lambda: until + 1)).word == "rusak"
        assert (await sick("federasi", clock=lambda: system_clock() + 120_000)).word == "perhatian"
        (tmp_path / "ID-GOV-9-n1/journal/1/segment/stray").touch()
        assert "stray" in (await sick("jurnal")).found
        (tmp_path / "ID-GOV-9-n1/journal/1/segment/stray").unlink()
        assert (await sick("jurnal", reading=None)).word == "perhatian"
        gone = tmp_path / "gone.toml"
        gone.write_text(CONNECTOR.format(port=1))
        assert (await sick("sistem Sistem uji", plan=structs.replace(well.plan, connectors=gone))).word == "rusak"
    assert (await sick("pintu simpul")).word == "perhatian"  # both nodes have ended
    assert (await sick("pintu sistem")).word == "perhatian"
    nowhere = structs.replace(well.plan, peers=structs.replace(well.plan.peers, host="192.0.2.1"))
    assert (await sick("pintu simpul", plan=nowhere)).word == "rusak"


@awaited
async def test_a_fault_of_one_examination_is_a_line_of_the_table(tmp_path: Path) -> None:
    async with nodes(tmp_path) as pair:
        well = patient(pair)
        well.keys.certificate(1).write_text("no certificate")
        found = by_subject(await examine(well))
        assert found["sertifikat"].word == "rusak"
        assert found["federasi"].word == "baik"


@awaited
async def test_a_clock_is_measured_by_a_signature_not_by_a_number(tmp_path: Path) -> None:
    async with nodes(tmp_path) as pair:
        source = Source(f"http://127.0.0.1:{pair.registry}")
        root = pair.made.root
        found = await asyncio.to_thread(measure.measure, source, root, system_clock)
        assert found.behind is not None
        assert -1000 <= found.behind < measure.RENEWED + 5000
        statement = pair.made.office.public / "metadata/timestamp.json"
        later = re.sub(rb'("expires": ?")20', rb"\g<1>21", statement.read_bytes())
        statement.write_bytes(later)
        forged = await asyncio.to_thread(measure.measure, source, root, system_clock)
        assert forged.behind is None


# explain


@awaited
async def test_a_yes_and_a_no_are_explained_on_both_sides(tmp_path: Path) -> None:
    limited = (
        agreement("A1", "x"),
        agreement("A2", "catat", needs_consent=True),
        agreement("A3", "titip", needs_case=True),
    )
    async with nodes(tmp_path, agreements=limited) as pair:
        _, told, _ = await pair.ask("POST", "/pop/x/a", BODY)
        yes = told["x-road-request-id"]
        status, told, _ = await pair.ask("POST", "/pop/catat/a", BODY, Idempotency_Key="k", Terpadu_Consent="x.y")
        assert status == 403
        no = told["x-road-request-id"]
        assert (await pair.ask("POST", "/pop/titip/a", BODY))[0] == 403
        await pair.asker.journal.sign()
        here = pair.asker.journal.index.rows("direction = 'refused'")[-1].number
        proof = await pair.asker.search.evidence(yes, "ID/GOV/1/app")  # type: ignore[arg-type]
        assert proof
        for name in (ASKER, ANSWERER):
            one = patient(pair, name)
            assert one.reading
            said = explain_number(yes, one.reading, one.rights)
            assert said[0] == "ID/GOV/1/app meminta ID/GOV/9/pop/x untuk tujuan 'by-agreement'."
            assert said[1] == "Diizinkan; yang memutuskan: agreement A1/1."
            assert f"Data: {', '.join(FIELDS)}." in said[3]
            said = explain_number(no, one.reading, one.rights)
            assert "kaidah consent (kode consent)" in said[1]
            assert said[3].startswith("Langkah: Minta persetujuan")
        one = patient(pair, ASKER)
        assert one.reading
        assert "kaidah case (kode case)" in explain_number(here, one.reading, one.rights)[1]
        assert explain_file(proof, pair.made.root, one.rights) == explain_number(yes, one.reading, one.rights)
        with pytest.raises(EvidenceBroken):
            explain_file(
                proof.replace(b"uji", b"iju").replace(b"by-agreement", b"by-agreemenT"), pair.made.root, one.rights
            )
        with pytest.raises(BadInput, match="message number"):
            explain_number("00000000-0000-4000-8000-000000000000", one.reading, one.rights)


def test_the_examined_connectors_are_those_of_the_node() -> None:
    """Examinations stand in one table, each under one name."""
    names = [name for name, _ in examination.EXAMINATIONS]
    assert len(set(names)) == len(names) == 9
    assert load is examination.loading.load


def settings_of(pair: Pair) -> Path:
    """The asking node's settings as a file."""
    plan, file = pair.asker.plan, pair.directory / "node.toml"
    file.write_text(
        f'[node]\nkeys = "{plan.keys}"\njournal = "{plan.journal}"\ntrust = "{plan.trust}"\nroot = "{plan.root}"\n'
        f'peers = "127.0.0.1:{plan.peers.port}"\ndoor = "127.0.0.1:{pair.asker.door_port}"\n'
        f'registries = ["{plan.registries[0]}"]\n'
    )
    return file


async def command(*words: object) -> tuple[int, str]:
    """`terpadu` in a process of its own."""
    line = [sys.executable, "-m", "terpadu", *map(str, words)]
    done = await asyncio.to_thread(subprocess.run, line, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@awaited
async def test_both_commands_beside_a_running_node(tmp_path: Path) -> None:
    async with nodes(tmp_path) as pair:
        _, told, _ = await pair.ask("POST", "/pop/x/a", BODY)
        settings = settings_of(pair)
        status, said = await command("doctor", settings)
        assert (status, said.count("  baik       ")) == (0, 11), said
        status, said = await command("explain", told["x-road-request-id"], "--settings", settings)
        assert (status, said.splitlines()[1]) == (0, "Diizinkan; yang memutuskan: agreement A1/1.")
        status, said = await command("explain", "satu", "--settings", settings)
        assert (status, len(said.splitlines())) == (2, 2)
        settings.write_text(settings.read_text() + f"disk_free = {2**60}\n")
        status, said = await command("doctor", settings)
        assert status == 1
        assert "-> Kosongkan atau perbesar cakram" in said
