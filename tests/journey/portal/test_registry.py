"""The whole walk in a real browser: two agencies join, one describes a service, the other agrees, two holders sign with the real
command, it is published, and real nodes let the call through; suspended on the page, they refuse. And who copies gets nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from terpadu.clock import system_clock
from terpadu.trust import publish
from tests.lib import browsing
from tests.lib.portals import Portal
from tests.lib.registry_walk import CENTRE, CONNECTOR, LONGEST, Node, People, command, inventory, old_system, running
from tests.lib.two_nodes import free_port
from tests.unit.registry.conftest import openapi

pytestmark = [pytest.mark.deep, pytest.mark.timeout(600)]
DUK, KES = "ID/GOV/DUK", "ID/GOV/KES"
POP, KLINIK, SALIN = f"{DUK}/pop", f"{KES}/klinik", f"{KES}/salin"
NIK, COPY = f"{POP}/nik", f"{SALIN}/nik"
ANSWER = {"nama": "UJI REKAAN", "tanggal_lahir": "2001-01-01", "alamat": {"kota": "Rekaan"}, "diagnosis": "rahasia"}
QUESTION = {"nik": "9901010101010001"}


class Walk:
    """One registry's portal, its people and its nodes, and each step that somebody takes in a page."""

    def __init__(self, folder: Path, browser: Browser, stack: ExitStack) -> None:
        self.folder = folder
        self.looked: set[str] = set()
        self.registry = folder / "portal" / "registri"
        publish.create(self.registry, "ID", system_clock())
        self.port = free_port()
        self.portal = stack.enter_context(Portal(folder / "portal", registry="registri", registry_office=CENTRE))
        inventory(self.portal, (DUK, "SIAK"), (KES, "Klinik"), (KES, "Salin"))
        self.people = People(browser, self.portal)
        stack.callback(self.people.close)
        self.people.come("operator", (CENTRE, "petugas"))
        self.people.come("operator kedua", (CENTRE, "petugas"))
        self.people.come("kepala duk")
        self.people.come("kepala kes")
        self.people.come("petugas duk", (DUK, "petugas"))
        self.nodes = {name: Node(folder / name.replace("/", "-"), f"{name}/n1", self.port) for name in (DUK, KES)}

    def seen(self, page: Page, name: str) -> None:
        """Usable at every width, once; and kept as pictures where somebody wants to look (`TERPADU_PICTURES`, a folder)."""
        if name in self.looked:
            return
        self.looked.add(name)
        browsing.check_looks(page)
        if folder := os.environ.get("TERPADU_PICTURES"):
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})

    def join(self, head: str, code: str, name: str) -> None:
        """An agency applies, and two operators let it in."""
        page = self.people.open(head, "/registri/gabung/")
        self.seen(page, "gabung")
        page.get_by_label("Kementerian atau lembaga").check()
        page.get_by_label("Kode singkat").fill(code)
        page.get_by_label("Nama instansi").fill(name)
        page.get_by_label("Mengapa bergabung").fill("Surat 1/2026")
        page.get_by_label("Surel pejabat").fill("ppdp@contoh.example")
        page.get_by_role("button", name="Kirim pendaftaran").click()
        desk = self.people.open("operator", "/registri/meja/")
        self.seen(desk, "meja-operator")
        desk.get_by_role("button", name=f"Sudah saya periksa: {name}").click()
        self.people.open("operator kedua", "/registri/meja/").get_by_role("button", name=f"Setujui {name}").first.click()

    def system(self, head: str, member: str, code: str, application: str) -> None:
        page = self.people.open(head, f"/registri/sistem-baru/{member}/")
        page.get_by_label("Kode sistem").fill(code)
        page.get_by_label("Nama sistem").fill(f"Sistem {code}")
        page.get_by_label("Aplikasi dalam inventaris").select_option(label=application)
        page.get_by_role("button", name="Kirim sistem").click()
        self.people.open("operator", "/registri/meja/").get_by_role("button", name=f"Setujui Sistem {code}").first.click()

    def node(self, head: str, member: str) -> None:
        page = self.people.open(head, f"/registri/simpul-baru/{member}/")
        self.seen(page, "simpul")
        page.get_by_label("Berkas permintaan simpul").set_input_files(self.nodes[member].folder / "request.json")
        page.get_by_role("button", name="Kirim permintaan simpul").click()
        self.people.open("operator", "/registri/meja/").get_by_role("button", name=f"Setujui {member}/n1").first.click()

    def purpose(self) -> None:
        page = self.people.open("operator", "/registri/tujuan/")
        page.get_by_label("Kode tujuan").fill("lahir")
        page.get_by_label("Tujuan dalam satu kalimat").fill("Mencatat kelahiran")
        page.get_by_label("Dasar hukum").fill("UU 24/2013 pasal 27")
        page.get_by_role("button", name="Catat tujuan").click()
        self.seen(page, "tujuan")
        self.people.open("operator kedua", "/registri/meja/").get_by_role("button", name="Setujui Mencatat").click()

    def publish(self) -> None:
        """Prepare, carry to two holders, let each sign with the real command, bring both back, publish."""
        page = self.people.open("operator", "/registri/terbit/")
        page.get_by_role("button", name="Siapkan usulan").click()
        assert "0 dari 2 tanda tangan" in page.locator("main").inner_text()
        self.seen(page, "terbit")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Unduh usulan.json").click()
        for number in (1, 3):
            place = self.folder / f"pemegang-{number}"
            place.mkdir(exist_ok=True)
            shutil.copy(self.registry / "public" / "root.json", place / "root.json")
            waiting.value.save_as(place / "usulan.json")
            said = command("federation", "sign", "--key", self.registry / "offline" / f"{number}.pem",
                           "--proposal", place / "usulan.json", "--root", place / "root.json")  # fmt: skip
            assert "ditandatangani" in said
            page.get_by_label("Berkas tanda tangan").set_input_files(place / "usulan.tanda-tangan.json")
            page.get_by_role("button", name="Kirim tanda tangan").click()
        page.get_by_role("button", name="Terbitkan", exact=True).click()
        assert "Federasi terbit" in page.locator("main").inner_text()

    def certificate(self, head: str, member: str) -> None:
        page = self.people.open(head, f"/registri/anggota/{member}/")
        self.seen(page, "anggota")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Unduh sertifikat").click()
        assert waiting.value.suggested_filename == "tls-1.crt"
        waiting.value.save_as(self.nodes[member].folder / "tls-1.crt")
        shutil.copy(self.registry / "public" / "root.json", self.nodes[member].folder / "root.json")

    def describe(self, head: str, system: str, raw: bytes, node: str) -> Page:
        """Upload a description; on trial at once. Leaves the page of the version."""
        file = self.folder / "openapi.json"
        file.write_bytes(raw)
        page = self.people.open(head, f"/registri/layanan-baru/{system}/")
        self.seen(page, "layanan-baru")
        page.get_by_label("Kode layanan").fill("nik")
        page.get_by_label("Nama layanan").fill("Cek NIK")
        page.get_by_label("Letak nomor orang").fill("body:nik")
        page.get_by_label(node).check()
        page.get_by_label("Berkas deskripsi").set_input_files(file)
        page.get_by_role("button", name="Simpan rancangan").click()
        return page

    def trial(self, page: Page) -> None:
        page.get_by_label("Uji coba").check()
        page.get_by_role("button", name="Ambil langkah").click()

    def agree(self, head: str, consumer: str, service: str) -> str:
        """Asked by the consumer's head; gives the address of the agreement's page."""
        page = self.people.open(head, f"/registri/minta/{service}/")
        page.get_by_label("Sistem yang memakai").select_option(consumer)
        page.get_by_label("Mengapa perlu", exact=True).fill("Mencatat kelahiran di klinik.")
        page.get_by_label("Mencatat kelahiran (UU").check()
        for field in ("nama", "alamat.kota"):
            page.get_by_label(field, exact=True).check()
        page.get_by_label("Kuota panggilan per hari").fill("1000")
        page.get_by_label("Batas orang berbeda").fill("100")
        day = time.localtime(time.time() + 200 * 86_400)
        for label, value in (("Tanggal", day.tm_mday), ("Bulan", day.tm_mon), ("Tahun", day.tm_year)):
            page.get_by_label(label, exact=True).fill(str(value))
        self.seen(page, "minta")
        page.get_by_role("button", name="Kirim permintaan").click()
        assert "Permintaan terkirim" in page.locator("main").inner_text(), page.locator("main").inner_text()
        return page.url.removeprefix(self.portal.address)

    def step(self, who: str, path: str, button: str, reason: str = "") -> Page:
        page = self.people.open(who, path)
        if reason:
            page.get_by_label("Alasan").fill(reason)
        page.get_by_role("button", name=button).click()
        return page


@pytest.fixture
def walk(tmp_path: Path, browser: Browser) -> Iterator[Walk]:
    with ExitStack() as stack:
        yield Walk(tmp_path, browser, stack)


def test_join_describe_agree_publish_call(walk: Walk) -> None:
    for head, code, name in (("kepala duk", "duk", "Dukcapil Rekaan"), ("kepala kes", "kes", "Kemenkes Rekaan")):
        walk.join(head, code, name)
    walk.system("kepala duk", DUK, "pop", "SIAK")
    walk.system("kepala kes", KES, "klinik", "Klinik")
    walk.system("kepala kes", KES, "salin", "Salin")
    walk.node("kepala duk", DUK)
    walk.node("kepala kes", KES)
    walk.purpose()
    walk.publish()
    walk.certificate("kepala duk", DUK)
    walk.certificate("kepala kes", KES)
    walk.trial(walk.describe("kepala duk", POP, openapi(), f"{DUK}/n1"))
    path = walk.agree("kepala kes", KLINIK, NIK)
    walk.step("petugas duk", path, "Mulai meninjau")
    walk.seen(walk.people.open("kepala duk", path), "kesepakatan")
    walk.step("kepala duk", path, "Setujui kesepakatan")
    with old_system(ANSWER) as system, ExitStack() as stack:
        _run(walk, system, stack)
        asker, call = walk.nodes[KES], (KLINIK, NIK, "lahir", QUESTION)
        assert asker.ask(*call)[1]["code"] in ("unknown-service", "no-agreement"), "approved is not in force"
        walk.publish()
        print(f"in force at a node after {asker.becomes(200, *call):.1f} s")
        assert asker.ask(*call) == (200, {"nama": "UJI REKAAN", "alamat": {"kota": "Rekaan"}})
        _suspended(walk, path, call)
        _copied(walk, call)
    for name in ("operator", "kepala duk", "kepala kes"):
        walk.seen(walk.people.open(name, f"/registri/layanan/{NIK}/"), f"layanan-{name.replace(' ', '-')}")
    english = walk.people.open("operator", f"/en/registri/layanan/{NIK}/")
    assert "Who uses this service" in english.locator("main").inner_text()
    walk.seen(walk.people.open("operator", "/registri/"), "registri")


def _run(walk: Walk, system: int, stack: ExitStack) -> None:
    """The registry serves what is published, and both nodes run."""
    served = ("federation", "publish", "--serve", f"127.0.0.1:{walk.port}", "--dir", walk.registry)
    stack.enter_context(running(*served, ready="Melayani", log=walk.folder / "registri.log"))
    walk.nodes[DUK].settings([], CONNECTOR.format(subsystem=POP, port=system))
    walk.nodes[KES].settings([KLINIK, SALIN])
    for number, node in enumerate(walk.nodes.values()):
        line = ("node", "run", node.folder / "simpul.toml")
        stack.enter_context(running(*line, ready="siap ", log=walk.folder / f"simpul-{number}.log"))


def _suspended(walk: Walk, path: str, call: tuple[object, ...]) -> None:
    """Three suspend, each lifts its own; while one stands, nothing passes."""
    asker = walk.nodes[KES]
    page = walk.step("petugas duk", path, "Tangguhkan sebagai penyedia", "Gangguan di sumber data")
    seconds = asker.becomes("suspended", *call)
    print(f"suspended at a node after {seconds:.1f} s")
    assert seconds < LONGEST
    walk.seen(page, "ditangguhkan")
    walk.step("operator", path, "Tangguhkan sebagai pusat", "Diperiksa")
    walk.step("petugas duk", path, "Akhiri penangguhan penyedia")
    time.sleep(3)
    assert asker.ask(*call)[1]["code"] == "suspended", "the centre's still stands"
    walk.step("operator", path, "Akhiri penangguhan pusat")
    asker.becomes(200, *call)


def _copied(walk: Walk, call: tuple[object, ...]) -> None:
    """KES copies Dukcapil's description into a service of its own, agrees with itself, and asks: Dukcapil's node says no."""
    original = (walk.people["kepala kes"].context.request.get(f"{walk.portal.address}/registri/kontrak/1/")).body()
    assert json.loads(original) == json.loads(openapi())
    page = walk.describe("kepala kes", SALIN, original, f"{KES}/n1")
    walk.trial(page)
    walk.publish()
    asker = walk.nodes[KES]
    asker.becomes("no-agreement", KLINIK, COPY, "lahir", QUESTION)
    status, told = asker.ask(SALIN, NIK, "lahir", QUESTION)
    assert (status, told["code"]) == (403, "no-agreement")
    assert asker.ask(*call)[0] == 200, "the honest agreement still counts"
