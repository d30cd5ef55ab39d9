"""The gate with a real portal, a worker and browsers: proposed and connected instead; proposed, exempted, judged, published."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.lib import browsing, inventory
from tests.lib.people import sign_on
from tests.lib.portals import ROOT, Portal

pytestmark = pytest.mark.timeout(300)
AGENCY = "ID/GOV/TELAGA-WENING"
MINISTRIES = {"ID/GOV/KEMENPANRB": "KemenPANRB", "ID/GOV/KOMDIGI": "Komdigi", "ID/GOV/BAPPENAS": "Bappenas"}
ROWS = 1500
OPENAPI = b'{"openapi":"3.0.0","info":{"title":"Cuti"},"paths":{"/saldo":{"get":{"operationId":"saldo","summary":"Saldo cuti"}}}}'
SHARED = (
    "instansi,nama_instansi,kode,nama,jenis,fungsi,status,kode_layanan,data,antarmuka,alamat_antarmuka,pengguna\n"
    "ID/GOV/BKN,BKN,ASN-1,SmartASN,umum,Pegawai mengajukan cuti dan atasan menyetujuinya lewat ponsel,dipakai,RAL.02.03,"
    '"saldo cuti, alasan cuti",openapi,https://smartasn.example/openapi.json,4100000\n'
)


class _Table(dict[str, str]):
    """As a setting is written in TOML."""

    def __str__(self) -> str:
        return "{ " + ", ".join(f'"{key}" = "{value}"' for key, value in self.items()) + " }"


def command(portal: Portal, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "terpadu", "portal", *words]
    env = {**os.environ, **more}
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, env=env)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that names its reviewers, an inventory that the operator's command brought in, and a worker."""
    folder: Path = tmp_path_factory.mktemp("gate")
    with Portal(folder, reviewers=_Table(MINISTRIES)) as portal:
        inventory.write(folder / "negara.csv", ROWS)
        (folder / "umum.csv").write_text(SHARED, encoding="utf-8")
        for name in ("negara.csv", "umum.csv"):
            done = command(portal, "inventory", str(portal.file), str(folder / name))
            assert done.returncode == 0, done.stdout + done.stderr
        line = [sys.executable, "-m", "terpadu", "portal", "work", str(portal.file)]
        with (folder / "worker.log").open("wb") as log:
            worker = subprocess.Popen(line, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        yield portal
        worker.terminate()
        assert worker.wait(30) == 0, (folder / "worker.log").read_text()


@pytest.fixture
def person(browser: Browser, running: Portal) -> Iterator[Callable[..., Page]]:
    """A browser of somebody with mandates, signed on with a passkey; without: a visitor."""
    opened: list[tuple[Page, browsing.Complaints]] = []

    def open_for(*offices: tuple[str, str], name: str = "ORANG REKAAN", nik: str = "") -> Page:
        page = browser.new_context(locale="id-ID", viewport={"width": 1280, "height": 800}).new_page()
        opened.append((page, browsing.Complaints(page)))
        if offices:
            sign_on(page, running.file, running.address, nik=nik, name=name, assurance=2, offices=list(offices))
        return page

    yield open_for
    for page, complaints in opened:
        page.context.close()
        assert complaints.heard == []


def looked_at(page: Page, name: str) -> None:
    """Both languages, every width; a picture of each where a folder is named for them."""
    browsing.check_looks(page)
    pictures = os.environ.get("TERPADU_PICTURES", "")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        if pictures:
            page.screenshot(path=f"{pictures}/{name}-{width}.png", full_page=True)


def in_english(page: Page, portal: Portal) -> None:
    here = page.url
    page.goto(here.replace(portal.address, f"{portal.address}/en", 1))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    browsing.check_looks(page)
    page.goto(here)


def propose(page: Page, portal: Portal, name: str = "e-Cuti Telaga Wening") -> None:
    page.goto(f"{portal.address}/gerbang/usul/")
    fields = {
        "agency": "Kabupaten Telaga Wening", "name": name,
        "function": "Pegawai mengajukan cuti dari ponsel dan atasan menyetujui",
        "service_code": "RAL.02.03", "cost": "1.240.000.000", "users": "7.841", "data": "NIP, alasan cuti, saldo cuti",
    }  # fmt: skip
    for field, value in fields.items():
        page.locator(f"[name={field}]").fill(value)
    page.get_by_role("button", name="Kirim usulan").click()


def test_proposed_and_connected_instead(person: Callable[..., Page], running: Portal) -> None:
    page = person((f"{AGENCY}/APLIKASI", "aplikasi"), nik="9901015204869101")
    page.goto(f"{running.address}/gerbang/usul/")
    page.get_by_role("button", name="Kirim usulan").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at(page, "propose-errors")
    propose(page, running)
    expect(page.get_by_role("heading", name="Hubungkan yang sudah ada")).to_be_visible()
    expect(page.locator("aside").get_by_text("Belum dilanjutkan")).to_be_visible()
    first = page.locator(".likeness").first
    expect(first.get_by_role("heading", name="SmartASN")).to_be_visible()
    expect(page.get_by_text("dari 1.501 aplikasi")).to_be_visible()
    looked_at(page, "proposal")
    in_english(page, running)
    page.get_by_role("button", name="Mulai menghubungkan").click()
    expect(page.get_by_text("https://smartasn.example/openapi.json")).to_be_visible()
    page.get_by_label("OpenAPI 3").check()
    page.locator("[name=file]").set_input_files({"name": "a.json", "mimeType": "application/json", "buffer": OPENAPI})
    looked_at(page, "draft")
    with page.expect_download() as found:
        page.get_by_role("button", name="Unduh sambungan awal").click()
    written = tomllib.loads(Path(found.value.path()).read_text(encoding="utf-8"))
    assert list(written["service"]) == ["saldo"]
    page.goto(f"{running.address}/gerbang/")
    page.get_by_role("link", name="e-Cuti Telaga Wening").click()
    expect(page.get_by_text("Sambungan awal diunduh")).to_be_visible()
    looked_at(page, "connecting")


def _exempt(page: Page) -> None:
    page.get_by_role("link", name="Ajukan pengecualian").click()
    for field in ("reasons", "cost_basis", "duplication", "splp", "audit"):
        page.locator(f"[name={field}]").fill("Sudah disusun dan diperiksa tim teknis.")
    page.locator("[name=budget]").set_input_files(
        {"name": "rab.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 contoh"}
    )
    looked_at(page, "exempt")
    page.locator("[name=budget]").set_input_files(
        {"name": "rab.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 contoh"}
    )
    page.get_by_role("button", name="Ajukan pengecualian").click()


@pytest.mark.deep
def test_proposed_exempted_judged_and_published(person: Callable[..., Page], running: Portal) -> None:
    page = person((f"{AGENCY}/APLIKASI", "aplikasi"), nik="9901015204869102")
    propose(page, running, "Sensor Sungai")
    address = page.url
    _exempt(page)
    expect(page.locator("aside").get_by_text("Pengecualian dinilai")).to_be_visible()
    for count, ministry in enumerate(MINISTRIES):
        reviewer = person((f"{ministry}/GERBANG", "penilai"), nik=f"990101520486911{count}")
        reviewer.goto(address)
        reviewer.get_by_role("link", name="Nilai usulan ini").click()
        looked_at(reviewer, "review")
        reviewer.get_by_label("Dilanjutkan", exact=True).check()
        reviewer.locator("[name=reasons]").fill("Tidak ada yang dapat dihubungkan.")
        reviewer.locator("[name=conditions]").fill("Buka antarmuka lewat SPLP.")
        reviewer.get_by_role("button", name="Kirim putusan").click()
        expect(reviewer.get_by_role("link", name="Nilai usulan ini")).to_have_count(0)
    visitor = person()
    visitor.goto(address)
    expect(visitor.locator("aside").get_by_text("Dilanjutkan", exact=True)).to_have_count(4)
    expect(visitor.get_by_text("Buka antarmuka lewat SPLP.").first).to_be_visible()
    expect(visitor.get_by_text("ORANG REKAAN")).to_have_count(0)
    expect(visitor.get_by_role("link", name="Rencana anggaran biaya (RAB)")).to_have_count(0)
    looked_at(visitor, "decided")
    in_english(visitor, running)
    assert browsing.weight(visitor, address) < browsing.HEAVIEST
    visitor.get_by_role("link", name="Entri di inventaris").click()
    expect(visitor.locator("aside").get_by_text("Direncanakan")).to_be_visible()


def test_a_file_is_brought_in_by_the_worker_with_a_verdict_for_each_row(person: Callable[..., Page], running: Portal) -> None:
    page = person((f"{AGENCY}/APLIKASI", "aplikasi"), nik="9901015204869103")
    page.goto(f"{running.address}/inventaris/muat/")
    looked_at(page, "upload")
    good = f"{AGENCY},Kabupaten Telaga Wening,T-1,SIMPEG,Mencatat riwayat pegawai,300\n"
    text = "instansi,nama_instansi,kode,nama,fungsi,biaya\n" + good + good.replace("T-1", "T-2").replace("300", "murah")
    page.locator("[name=file]").set_input_files({"name": "i.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Muat").click()
    end = time.monotonic() + 60
    while page.get_by_role("link", name="Lihat kemajuannya").count():
        assert time.monotonic() < end
        page.get_by_role("link", name="Lihat kemajuannya").click()
    expect(page.get_by_role("row").last).to_contain_text("murah")
    looked_at(page, "batch")
    page.goto(f"{running.address}/inventaris/?cari=SIMPEG+Telaga")
    page.get_by_role("link", name="SIMPEG").click()
    page.get_by_role("link", name="Ubah entri").click()
    looked_at(page, "edit")
    page.locator("[name=unit]").fill("Badan Kepegawaian")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Badan Kepegawaian").first).to_be_visible()
    looked_at(page, "application")
    in_english(page, running)
    page.goto(f"{running.address}/inventaris/")
    looked_at(page, "inventory")
    assert browsing.weight(page, f"{running.address}/inventaris/") < browsing.HEAVIEST


def test_an_import_that_is_killed_goes_on_and_doubles_nothing(running: Portal) -> None:
    file, told = running.folder / "killed.csv", running.folder / "killed-verdicts.csv"
    file.write_text(
        "instansi,nama_instansi,kode,nama,fungsi\n"
        + "".join(f"ID/GOV/GIRI,Kota Giri,G-{number},Aplikasi {number},Mencatat hal {number}\n" for number in range(1200)),
        encoding="utf-8",
    )
    line = ("inventory", str(running.file), str(file), "--verdicts", str(told))
    assert command(running, *line, TERPADU_CRASH_AT="g1:2").returncode == -9
    assert not told.exists()
    again = command(running, *line)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "Dilanjutkan sesudah baris 1001." in again.stdout
    rows = told.read_text(encoding="utf-8").splitlines()[1:]
    assert [int(row.split(",")[0].strip('"')) for row in rows] == list(range(2, 1202))
    assert all('"Dicatat"' in row for row in rows)
