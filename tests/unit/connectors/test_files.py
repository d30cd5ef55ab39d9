"""The files connector against the DTSEN stand-in: verdicts, tickets, resuming, the pinned key, unreadable rows."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from contoh.alat import credential
from contoh.dtsen.jalan import serve
from contoh.dtsen.server import Layanan
from contoh.orang import make
from terpadu.connectors.asking import Connectors
from terpadu.errors import BadInput, Refused
from terpadu.model.message import Answer
from tests.lib.admitting import admitted, described, said

PEOPLE = make(2026, 60)
HERO = PEOPLE.hero
FIELDS = ("tiket", "desil", "putusan.baris", "putusan.status", "putusan.desil", "putusan.kode", "tak_terbaca.baris",
          "tak_terbaca.kolom", "tak_terbaca.diharapkan", "tak_terbaca.ditemukan", "tanpa_putusan.baris")  # fmt: skip
FILE = """
[system]
name = "DTSEN"
kind = "files"
subsystem = "ID/GOV/UJI/SISTEM"
base = "sftp://127.0.0.1:{port}"
limits = {{ seconds = 5 }}
[secrets]
user = "DTSEN_USERNAME"
password = "DTSEN_PASSWORD"
[files]
host_key = "{key}"
outbox = "masuk"
inbox = "keluar"
poll = 0.02
[service.desil]
mode = "asked"
names = {{ send = "desil-{{id}}.csv", receive = ["desil-{{id}}.hasil.csv"] }}
values = {{ NIK = "question.nik" }}
question = {{ type = "object", required = ["nik"] }}
answer = {{ desil = "to_number(row.DESIL)" }}
failures = {{ not_found = "row.KODE == 'TIDAK_DITEMUKAN'", mismatch = "row.STATUS == 'DITOLAK'", reason = "row.KODE" }}
[service.usulan]
mode = "batch"
names = {{ send = "usulan-{{id}}.csv", receive = ["usulan-{{id}}.hasil.csv", "usulan-{{id}}.ditolak.csv"] }}
row = "BARIS"
verdict = {{ status = "STATUS", desil = "DESIL", kode = "KODE" }}
failures = {{ business_rule = "rows[?BARIS=='0']", reason = "rows[0].KODE" }}
wait = {wait}
[service.usulan.columns]
NIK = {{ pattern = "[0-9]{{16}}", expected = "16 digits" }}
NO_KK = {{ pattern = "[0-9]{{16}}", expected = "16 digits" }}
NAMA = {{ }}
[service.putusan]
mode = "ticket"
of = "usulan"
wait = 3
"""
SECRETS = {name: credential(name) for name in ("DTSEN_USERNAME", "DTSEN_PASSWORD")}


@pytest.fixture
def dtsen(tmp_path: Path) -> Iterator[Layanan]:
    (tmp_path / "dtsen").mkdir()
    with serve(PEOPLE, tmp_path / "dtsen") as running:
        yield running


def file(dtsen: Layanan, wait: float = 3, **change: Any) -> str:
    return FILE.format(**({"port": dtsen.port, "key": dtsen.kunci_publik, "wait": wait} | change))


async def ask(connectors: Connectors, code: str, question: Any, **how: Any) -> tuple[int, Any]:
    answer: Answer = await connectors.ask(admitted(code, question, fields=FIELDS, **how))
    return answer.status, said(answer.body)


def batch(*lines: str) -> bytes:
    return "\r\n".join(["NIK;NO_KK;NAMA", *lines]).encode()


def good_row() -> str:
    return f"{HERO.mother.nik};{HERO.mother.no_kk};{HERO.mother.nama}"


def test_one_question_is_a_batch_of_one_row(dtsen: Layanan, tmp_path: Path) -> None:
    async def walk() -> None:
        connectors = described(tmp_path, file(dtsen), **SECRETS)
        assert await ask(connectors, "desil", {"nik": HERO.mother.nik}) == (200, {"desil": HERO.family.desil})
        for nik, code in (("9900000000000000", "not-found"), ("123", "mismatch")):
            with pytest.raises(Refused) as caught:
                await ask(connectors, "desil", {"nik": nik})
            assert caught.value.code == code
        with pytest.raises(Refused, match="one line"):
            await ask(connectors, "desil", {"nik": "a\nb"})
        await connectors.close()

    asyncio.run(walk())
    assert [left.name for left in (tmp_path / "state").iterdir()] == ["secret"], "nothing of a question stays"
    assert list(dtsen.kantor.keluar.iterdir()) == []


def test_good_rows_are_judged_and_bad_ones_named(dtsen: Layanan, tmp_path: Path) -> None:
    rows = batch(good_row(), "12;9901;X", '"9901', "9901;9901", "", good_row().replace(HERO.mother.no_kk, "9" * 16))
    broken = rows + b"\r\n\xff\xfe;1;2"

    async def walk() -> tuple[int, Any]:
        connectors = described(tmp_path, file(dtsen), **SECRETS)
        answer = await ask(connectors, "usulan", broken, effect="keyed", key="a")
        await connectors.close()
        return answer

    status, told = asyncio.run(walk())
    assert status == 200
    assert [(one["baris"], one["status"], one["kode"]) for one in told["putusan"]] == [
        (2, "DITERIMA", ""), (7, "DITOLAK", "NIK_GANDA"),
    ]  # fmt: skip
    assert [(one["baris"], one["kolom"], one["diharapkan"], one["ditemukan"]) for one in told["tak_terbaca"]] == [
        (3, "NIK", "16 digits", "'12'"),
        (4, "*", "each quote closed on its line", "'\"9901'"),
        (5, "*", "3 columns", "2 columns"),
        (8, "*", "UTF-8", "the byte 0xff at place 1"),
    ]


@pytest.mark.parametrize("body", [b"", b"<html>Maaf</html>", b"NIK;NAMA\r\n1;2", b'{"a": 1}', b"\x00\xff"])
def test_what_is_no_such_table_is_one_sentence(dtsen: Layanan, tmp_path: Path, body: bytes) -> None:
    async def walk() -> None:
        connectors = described(tmp_path, file(dtsen), **SECRETS)
        with pytest.raises(Refused, match="Expected a CSV file whose first line names the columns NIK, NO_KK, NAMA"):
            await ask(connectors, "usulan", body, effect="keyed", key="a")
        await connectors.close()

    asyncio.run(walk())
    assert [left.name for left in (tmp_path / "state").iterdir()] == ["secret"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"<html>Maaf</html>", "upstream-garbage"),
        (b"", "upstream-garbage"),
        (b"BARIS;STATUS\r\n" + b"9;" * 600_000, "upstream-garbage"),
        (b"BARIS;STATUS;KODE\r\n0;DITOLAK;BATCH_BERBEDA\r\n", "business-rule"),
        (b"BARIS;STATUS\r\n\xff;x\r\n7;DITERIMA\r\n", None),
    ],
)
def test_a_bad_answer_is_told_and_the_batch_stays(
    dtsen: Layanan, tmp_path: Path, answer: bytes, code: str | None
) -> None:
    async def walk() -> tuple[str | None, Any]:
        slow = described(tmp_path, file(dtsen, wait=0).replace(".hasil.csv", ".nanti.csv"), **SECRETS)
        _, told = await ask(slow, "usulan", batch(good_row()), effect="keyed", key="a")
        (dtsen.kantor.keluar / f"usulan-{told['tiket']}.nanti.csv").write_bytes(answer)
        try:
            return None, (await ask(slow, "putusan", {"tiket": told["tiket"]}))[1]
        except Refused as refusal:
            return refusal.code, None
        finally:
            await slow.close()

    found, told = asyncio.run(walk())
    assert found == code
    if told:
        assert (told["putusan"], told["tanpa_putusan"]) == ([], [{"baris": 2}])


def test_a_server_that_never_speaks_costs_a_ticket_not_the_batch(dtsen: Layanan, tmp_path: Path) -> None:
    async def walk(port: int, seconds: float) -> int:
        connectors = described(tmp_path, file(dtsen, port=port), **SECRETS)
        status, _ = await ask(connectors, "usulan", batch(good_row()), effect="keyed", key="a", seconds=seconds)
        await connectors.close()
        return status

    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert asyncio.run(walk(silent.getsockname()[1], 0.6)) == 202
    assert asyncio.run(walk(dtsen.port, 5)) == 200


def test_a_batch_sent_twice_is_one_batch(dtsen: Layanan, tmp_path: Path) -> None:
    async def walk() -> None:
        connectors = described(tmp_path, file(dtsen), **SECRETS)
        both = [ask(connectors, "usulan", batch(good_row()), effect="keyed", key="a") for _ in range(2)]
        first, second = await asyncio.gather(*both)
        assert first == second
        with pytest.raises(Refused) as caught:
            await ask(connectors, "usulan", batch(good_row(), good_row()), effect="keyed", key="a")
        assert caught.value.code == "idem-mismatch"
        with pytest.raises(Refused, match="Idempotency-Key"):
            await ask(connectors, "usulan", batch(good_row()))
        await connectors.close()

    asyncio.run(walk())
    assert dtsen.hitungan.as_json()["akibat"] == 1


def test_a_ticket_and_later_the_verdicts(dtsen: Layanan, tmp_path: Path) -> None:
    async def walk() -> None:
        slow = described(tmp_path, file(dtsen, wait=0).replace(".hasil.csv", ".nanti.csv"), **SECRETS)
        status, told = await ask(slow, "usulan", batch(good_row(), "x;y;z"), effect="keyed", key="a")
        assert (status, set(told)) == (202, {"tiket", "tak_terbaca"})
        await slow.close()
        connectors = described(tmp_path, file(dtsen), **SECRETS)
        status, told = await ask(connectors, "putusan", {"tiket": told["tiket"]})
        assert (status, told["putusan"][0]["status"]) == (200, "DITERIMA")
        for wrong in ("0" * 32, "../../secret", "", "secret"):
            with pytest.raises(Refused) as caught:
                await ask(connectors, "putusan", {"tiket": wrong})
            assert caught.value.code == "not-found"
        with pytest.raises(Refused) as caught:
            await ask(connectors, "putusan", {"tiket": told["tiket"]}, client="ID/GOV/LAIN/APP")
        assert caught.value.code == "not-found"
        _, other = await ask(connectors, "usulan", batch("x;y;z"), effect="keyed", key="a", client="ID/GOV/LAIN/APP")
        assert other["tiket"] != told["tiket"]
        await connectors.close()

    asyncio.run(walk())


def test_killed_at_each_step_it_goes_on_with_one_effect(dtsen: Layanan, tmp_path: Path) -> None:
    """The states that a kill can leave behind, each met by a new node with the same folder."""
    snapshots = tmp_path / "snapshots"

    async def start(port: int, question: bytes) -> tuple[int, Any]:
        connectors = described(tmp_path, file(dtsen, port=port), **SECRETS)
        try:
            return await ask(connectors, "usulan", question, effect="keyed", key="a")
        finally:
            await connectors.close()

    status, first = asyncio.run(start(1, batch(good_row())))
    assert status == 202, "kept on disk, although nobody listened"
    shutil.copytree(tmp_path / "state", snapshots / "kept")
    half = dtsen.kantor.masuk / f"usulan-{first['tiket']}.csv.part"
    half.write_bytes(b"NIK;NO")
    done = asyncio.run(start(dtsen.port, batch(good_row())))
    assert (done[0], dtsen.hitungan.as_json()["akibat"]) == (200, 1)

    shutil.rmtree(tmp_path / "state")
    shutil.copytree(snapshots / "kept", tmp_path / "state")
    again = asyncio.run(start(dtsen.port, batch(good_row())))
    assert again == done, (
        "renamed over there, killed before that was written down here: the same batch, the same verdicts"
    )
    assert dtsen.hitungan.as_json()["akibat"] == 1


def test_a_stopped_nodes_batches_are_carried_beside_other_work(dtsen: Layanan, tmp_path: Path) -> None:
    async def kept() -> None:
        connectors = described(tmp_path, file(dtsen, port=1), **SECRETS)
        assert (await ask(connectors, "usulan", batch(good_row()), effect="keyed", key="a"))[0] == 202
        await connectors.close()

    async def other() -> None:
        connectors = described(tmp_path, file(dtsen), **SECRETS)
        await ask(connectors, "desil", {"nik": HERO.mother.nik})
        connector: Any = next(iter(connectors._places.values())).connector
        await connector._left_behind
        await connectors.close()

    asyncio.run(kept())
    asyncio.run(other())
    until = time.monotonic() + 5
    while "akibat:usulan" not in dtsen.hitungan.as_json() and time.monotonic() < until:
        time.sleep(0.01)
    assert dtsen.hitungan.as_json()["akibat"] == 1


def test_a_late_answer_is_taken_up_by_the_same_question(dtsen: Layanan, tmp_path: Path) -> None:
    async def walk() -> None:
        connectors = described(tmp_path, file(dtsen).replace('.hasil.csv"] }', '.nanti.csv"] }'), **SECRETS)
        for _ in range(2):
            with pytest.raises(Refused) as caught:
                await ask(connectors, "desil", {"nik": HERO.mother.nik}, seconds=0.5)
            assert caught.value.code == "upstream-retry"
        await connectors.close()

    asyncio.run(walk())
    assert len(list(dtsen.kantor.arsip.iterdir())) == 1


def test_another_host_key_is_never_trusted(dtsen: Layanan, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()

    async def walk() -> None:
        connectors = described(tmp_path, file(dtsen, key=other), **SECRETS)
        with pytest.raises(Refused, match="not the one in host_key") as caught:
            await ask(connectors, "desil", {"nik": HERO.mother.nik})
        assert caught.value.code == "upstream-auth"
        [(_, code, _)] = await connectors.check()
        assert code == "upstream-auth"
        await connectors.close()

    asyncio.run(walk())
    assert list(dtsen.kantor.masuk.iterdir()) == []


def test_a_wrong_password_and_nobody_there(dtsen: Layanan, tmp_path: Path) -> None:
    async def code_of(text: str, **secrets: str) -> str:
        connectors = described(tmp_path, text, **secrets)
        with pytest.raises(Refused) as caught:
            await ask(connectors, "desil", {"nik": HERO.mother.nik})
        await connectors.close()
        return caught.value.code

    assert asyncio.run(code_of(file(dtsen), **(SECRETS | {"DTSEN_PASSWORD": "salah"}))) == "upstream-auth"
    assert asyncio.run(code_of(file(dtsen, port=1), **SECRETS)) == "upstream-down"


def test_check_reaches_the_folders(dtsen: Layanan, tmp_path: Path) -> None:
    async def codes(text: str) -> list[str]:
        connectors = described(tmp_path, text, **SECRETS)
        found = [code for _, code, _ in await connectors.check()]
        await connectors.close()
        return found

    assert asyncio.run(codes(file(dtsen))) == [""]
    assert asyncio.run(codes(file(dtsen).replace('inbox = "keluar"', 'inbox = "lain"'))) == ["upstream-garbage"]


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [("ssh-ed25519", "ssh-baru", "host_key as"), ("sftp://", "ftp://", "an address like sftp"),
     ("desil-{{id}}.csv", "../desil-{{id}}.csv", "without a folder"), ("desil-{{id}}.csv", "desil.csv", "with {id} in it"),
     ('of = "usulan"', 'of = "desil"', "mode batch"), ('user = "DTSEN_USERNAME"', "", "the secrets user and password")],
)  # fmt: skip
def test_a_wrong_description_is_one_sentence(tmp_path: Path, before: str, after: str, sentence: str) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    text = FILE.replace(before, after).format(
        port=22, key=key.replace("ssh-ed25519", after if "baru" in after else "ssh-ed25519"), wait=1
    )
    with pytest.raises(BadInput, match=sentence):
        described(tmp_path, text, **SECRETS)


def test_a_large_batch_is_spooled(dtsen: Layanan, tmp_path: Path) -> None:
    body = batch(*[good_row()] * 3000)

    class Stream:
        size = len(body)

        async def chunks(self) -> Any:
            for start in range(0, len(body), 65_536):
                yield body[start : start + 65_536]

    async def walk() -> Any:
        from msgspec.structs import replace

        connectors = described(tmp_path, file(dtsen), **SECRETS)
        asked = admitted("usulan", b"", fields=FIELDS, effect="keyed", key="a")
        answer = await connectors.ask(replace(asked, large=Stream()))
        await connectors.close()
        return said(answer.body)

    told = asyncio.run(walk())
    assert [len(told["putusan"]), told["putusan"][-1]["baris"]] == [3000, 3001]
    assert json.dumps(told).count("DITERIMA") == 1


def test_what_is_held_is_the_columns_each_once_and_the_system_s_counter_is_heard(dtsen: Layanan, tmp_path: Path) -> None:
    async def walk() -> None:
        text = file(dtsen).replace("[secrets]", 'quota = { per_day = 100, left = "row.DESIL" }\n[secrets]')
        connectors = described(tmp_path, text, **SECRETS)
        answer = await connectors.ask(admitted("desil", {"nik": HERO.mother.nik}, fields=FIELDS))
        rows = PEOPLE.hero.family.desil
        assert answer.released == 1
        assert answer.held == 7, "the columns of the answered file"
        place = next(iter(connectors._places.values()))
        assert place.budget.left == rows
        await connectors.close()

    asyncio.run(walk())
