"""A person who walks through a service of the running demo in a browser: found, filled, sent, followed, paid, checked."""

from __future__ import annotations

import io
import re
import time
from dataclasses import dataclass
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.lib import browsing
from tests.lib.country import figure
from tests.lib.demo_run import ROOT
from tests.lib.people import sign_on

SECONDS = 60
"""How long a person loads a page again until something has happened; agencies answer within a few."""
NEW_FACTS = "Ada data baru dari instansi. Periksa, lalu kirim."
VIEW = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Demo:
    """A running demo whose ports are moved by so much."""

    moved_by: int

    @property
    def address(self) -> str:
        return f"http://localhost:{8000 + self.moved_by}"

    def person(self, browser: Browser, word: str, **more: Any) -> Walker:
        """A test person with a browser, signed on with a passkey; `offices` makes an officer of them."""
        one, page = figure(word), browser.new_context(locale="id-ID", viewport=VIEW).new_page()
        file = ROOT / "build" / f"demo-{self.moved_by}" / "portal" / "portal.toml"
        known = {"nik": one.nik, "name": one.nama, "birth_date": one.tanggal_lahir.isoformat(), "assurance": 2}
        page.set_default_timeout(20_000)
        complaints = browsing.Complaints(page)
        sign_on(page, file, self.address, **known | more)
        return Walker(self, page, complaints)


@dataclass(frozen=True)
class Walker:
    """Somebody signed on, and what their browser complained about."""

    demo: Demo
    page: Page
    complaints: browsing.Complaints

    def go(self, path: str) -> None:
        self.page.goto(self.demo.address + path)

    def text(self) -> str:
        """What the page says, in one line."""
        return " ".join(self.page.locator("main").inner_text().split())

    def find(self, life_event: str, service: str) -> None:
        """From the first page by the life event to the service's own page, which says documents before and now."""
        self.go("/")
        self.page.locator(".tiles").get_by_role("link", name=re.compile(f"^{life_event}")).click()
        if self.page.locator("h1").inner_text() != service:
            self.page.get_by_role("link", name=service).first.click()
        assert self.page.locator("h1").inner_text() == service
        for words in ("Dulu", "Sekarang"):
            assert words in self.text(), self.text()

    def begin(self, about: str = "") -> str:
        """A draft with its facts; gives its reference."""
        self.page.get_by_role("button", name="Mulai").click()
        self.page.wait_for_url(re.compile("/periksa/"))
        if self.page.url.endswith("/periksa/"):
            if about:
                self.page.get_by_label(re.compile(f"^{about}")).check()
            self.page.get_by_role("button", name="Mulai").click()
        self.page.wait_for_url(re.compile(r"/periksa/[A-Z]{2}-"))
        return self.page.url.rstrip("/").rpartition("/")[2]

    def facts(self) -> dict[str, str]:
        """Each fact of the form with its value and source."""
        rows = self.page.locator(".fact").all()
        return {row.locator("dt").first.inner_text().strip(): _flat(row) for row in rows}

    def photograph(self, label: str) -> None:
        """Upload a small picture."""
        kept = io.BytesIO()
        Image.new("RGB", (200, 300), "#b81414").save(kept, "PNG")
        file = {"name": "pasfoto.png", "mimeType": "image/png", "buffer": kept.getvalue()}
        self.page.get_by_label(label).set_input_files(file)  # type: ignore[arg-type]

    def send(self) -> str:
        """Send the application, again where the answers brought new facts to be read first; gives the case's reference."""
        self.page.get_by_role("button", name="Kirim pengajuan").click()
        if self.page.get_by_text(NEW_FACTS).count():
            self.page.get_by_role("button", name="Kirim pengajuan").click()
        self.page.wait_for_url(re.compile(r"/urusan/[A-Z]{2}-"))
        return self.page.url.rstrip("/").rpartition("/")[2]

    def until(self, *words: str) -> None:
        """Load the page again until it says all of it, as a person would."""
        end = time.monotonic() + SECONDS
        while missing := [one for one in words if one not in self.text()]:
            assert time.monotonic() < end, f"{missing} of {self.page.url}: {self.text()}"
            time.sleep(0.5)
            self.page.reload()

    def pay(self, amount: str) -> str:
        """Pay the bill of the case at the invented bank; gives the billing code."""
        bill = self.page.locator(".bill")
        assert amount in _flat(bill), _flat(bill)
        code = bill.locator("dd.number").first.inner_text()
        case = self.page.url
        bill.get_by_role("link", name="Ke tempat bayar").click()
        self.page.locator("input[name=kode]").fill(code)
        self.page.get_by_role("button").click()
        expect(self.page.get_by_role("status")).to_contain_text("Pembayaran berhasil. NTPN")
        self.page.goto(case)
        return code

    def answer(self, choice: str) -> None:
        """One's own turn is done with this choice; back at the case."""
        self.page.get_by_label(choice, exact=True).check()
        self.page.get_by_role("button", name="Kirim").click()
        self.page.wait_for_url(re.compile(r"/urusan/[^/]+/$"))

    def papers(self, count: int) -> list[bytes]:
        """The papers of the case, downloaded, each checked by somebody who is not signed on."""
        links, found = self.page.locator("a[href*='/dokumen/']"), []
        expect(links).to_have_count(count)
        for link in links.all():
            with self.page.expect_download() as download:
                link.click()
            data = download.value.path().read_bytes()
            assert data.startswith(b"%PDF")
            self._check(download.value.suggested_filename, data)
            found.append(data)
        return found

    def _check(self, name: str, data: bytes) -> None:
        browser = self.page.context.browser
        assert browser is not None
        context = browser.new_context(locale="id-ID", viewport=VIEW)
        page = context.new_page()
        page.goto(f"{self.demo.address}/periksa/")
        page.get_by_label("Kode di bawah QR").fill(name.removesuffix(".pdf"))
        file = {"name": name, "mimeType": "application/pdf", "buffer": data}
        page.get_by_label("Berkas PDF, bila ada").set_input_files(file)  # type: ignore[arg-type]
        page.locator("main").get_by_role("button").last.click()
        assert "Berkas ini asli" in page.locator("main").inner_text(), page.locator("main").inner_text()
        browsing.check_looks(page)
        context.close()

    def looked(self, reference: str, *offices: str) -> None:
        """Who looked shows this case, with these offices, and every office answered."""
        self.go("/siapa-melihat/")
        self.until(reference, *offices)
        assert self.page.locator(".notice.warns").count() == 0, "every office answers who looked"

    def good(self) -> None:
        """The page as it is can be used by all, at every width, in both languages."""
        here = self.page.url
        browsing.check_looks(self.page)
        self.page.goto(here.replace(self.demo.address, f"{self.demo.address}/en"))
        browsing.check_looks(self.page)
        self.page.goto(here)
        assert self.complaints.heard == []


def _flat(place: Locator) -> str:
    return " ".join(place.inner_text().split())
