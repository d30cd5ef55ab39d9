"""A case from sending to its decision, with real nodes, the stand-ins of the existing systems, a worker, and two browsers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.lib import browsing
from tests.lib.country import PORTAL, figure
from tests.lib.demo_run import LAST_LINE, demo
from tests.lib.people import sign_on
from tests.lib.portals import Portal

pytestmark = [pytest.mark.deep, pytest.mark.timeout(400)]
MOVED_BY = 5_000
"""Below the demo's other tests (10,000 and more) and above the demo itself."""
NODE = f"http://127.0.0.1:{8081 + MOVED_BY}"
DUKCAPIL = "ID/GOV/KEMENDAGRI/DUKCAPIL"
SECONDS = 60_000


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demo's systems and nodes on ports of their own, a portal that asks through its node, and one worker."""
    with demo(environment={"TERPADU_DEMO_PORTS": str(MOVED_BY)}) as terminal:
        terminal.until(LAST_LINE, 150)
        with Portal(tmp_path_factory.mktemp("portal"), node=NODE, subsystem=PORTAL) as portal:
            line = [sys.executable, "-m", "terpadu", "portal", "work", str(portal.file)]
            with (portal.folder / "worker.log").open("wb") as log:
                worker = subprocess.Popen(line, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"})
            yield portal
            worker.terminate()
            assert worker.wait(30) == 0, (portal.folder / "worker.log").read_text()


def _person(browser: Browser, portal: Portal, word: str, **more: Any) -> Page:
    """A test person, signed on."""
    person, page = figure(word), browser.new_context(locale="id-ID").new_page()
    born = person.tanggal_lahir.isoformat()
    sign_on(page, portal.file, portal.address, nik=person.nik, name=person.nama, birth_date=born, assurance=2, **more)
    return page


def _begin(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.address}/layanan/kelahiran/periksa/")
    page.get_by_role("button", name="Mulai").click()
    page.wait_for_url(re.compile(r"/periksa/KL-"))


def _fill_home_birth(page: Page) -> None:
    """What no register holds: form F-2.03 with two witnesses."""
    page.get_by_label("Nama lengkap anak").fill("Rosa Melati")
    page.get_by_label("Perempuan", exact=True).check()
    born = page.get_by_role("group", name="Tanggal lahir anak")
    for box, number in zip(("Tanggal", "Bulan", "Tahun"), ("10", "9", "2026"), strict=True):
        born.get_by_label(box, exact=True).fill(number)
    page.get_by_label("Kabupaten atau kota kelahiran").fill("Maumere")
    page.get_by_label("NIK saksi pertama").fill(figure("dewi").nik)
    page.get_by_label("NIK saksi kedua").fill(figure("rahmat").nik)
    page.get_by_label(re.compile("^Saya menyatakan kelahiran")).check()


def _until(page: Page, words: str) -> None:
    """Load the case again until it says so, as a person would."""
    end = time.monotonic() + SECONDS / 1000
    while words not in page.locator("main").inner_text():
        assert time.monotonic() < end, page.locator("main").inner_text()
        time.sleep(0.5)
        page.reload()


def test_birth_in_a_hospital_is_decided_without_anybody(browser: Browser, running: Portal) -> None:
    page = _person(browser, running, "sari")
    _begin(page, running)
    page.get_by_label("Nama lengkap anak").fill("Aluna Kirana")
    page.get_by_role("button", name="Kirim pengajuan").click()
    page.wait_for_url(re.compile(r"/urusan/KL-"))
    case = page.url
    _until(page, "Selesai diproses")
    for words in ("4 dari 4 hasil", "Disetujui", "Dinas Dukcapil mencatat kelahiran dan menerbitkan akta",
                  "BPJS Kesehatan mendaftarkan anak ke JKN", "Keputusan ini dibuat sistem menurut aturan"):  # fmt: skip
        expect(page.get_by_text(words).first).to_be_visible()
    browsing.check_looks(page)
    assert browsing.weight(page, case) < browsing.HEAVIEST
    proofs = page.locator(".timeline a", has_text="Bukti")
    assert proofs.count() == 5
    with page.expect_download() as download:
        proofs.first.click()
    file = running.folder / "bukti"
    download.value.save_as(file)
    assert "terpadu" in file.read_text().lower()
    page.goto(f"{running.address}/urusan/")
    browsing.check_looks(page)
    page.goto(f"{running.address}/")
    expect(page.get_by_role("heading", name="Urusan saya")).to_be_visible()
    for path in ("", "terkirim/"):
        page.goto(case + path)
        page.set_viewport_size({"width": 320, "height": 800})
        browsing.check_looks(page)
        browsing.check_narrow(page)


def test_a_late_birth_at_home_goes_to_an_officer_twice(browser: Browser, running: Portal) -> None:
    page = _person(browser, running, "melati")
    _begin(page, running)
    _fill_home_birth(page)
    page.get_by_role("button", name="Kirim pengajuan").click()
    page.wait_for_url(re.compile(r"/urusan/KL-"))
    _until(page, "memeriksa pernyataan kelahiran dan saksi")
    reference = page.url.rstrip("/").rpartition("/")[2]
    officer = _person(browser, running, "bagus", offices=[(DUKCAPIL, "petugas")])
    officer.goto(f"{running.address}/petugas/")
    browsing.check_looks(officer)
    officer.get_by_role("link", name="Memeriksa pernyataan kelahiran dan saksi").click()
    assert reference in officer.locator("main").inner_text()
    browsing.check_looks(officer)
    officer.get_by_role("button", name="Ambil tugas ini").click()
    officer.get_by_label("Tidak setujui").check()
    officer.get_by_role("button", name="Simpan").click()
    expect(officer.get_by_text("Tulis paling sedikit satu alasan.").first).to_be_visible()
    browsing.check_looks(officer)
    officer.get_by_label("Setujui", exact=True).check()
    officer.get_by_role("button", name="Simpan").click()
    page.reload()
    _until(page, "memutuskan pencatatan yang terlambat")
    expect(page.get_by_role("heading", name="Dibuka petugas")).to_be_visible()
    officer.goto(f"{running.address}/petugas/")
    officer.get_by_role("link", name="Memutuskan pencatatan yang terlambat").click()
    officer.get_by_role("button", name="Ambil tugas ini").click()
    officer.get_by_label("Nomor keputusan").fill("KEP/12/2026")
    officer.get_by_label("Setujui", exact=True).check()
    officer.get_by_role("button", name="Simpan").click()
    _until(page, "Selesai diproses")
    browsing.check_looks(page)
