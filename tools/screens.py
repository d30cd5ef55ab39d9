"""Take the pictures of the portal from a running demo, as a person sees it: `.venv/bin/python -m tools.screens [folder]`

Needs `make demo` in another terminal and Debian's chromium; a demo that was moved needs the same TERPADU_DEMO_PORTS. Signs test
people on with passkeys, registers a birth, has aid refused and objected to, and keeps each page at 390 and 1280 px in
docs/pictures. The demo then has two more cases; start it anew to be rid of them.
"""

from __future__ import annotations

import io
import re
import sys
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from contoh.orang import make
from demo import portal
from demo.places import MOVED_BY
from tests.lib import browsing
from tests.lib.people import sign_on
from tests.lib.walks import Demo

FOLDER = Path("docs/pictures")
SIZES = {390: 1700, 1280: 1200}
"""Width of the window -> at most so much of the page from its top, in px."""
COLOURS = 128
"""Flat pages look the same with so few, at a third of the size."""
LONGEST = 120.0
"""Seconds that a case may take until every office has done its part."""


def main(folder: Path = FOLDER) -> int:
    """The walk, with a picture at every stop."""
    folder.mkdir(parents=True, exist_ok=True)
    with browsing.browser() as browser:
        page = browser.new_page(locale="id-ID", viewport={"width": 1280, "height": 800})
        page.set_default_timeout(60_000)
        _as_a_visitor(page, folder)
        _with_a_birth(page, folder)
        _with_an_objection(browser, folder)
    return 0


def _as_a_visitor(page: Page, folder: Path) -> None:
    for name, path in (("home", "/"), ("sign-on", "/masuk/"), ("service", "/layanan/kelahiran/")):
        page.goto(portal.ADDRESS + path)
        _keep(page, folder, name)


def _with_a_birth(page: Page, folder: Path) -> None:
    mother = make(families=1).figures["sari"]
    known = {"nik": mother.nik, "name": mother.nama, "birth_date": mother.tanggal_lahir.isoformat(), "assurance": 2}
    sign_on(page, portal.FILE, portal.ADDRESS, **known)
    page.goto(f"{portal.ADDRESS}/layanan/kelahiran/periksa/")
    page.get_by_role("button", name="Mulai").click()
    page.wait_for_url(re.compile(r"/periksa/[A-Z]{2}-"))
    page.get_by_label("Nama lengkap anak").fill("Aluna Kirana")
    _keep(page, folder, "form")
    page.get_by_role("button", name="Kirim pengajuan").click()
    page.wait_for_url(re.compile(r"/urusan/KL-"))
    case = re.sub(r"terkirim/$", "", page.url)
    _wait_for_the_offices(page, case)
    _keep(page, folder, "case")
    for name, path in (("looks", "/siapa-melihat/"), ("home-signed-on", "/")):
        page.goto(portal.ADDRESS + path)
        _keep(page, folder, name)


def _with_an_objection(browser: Browser, folder: Path) -> None:
    """A refusal with its reasons, and the officer's queue and task after the objection."""
    demo = Demo(MOVED_BY)
    darto = demo.person(browser, "darto")
    darto.go("/layanan/bansos/")
    darto.page.get_by_role("button", name="Mulai").click()
    _keep(darto.page, folder, "consent")
    darto.page.get_by_label(re.compile("^Saya mengizinkan")).check()
    darto.page.get_by_role("button", name="Beri izin").click()
    darto.page.get_by_label("PKH", exact=True).check()
    darto.send()
    darto.until("Tidak disetujui", "Unduh PDF")
    _keep(darto.page, folder, "decision")
    darto.page.get_by_role("link", name="Ajukan sanggah").click()
    darto.page.get_by_label("Apa yang tidak benar, dan mengapa?").fill("Desil 7 keliru: rumah kami dari bambu.")
    darto.page.get_by_role("button", name="Kirim").click()
    officer = demo.person(browser, "bagus", offices=[("ID/GOV/KEMENSOS/PERLINSOS", "petugas")])
    officer.go("/petugas/")
    _keep(officer.page, folder, "queue")
    officer.page.get_by_role("link", name=re.compile("^Periksa ulang")).click()
    officer.page.get_by_role("button", name="Ambil tugas ini").click()
    _keep(officer.page, folder, "task")


def _wait_for_the_offices(page: Page, case: str) -> None:
    """Until the turn is nobody's any more, or the longest time has passed."""
    end = time.monotonic() + LONGEST
    page.goto(case)
    while page.get_by_text("Sistem instansi", exact=True).count() and time.monotonic() < end:
        time.sleep(2)
        page.reload()


def _keep(page: Page, folder: Path, name: str) -> None:
    status = page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
    if status >= 400:
        sys.exit(f"Expected a page at {page.url}, got status {status}; look at the demo's log of the portal.")
    for width, tallest in SIZES.items():
        page.set_viewport_size({"width": width, "height": 800})
        whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
        drawn = whole.crop((0, 0, width, min(whole.height, tallest)))
        file = folder / f"{name}-{width}.png"
        drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        print(f"{file}: {drawn.width} x {drawn.height}, {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
