"""The demo as a newcomer meets it: registered with a passkey, prefilled, sent, decided, the paper checked, the looks seen.

Birth and a police record here; the other services, and those that do not go their way: test_services.py.
"""

from __future__ import annotations

import email
import re
import time
from collections.abc import Iterator
from email import policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.lib.country import figure
from tests.lib.demo_run import LAST_LINE, ROOT, demo
from tests.lib.people import virtual_authenticator
from tests.lib.walks import Demo

pytestmark = pytest.mark.timeout(400)
MOVED_BY = 15_000
ADDRESS = f"http://localhost:{8000 + MOVED_BY}"
LETTERS = ROOT / "build" / f"demo-{MOVED_BY}" / "portal" / "letters"
SURAT = "sari@contoh.example"
SECONDS = 60


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The demo itself, moved: its own portal and worker, nothing beside them."""
    with demo(environment={"TERPADU_DEMO_PORTS": str(MOVED_BY)}) as terminal:
        terminal.until(LAST_LINE, 150)
        yield ADDRESS


def _code() -> str:
    """The code of the newest letter that has one."""
    for file in sorted(LETTERS.glob("*.log"), key=lambda one: one.stat().st_mtime_ns, reverse=True):
        parts = [part for part in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n") if part.strip()]
        body = email.message_from_bytes(parts[-1], policy=policy.default).get_body(("plain",))
        found = body and re.search(r"^([A-Z0-9]{3,5}(?:-[A-Z0-9]{3,4})*)$", body.get_content(), re.MULTILINE)
        if found:
            return found[1]
    raise AssertionError(f"no letter with a code in {LETTERS}")


def _register(page: Page, address: str) -> None:
    virtual_authenticator(page)
    page.goto(f"{address}/daftar/")
    page.get_by_label("Alamat surel").fill(SURAT)
    page.get_by_role("button", name="Kirim kode ke surel").click()
    page.get_by_label("Kode dari surel").fill(_code())
    page.get_by_role("button", name="Lanjutkan").click()
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/akun/mulai/")


def _prove(page: Page, address: str, word: str) -> None:
    person = figure(word)
    born = person.tanggal_lahir
    page.goto(f"{address}/akun/nik/")
    for label, text in {
        "NIK": person.nik, "Nama lengkap": person.nama, "Nama ibu kandung": person.nama_ibu,
        "Tanggal": str(born.day), "Bulan": str(born.month), "Tahun": str(born.year),
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Cocokkan").click()
    page.wait_for_url("**/akun/")


def _until(page: Page, words: str) -> None:
    """Load the page again until it says so, as a person would."""
    end = time.monotonic() + SECONDS
    while words not in page.locator("main").inner_text():
        assert time.monotonic() < end, page.locator("main").inner_text()
        time.sleep(0.5)
        page.reload()


def _paper(page: Page) -> Locator:
    """The first paper of the case, which is drawn when the case is decided already."""
    papers, end = page.locator("a[href*='/dokumen/']"), time.monotonic() + SECONDS
    while not papers.count():
        assert time.monotonic() < end, page.locator("main").inner_text()
        time.sleep(0.5)
        page.reload()
    return papers.first


def test_birth_from_registration_to_the_checked_paper(
    page: Page, browser: Browser, address: str, tmp_path: Path
) -> None:
    _register(page, address)
    _prove(page, address, "sari")

    page.goto(f"{address}/")
    page.locator(".tiles").get_by_role("link", name=re.compile("^Kelahiran")).click()
    page.get_by_role("button", name="Mulai").click()
    page.wait_for_url(re.compile(r"/periksa/KL-"))
    assert "SATUSEHAT, Kemenkes" in page.locator("main").inner_text()
    page.get_by_label("Nama lengkap anak").fill("Aluna Kirana")
    page.get_by_role("button", name="Kirim pengajuan").click()
    page.wait_for_url(re.compile(r"/urusan/KL-"))
    reference = page.url.rstrip("/").rpartition("/")[2]
    _until(page, "Selesai diproses")
    paper = _paper(page)
    with page.expect_download() as download:
        paper.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF")
    _check(browser, address, file)

    page.goto(f"{address}/siapa-melihat/")
    _until(page, reference)
    assert page.locator(".notice.warns").count() == 0, "every office answers who looked"


def test_a_police_record_is_paid_issued_and_checked(browser: Browser, address: str) -> None:
    bagus = Demo(MOVED_BY).person(browser, "bagus")
    bagus.find("Bekerja", "SKCK untuk melamar kerja")
    bagus.begin()
    facts = bagus.facts()
    assert "Kepesertaan JKN, BPJS Kesehatan" in facts["JKN aktif"]
    assert figure("bagus").nik not in bagus.page.content()
    bagus.page.get_by_label("Melamar sebagai ASN").check()
    bagus.photograph("Pasfoto berlatar merah")
    reference = bagus.send()
    bagus.until("Giliran siapa Anda", "Kode billing", "Pembayaran Giliran Anda")
    bagus.pay("Rp30.000")
    bagus.until("Selesai diproses", "Unduh PDF", "SKCK Disetujui", "Tidak ada catatan kepolisian.")
    bagus.papers(1)
    bagus.looked(reference, "Catatan kepolisian")
    assert bagus.complaints.heard == []


def _check(browser: Browser, address: str, file: Path) -> None:
    """Anybody checks the paper: the true file passes, the same file with one byte more does not."""
    context = browser.new_context(locale="id-ID")
    page = context.new_page()
    told = []
    for data in (file.read_bytes(), file.read_bytes() + b"\n"):
        page.goto(f"{address}/periksa/")
        page.get_by_label("Kode di bawah QR").fill(file.stem)
        page.get_by_label("Berkas PDF, bila ada").set_input_files(
            {"name": file.name, "mimeType": "application/pdf", "buffer": data}
        )
        page.locator("main").get_by_role("button").last.click()
        told.append(page.locator("main").inner_text())
    context.close()
    assert "Berkas ini asli" in told[0], told[0]
    assert "Berkas ini bukan yang diterbitkan" in told[1], told[1]
