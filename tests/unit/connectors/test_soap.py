"""The soap connector against the SKCK stand-in, and against every bad thing a WSDL or a reply can be (A22, A24, S9)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contoh.alat import credential, serve
from contoh.orang import make
from contoh.skck.app import JALUR, make_app
from terpadu.errors import BadInput, Refused
from tests.lib.admitting import admitted, described, said

PEOPLE = make(2026, 60)
ADULT = PEOPLE.hero.aunt
WSDL = Path("contoh/skck/skck.wsdl")
FIELDS = ("status", "catatan", "nomor", "sudah_diterima")
FILE = """
[system]
name = "SKCK"
kind = "soap"
subsystem = "ID/GOV/UJI/SISTEM"
base = "{base}"
limits = {{ seconds = 5, bytes = 65536 }}
[secrets]
user = "SKCK_USERNAME"
password = "SKCK_PASSWORD"
[soap]
wsdl = "{wsdl}"
basic = ["user", "password"]
fault_code = "detail.Kesalahan.Kode"
faults = {{ TIDAK_DITEMUKAN = "not-found", PERMOHONAN_BERBEDA = "mismatch" }}
[service.periksa]
mode = "asked"
operation = "PeriksaSkck"
values = {{ Nik = "question.nik", NomorPermohonan = "question.nomor" }}
question = {{ type = "object", required = ["nik", "nomor"] }}
answer = {{ status = "Status", catatan = "CatatanKepolisian", nomor = "NomorPermohonan" }}
[service.ajukan]
mode = "asked"
operation = "AjukanSkck"
question = {{ type = "object" }}
answer = {{ status = "Status", sudah_diterima = "SudahDiterima" }}
[service.ajukan.values]
NomorPermohonan = "question.nomor"
Nik = "question.nik"
Keperluan = "'MELAMAR CPNS'"
KodeBilling = "question.billing"
"Ntpn?" = "question.ntpn"
"""
SECRETS = {name: credential(name) for name in ("SKCK_USERNAME", "SKCK_PASSWORD")}
FILING = {"nomor": "PMH/UJI/1", "nik": ADULT.nik, "billing": "82" + "1" * 13, "ntpn": "N" * 16}


@pytest.fixture(scope="module")
def skck() -> Iterator[str]:
    with serve(make_app(PEOPLE)) as url:
        yield url


def ask(folder: Path, base: str, *asked: tuple[str, Any], wsdl: str = "?wsdl", **how: Any) -> list[Any]:
    """The answers; a refusal comes back as itself."""

    async def walk() -> list[Any]:
        connectors = described(folder, FILE.format(base=base, wsdl=wsdl), **SECRETS)
        answers: list[Any] = []
        for code, question in asked:
            try:
                answers.append(said((await connectors.ask(admitted(code, question, fields=FIELDS, **how))).body))
            except Refused as refusal:
                answers.append(refusal)
        await connectors.close()
        return answers

    return asyncio.run(walk())


def counts(url: str) -> dict[str, int]:
    found: dict[str, int] = requests.get(f"{url}/_contoh/hitungan", timeout=5).json()
    return found


def spoil(url: str, **order: Any) -> None:
    requests.post(f"{url}/_contoh/gangguan", json=order, timeout=5).raise_for_status()


@pytest.mark.parametrize("wsdl", ["?wsdl", "skck.wsdl"])
def test_an_application_is_filed_once_and_found(skck: str, tmp_path: Path, wsdl: str) -> None:
    (tmp_path / "skck.wsdl").write_bytes(WSDL.read_bytes())
    filing = FILING | {"nomor": f"PMH/UJI/{len(wsdl)}", "ntpn": f"{len(wsdl)}" * 16}
    filing["ntpn"] = filing["ntpn"][:16]
    key: dict[str, Any] = {"effect": "keyed", "key": "k", "wsdl": wsdl}
    first, again = ask(tmp_path, skck + JALUR, ("ajukan", filing), ("ajukan", filing), **key)
    assert first == {"status": "TERBIT", "sudah_diterima": False}
    assert again == {"status": "TERBIT", "sudah_diterima": True}
    [found] = ask(tmp_path, skck + JALUR, ("periksa", {"nik": ADULT.nik, "nomor": filing["nomor"]}), wsdl=wsdl)
    assert found == {"status": "TERBIT", "catatan": "TIDAK ADA", "nomor": filing["nomor"]}


def test_faults_in_the_normal_form(skck: str, tmp_path: Path) -> None:
    unknown = ("periksa", {"nik": ADULT.nik, "nomor": "PMH/UJI/TIADA"})
    unpaid = ("ajukan", FILING | {"nomor": "PMH/UJI/7", "ntpn": None})
    not_found, business = ask(tmp_path, skck + JALUR, unknown, unpaid)
    assert (not_found.code, business.code) == ("not-found", "business-rule")
    assert "BELUM_LUNAS" in business.sentence
    assert ADULT.nik not in not_found.sentence


def test_a_question_that_breaks_the_schema_never_leaves(skck: str, tmp_path: Path) -> None:
    before = counts(skck).get("panggilan", 0)
    [short] = ask(tmp_path, skck + JALUR, ("periksa", {"nik": "123", "nomor": "PMH/UJI/1"}))
    [foreign] = ask(tmp_path, skck + JALUR, ("periksa", {"nik": "<a/>", "nomor": "&x;"}))
    assert (short.code, foreign.code) == ("content", "content")
    assert "Nik" in short.sentence
    assert "123" not in short.sentence
    assert counts(skck)["panggilan"] == before + 2, "the WSDL was read twice and nothing else asked"


@pytest.mark.parametrize(
    ("kind", "code"),
    [("html", "upstream-garbage"), ("5xx", "upstream-down"), ("alih", "upstream-garbage"), ("potong", "upstream-down"),
     ("besar", "upstream-garbage"), ("bisu", "upstream-down")],
)  # fmt: skip
def test_what_a_sick_service_answers(skck: str, tmp_path: Path, kind: str, code: str) -> None:
    (tmp_path / "skck.wsdl").write_bytes(WSDL.read_bytes())
    spoil(skck, jenis=kind)
    question = ("periksa", {"nik": ADULT.nik, "nomor": "PMH/UJI/1"})
    [refused] = ask(tmp_path, skck + JALUR, question, wsdl="skck.wsdl", seconds=1)
    assert refused.code == code
    assert "<" not in refused.sentence
    assert counts(skck).get("alih_diikuti", 0) == 0


def test_an_effect_in_doubt_is_said_to_be_so(skck: str, tmp_path: Path) -> None:
    (tmp_path / "skck.wsdl").write_bytes(WSDL.read_bytes())
    spoil(skck, jenis="potong", saat="sesudah")
    filing = ("ajukan", FILING | {"nomor": "PMH/UJI/RAGU", "ntpn": "R" * 16})
    doubt, again = ask(tmp_path, skck + JALUR, filing, filing, wsdl="skck.wsdl", effect="keyed", key="k")
    assert doubt.code == "outcome-unknown"
    assert again["sudah_diterima"] is True


def test_wrong_credentials(skck: str, tmp_path: Path) -> None:
    async def walk() -> str:
        wrong = SECRETS | {"SKCK_PASSWORD": "salah"}
        connectors = described(tmp_path, FILE.format(base=skck + JALUR, wsdl="?wsdl"), **wrong)
        with pytest.raises(Refused) as caught:
            await connectors.ask(admitted("periksa", {"nik": ADULT.nik, "nomor": "PMH/UJI/1"}, fields=FIELDS))
        await connectors.close()
        return caught.value.code

    assert asyncio.run(walk()) == "upstream-auth"


class Canary:
    """A listener that must never be reached."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.hits = 0
        self._thread = Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while True:
            visitor, _ = self._socket.accept()
            with visitor:
                if visitor.recv(1):
                    self.hits += 1
                    continue
                return

    def close(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        self._thread.join(5)
        self._socket.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    watching = Canary()
    yield watching
    watching.close()


def poisoned(port: int) -> dict[str, bytes]:
    """WSDLs that try to make their reader fetch or grow something."""
    good = WSDL.read_text()
    outside = f"http://127.0.0.1:{port}/x"
    head, _, rest = good.partition("<wsdl:definitions")
    wsdl = "<wsdl:definitions" + rest
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return {
        "external entity": f'{head}<!DOCTYPE x [<!ENTITY e SYSTEM "{outside}">]>{wsdl.replace("File", "&e;")}'.encode(),
        "file entity": f'{head}<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{wsdl}'.encode(),
        "external DTD": f'{head}<!DOCTYPE x SYSTEM "{outside}">{wsdl}'.encode(),
        "billion laughs": f'{head}<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>{wsdl}'.encode(),
        "remote schema": good.replace(
            "<xsd:simpleType", f'<xsd:import namespace="urn:x" schemaLocation="{outside}"/><xsd:simpleType', 1
        ).encode(),
        "included file": good.replace(
            "<xsd:simpleType", '<xsd:include schemaLocation="file:///etc/hostname"/><xsd:simpleType', 1
        ).encode(),
        "imported WSDL": good.replace(
            "<wsdl:types>", f'<wsdl:import namespace="urn:x" location="{outside}"/><wsdl:types>', 1
        ).encode(),
        "deep": head.encode() + b"<a>" * 100_000,
    }


@pytest.mark.parametrize("trick", list(poisoned(1)))
def test_a_poisoned_wsdl_fetches_nothing_and_is_one_sentence(tmp_path: Path, canary: Canary, trick: str) -> None:
    (tmp_path / "w.wsdl").write_bytes(poisoned(canary.port)[trick])
    with pytest.raises(BadInput, match=r"Expected a WSDL") as caught:
        described(tmp_path, FILE.format(base="http://127.0.0.1:1/x", wsdl="w.wsdl"), **SECRETS)
    assert canary.hits == 0
    assert "\n" not in str(caught.value)
    assert "root:" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"<html><body>Maaf</body></html>", "a web page"), (b"{}", "no XML"), (b"", "no XML"), (b"<a/>", "root is a"),
     (WSDL.read_bytes().replace(b"PeriksaSkck", b"LainSkck"), "the operation PeriksaSkck")],
)  # fmt: skip
def test_a_wrong_wsdl_is_one_sentence(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "w.wsdl").write_bytes(content)
    with pytest.raises(BadInput, match=what):
        described(tmp_path, FILE.format(base="http://127.0.0.1:1/x", wsdl="w.wsdl"), **SECRETS)


REPLY = """<?xml version="1.0"?>{doctype}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<PeriksaSkckResponse xmlns="urn:contoh:polri:skck:1"><NomorPermohonan>PMH/UJI/1</NomorPermohonan>
<Status>{status}</Status>
<Nama>X</Nama><CatatanKepolisian>ADA</CatatanKepolisian><Keperluan>K</Keperluan><Kesatuan>P</Kesatuan>{more}
</PeriksaSkckResponse></s:Body></s:Envelope>"""


@pytest.mark.parametrize(
    ("doctype", "status", "more", "good"),
    [("", "TERBIT", "", True), ("", "MUNGKIN", "", False), ("", "TERBIT", "<Asing/>", False),
     ('<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:{port}/x">]>', "&e;", "", False),
     ('<!DOCTYPE x [<!ENTITY a "ha">]>', "TERBIT", "", False),
     ("", "TERBIT", '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="http://127.0.0.1:{port}/x"/>', False)],
)  # fmt: skip
def test_a_reply_that_breaks_the_schema_is_garbage(
    tmp_path: Path, canary: Canary, *, doctype: str, status: str, more: str, good: bool
) -> None:
    (tmp_path / "skck.wsdl").write_bytes(WSDL.read_bytes())
    body = REPLY.format(doctype=doctype, status=status, more=more).replace("{port}", str(canary.port))

    async def reply(_: Request) -> Response:
        return Response(body, media_type="text/xml")

    with serve(Starlette(routes=[Route("/", reply, methods=["POST"])])) as url:
        [got] = ask(tmp_path, url, ("periksa", {"nik": ADULT.nik, "nomor": "PMH/UJI/1"}), wsdl="skck.wsdl")
    assert (got["status"] == "TERBIT") if good else (got.code == "upstream-garbage")
    assert canary.hits == 0


def test_a_reply_with_attachments_is_refused_in_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "skck.wsdl").write_bytes(WSDL.read_bytes())
    inner = REPLY.format(doctype="", status="TERBIT", more="")
    body = f"--batas\r\nContent-Type: application/xop+xml\r\n\r\n{inner}\r\n--batas--"
    kind = 'multipart/related; boundary=batas; type="application/xop+xml"'

    async def reply(_: Request) -> Response:
        return Response(body, headers={"content-type": kind})

    asked = {"nik": ADULT.nik, "nomor": "PMH/UJI/1"}
    with serve(Starlette(routes=[Route("/", reply, methods=["POST"])])) as url:
        [safe] = ask(tmp_path, url, ("periksa", asked), wsdl="skck.wsdl")
        [doubt] = ask(tmp_path, url, ("ajukan", FILING), wsdl="skck.wsdl", effect="best-effort")
    assert (safe.code, doubt.code) == ("upstream-garbage", "outcome-unknown")
    assert "attachments" in safe.sentence
    assert "attachments" in doubt.sentence


def test_the_system_s_own_counter_is_heard(tmp_path: Path) -> None:
    (tmp_path / "skck.wsdl").write_bytes(WSDL.read_bytes())
    text = REPLY.format(doctype="", status="TERBIT", more="").replace("<Kesatuan>P<", "<Kesatuan>1<")

    async def reply(_: Request) -> Response:
        return Response(text, media_type="text/xml")

    async def walk(base: str) -> list[str]:
        file = FILE.format(base=base, wsdl="skck.wsdl")
        file = file.replace("[secrets]", 'quota = { per_day = 100, left = "Kesatuan" }\n[secrets]')
        connectors, codes = described(tmp_path, file, **SECRETS), []
        for _ in range(3):
            try:
                await connectors.ask(admitted("periksa", {"nik": ADULT.nik, "nomor": "PMH/UJI/1"}, fields=FIELDS))
                codes.append("")
            except Refused as refusal:
                codes.append(refusal.code)
        await connectors.close()
        return codes

    with serve(Starlette(routes=[Route("/", reply, methods=["POST"])])) as url:
        assert asyncio.run(walk(url)) == ["", "", "upstream-quota"]
