"""Take the pictures of the portal from a running demo, as a person sees it: `.venv/bin/python -m tools.screens [folder]`

Needs `make demo` in another terminal and Debian's chromium. Signs a test person on with a passkey, registers a birth, and keeps
each page at 390 and 1280 px in docs/pictures. The demo then has one more case; start it anew to be rid of it.
"""

from __future__ import annotations

import io
import re
import sys
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from contoh.orang import make
from demo import portal
from tests.lib import browsing
from tests.lib.people import sign_on

FOLDER = Path("docs/pictures")
WIDTHS = (390, 1280)
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
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        drawn = Image.open(io.BytesIO(page.screenshot(full_page=True)))
        file = folder / f"{name}-{width}.png"
        drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        print(f"{file}: {drawn.width} x {drawn.height}, {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
