"""A person with a browser, real nodes and the stand-ins of the existing systems: found by life event, prefilled, sent."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from terpadu.clock import system_clock
from terpadu.exchange.client import NodeClient, Why
from terpadu.facts import vocabulary
from terpadu.facts.gathering import Asked, gather
from terpadu.services import definition
from tests.lib import browsing
from tests.lib.country import FIGURES, PORTAL, SERVICES, figure
from tests.lib.demo_run import LAST_LINE, demo
from tests.lib.people import sign_on
from tests.lib.portals import Portal

MOVED_BY = 15_000
"""Below the ports that systems hand out by themselves, beside the demo (0) and its other tests (10,000 and 20,000)."""
NODE = f"http://127.0.0.1:{8081 + MOVED_BY}"
TOGETHER = f"http://127.0.0.1:{9110 + MOVED_BY}"
NAME = "Aluna Kirana"
pytestmark = pytest.mark.deep


class Signed(NamedTuple):
    """Someone who has signed on."""

    page: Page
    portal: Portal

    def go(self, path: str) -> None:
        self.page.goto(self.portal.address + path)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demo's systems and nodes on ports of their own, and a portal that asks through its node."""
    with demo(environment={"TERPADU_DEMO_PORTS": str(MOVED_BY)}) as terminal:
        terminal.until(LAST_LINE, 150)
        with Portal(tmp_path_factory.mktemp("portal"), node=NODE, subsystem=PORTAL) as portal:
            yield portal


@pytest.fixture(scope="module")
def sessions(browser: Browser, running: Portal) -> dict[str, Any]:
    """Sari, whose child was born in a hospital five days ago, and Galang's mother: signed on once, with a passkey each."""
    return {word: session(browser, running, word) for word in ("sari", "galang_ibu")}


def session(browser: Browser, portal: Portal, word: str) -> Any:
    """The cookies of a test person who signed on."""
    person, context = figure(word), browser.new_context(locale="id-ID")
    born = person.tanggal_lahir.isoformat()
    known = {"nik": person.nik, "name": person.nama, "birth_date": born, "assurance": 2}
    sign_on(context.new_page(), portal.file, portal.address, **known)
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def sari(page: Page, running: Portal, sessions: dict[str, Any]) -> Signed:
    """Sari in a fresh browser."""
    return signed(page, running, sessions["sari"])


def signed(page: Page, portal: Portal, kept: Any) -> Signed:
    """The same person in another browser."""
    page.context.add_cookies(kept["cookies"])
    return Signed(page, portal)


@pytest.fixture(autouse=True)
def whole() -> Iterator[None]:
    """No ordered fault outlives its test."""
    yield
    spoil("simkah", "bersih")


def spoil(system: str, kind: str, times: int = 0, **more: Any) -> None:
    """Order a small stand-in to fail."""
    order = {"jenis": kind, **({"kali": times} if times else {}), **more}
    requests.post(f"{TOGETHER}/{system}/_contoh/gangguan", json=order, timeout=5).raise_for_status()


def begin(one: Signed, service: str) -> None:
    """A new draft by the page's own button."""
    one.go(f"/layanan/{service}/periksa/")
    one.page.get_by_role("button", name="Mulai").click()
    one.page.wait_for_url(re.compile(r"/periksa/[A-Z]{2}-"))


def start(page: Page) -> None:
    """From the service's page: at once, or past the drafts that wait."""
    page.get_by_role("button", name="Mulai").click()
    page.wait_for_url(re.compile("/periksa/"))
    if page.url.endswith("/periksa/"):
        page.get_by_role("button", name="Mulai").click()


def fact(page: Page, label: str) -> str:
    """What the form says of a fact: value and source."""
    row = page.locator(".fact", has=page.locator("dt", has_text=re.compile(f"^{label}$")))
    return " ".join(row.first.inner_text().split())


def test_from_the_life_event_to_the_sent_application(sari: Signed) -> None:
    page = sari.page
    sari.go("/")
    page.locator(".tiles").get_by_role("link", name=re.compile("^Kelahiran")).click()
    assert page.locator("h1").inner_text() == "Kelahiran anak"
    start(page)
    page.wait_for_url(re.compile(r"/layanan/kelahiran/periksa/KL-[0-9A-Z]{4}-[0-9A-Z]{4}/$"))
    assert "SARI" in fact(page, "Nama ibu")
    assert "Dukcapil, Kemendagri · hari ini" in fact(page, "Nama ibu")
    assert "SATUSEHAT, Kemenkes · hari ini" in fact(page, "Tanggal lahir bayi")
    assert re.search(r"99•• •••• •••• \d{4}", fact(page, "Nomor KK"))
    assert figure("sari").nik not in page.content()
    assert "Dukcapil menerima" in " ".join(page.locator(".card.quiet").inner_text().split())
    browsing.check_looks(page)
    page.get_by_label("Nama lengkap anak").fill("Aluna")
    page.get_by_role("button", name="Kirim pengajuan").click()
    expect(page.get_by_text("Nama anak paling sedikit dua kata, misalnya Aluna Kirana.")).to_have_count(2)
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    browsing.check_looks(page)
    page.get_by_label("Nama lengkap anak").fill(NAME)
    draft = page.url
    page.get_by_role("button", name="Kirim pengajuan").click()
    page.wait_for_url(re.compile(r"/urusan/KL-"))
    assert page.context.request.get(draft).status == 404, "what was sent is no draft any more"


def test_the_same_pages_in_english(sari: Signed) -> None:
    begin(sari, "kelahiran")
    sari.page.goto(sari.page.url.replace("/layanan/", "/en/layanan/"))
    assert "Female" in sari.page.locator("main").inner_text() or "Male" in sari.page.locator("main").inner_text()
    expect(sari.page.get_by_role("button", name="Send the application")).to_be_visible()
    browsing.check_looks(sari.page)


def test_an_office_that_is_down_turns_only_its_own_boxes_amber(sari: Signed) -> None:
    page = sari.page
    spoil("simkah", "html", 50)
    begin(sari, "kelahiran")
    assert page.locator(".fact.down").count() == 2, "number and date of the marriage"
    assert "SIMKAH, Kemenag tidak menjawab · dicoba" in page.locator(".fact.down").first.inner_text()
    assert "SATUSEHAT, Kemenkes" in fact(page, "Tanggal lahir bayi")
    browsing.check_looks(page)
    page.get_by_label("Nama lengkap anak").fill(NAME)
    page.get_by_role("button", name="Simpan, lanjutkan nanti").click()
    spoil("simkah", "bersih")
    sari.go("/layanan/kelahiran/periksa/")
    page.locator("main ul a").first.click()
    expect(page.get_by_label("Nama lengkap anak")).to_have_value(NAME)
    end = time.monotonic() + 60
    while page.locator(".fact.down").count() and time.monotonic() < end:  # the node's circuit closes after a while
        page.locator(".fact.down a").first.click()
        page.wait_for_load_state()
        time.sleep(1)
    assert page.locator(".fact.down").count() == 0
    assert "SIMKAH, Kemenag · hari ini" in fact(page, "Nomor akta nikah orang tua")


def test_registers_that_differ_are_shown_and_the_authority_is_used(
    page: Page, running: Portal, sessions: dict[str, Any]
) -> None:
    mother = signed(page, running, sessions["galang_ibu"])
    mother.go("/layanan/sekolah/periksa/")
    if page.get_by_label(re.compile("^GALANG")).count():
        page.get_by_label(re.compile("^GALANG")).check()
    page.get_by_role("button", name="Mulai").click()
    page.wait_for_url(re.compile(r"/periksa/[A-Z]{2}-"))
    page.get_by_label("SMA", exact=True).check()
    page.get_by_label("Prestasi", exact=True).check()
    page.get_by_label(re.compile("^NPSN sekolah sekarang")).fill(school("galang"))
    page.get_by_role("button", name="Kirim pengajuan").click()
    expect(page.get_by_text("Ada data baru dari instansi. Periksa, lalu kirim.")).to_be_visible()
    box = " ".join(page.locator(".fact", has=page.locator(".differing")).first.inner_text().split())
    assert "Dua instansi mencatat isi yang berbeda." in box
    assert "GALANG RAMADHAN" in box
    assert "Dipakai untuk pengajuan ini, karena Dukcapil yang berwenang." in box
    assert "GALANG RAMADAN" in box
    browsing.check_looks(page)
    page.get_by_role("link", name="Minta Kemendikbudristek memperbarui").click()
    page.wait_for_url(re.compile("/keliru/"))
    browsing.check_looks(page)
    page.get_by_role("button", name="Minta perbaikan").click()
    page.wait_for_url(re.compile("/layanan/koreksi/periksa/"))
    browsing.check_looks(page)


def school(word: str) -> str:
    """The number of the school of a pupil."""
    return next(pupil.npsn for pupil in FIGURES.enrolments if pupil.nik == figure(word).nik)


def test_without_scripts_all_of_it_works(sari: Signed, browser: Browser) -> None:
    cookies = sari.page.context.storage_state()
    context = browser.new_context(java_script_enabled=False, locale="id-ID", storage_state=cookies)
    page = context.new_page()
    plain = Signed(page, sari.portal)
    plain.go("/layanan/?cari=anak+saya+lahir")
    page.get_by_role("link", name="Kelahiran anak").first.click()
    start(page)
    page.get_by_label("Nama lengkap anak").fill(NAME)
    page.get_by_role("button", name="Simpan, lanjutkan nanti").click()
    plain.go("/layanan/kelahiran/periksa/")
    page.locator("main ul a").first.click()
    expect(page.get_by_label("Nama lengkap anak")).to_have_value(NAME)
    page.get_by_text("Hapus draf ini").click()
    page.get_by_role("button", name="Hapus draf").click()
    context.close()


def test_a_slow_office_holds_nobody_up(sari: Signed) -> None:
    spoil("simkah", "lambat", 1, detik=9.0)
    begin(sari, "kelahiran")
    expect(sari.page.get_by_text("Kami sedang bertanya kepada instansi")).to_be_visible()
    assert "SATUSEHAT, Kemenkes" in fact(sari.page, "Tanggal lahir bayi")
    browsing.check_looks(sari.page)
    reload, end = sari.page.get_by_role("link", name="Muat ulang halaman"), time.monotonic() + 60
    while reload.count() and time.monotonic() < end:
        time.sleep(1)
        reload.click()
        sari.page.wait_for_load_state()
    assert "SIMKAH, Kemenag · hari ini" in fact(sari.page, "Nomor akta nikah orang tua")


async def _alone(case: str) -> dict[str, float]:
    """How long each office takes, all asked at once without a portal: ms by question."""
    words = vocabulary.load()
    service = definition.load(SERVICES / "kelahiran", words)
    person = figure("sari")
    subject = {"nik": person.nik, "nama": person.nama, "tanggal_lahir": person.tanggal_lahir.isoformat()}
    node = NodeClient(NODE, PORTAL)
    try:
        found = await gather(
            words,
            service.asked_facts,
            {"subjek": subject},
            Why(purpose=service.purpose, case=case),
            node.ask,
            system_clock,
        )
    finally:
        node.close()
    asked: tuple[Asked, ...] = found.asked
    return {one.name: one.milliseconds for one in asked}


def aside(work: Coroutine[Any, Any, dict[str, float]]) -> dict[str, float]:
    """A coroutine in a thread of its own: the browser's driver has this one's loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result(60)


def test_the_form_costs_little_more_than_its_slowest_office(sari: Signed, record_property: Any) -> None:
    """Measured and printed, without a gate: machines differ."""
    pages, slowest = [], []
    for number in range(5):
        slowest.append(max(aside(_alone(f"UJ-{number}222-3333")).values()))
        begin_at = sari.page.context.request
        sari.go("/layanan/kelahiran/periksa/")
        token = sari.page.locator("form input[name=csrfmiddlewaretoken]").first.input_value()
        address = begin_at.post(
            f"{sari.portal.address}/layanan/kelahiran/periksa/", form={"csrfmiddlewaretoken": token}, max_redirects=0
        ).headers["location"]
        began = time.perf_counter()
        answer = begin_at.get(sari.portal.address + address)
        pages.append((time.perf_counter() - began) * 1000)
        assert "masih ditanyakan" not in answer.text()
    pages.sort()
    slowest.sort()
    more = pages[2] - slowest[2]
    told = f"prefilled form {pages[2]:.0f} ms, its slowest office {slowest[2]:.0f} ms: {more:+.0f} ms (medians of 5)"
    record_property("prefilled", told)
    print(told)


def test_the_search_finds_with_typing_errors(page: Page, running: Portal) -> None:
    page.goto(running.address)
    page.get_by_label("Cari layanan").fill("perpajang sim")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Perpanjang SIM").first).to_be_visible()
    browsing.check_looks(page)


SHOWN = sorted(path.parent.name for path in Path("demo/layanan").glob("*/service.toml"))


@pytest.mark.parametrize("service", SHOWN)
def test_every_service_has_a_page_that_all_can_use(page: Page, running: Portal, service: str) -> None:
    for prefix in ("", "/en"):
        address = f"{running.address}{prefix}/layanan/{service}/"
        assert browsing.weight(page, address) < browsing.HEAVIEST
        browsing.check_looks(page)
