"""NIK and family card through real nodes and the register's stand-in: what unit tests record is proven here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from contoh.orang.hero import make_hero
from contoh.orang.values import Person
from tests.lib import browsing
from tests.lib.country import PORTAL
from tests.lib.demo_run import LAST_LINE, demo
from tests.lib.people import sign_on
from tests.lib.portals import Portal

pytestmark = [pytest.mark.deep, pytest.mark.timeout(400)]
MOVED_BY = 15_000
NODE = f"http://127.0.0.1:{8081 + MOVED_BY}"
HERO = make_hero()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demo's systems and nodes on ports of their own, and a portal that asks through its node."""
    with demo(environment={"TERPADU_DEMO_PORTS": str(MOVED_BY)}) as terminal:
        terminal.until(LAST_LINE, 150)
        with Portal(tmp_path_factory.mktemp("portal"), node=NODE, subsystem=PORTAL) as portal:
            yield portal


def claim(page: Page, portal: Portal, person: Person, **other: str) -> None:
    """Fill and send the form as this person would, with what a test changes."""
    born = person.tanggal_lahir
    said = {
        "NIK": person.nik, "Nama lengkap": person.nama, "Nama ibu kandung": person.nama_ibu,
        "Tanggal": str(born.day), "Bulan": str(born.month), "Tahun": str(born.year),
    }  # fmt: skip
    page.goto(f"{portal.address}/akun/nik/")
    for label, text in {**said, **other}.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Cocokkan").click()


def test_a_nik_is_matched_and_a_child_found_through_nodes(page: Page, running: Portal) -> None:
    sign_on(page, running.file, running.address, nik="", assurance=1, name=None, email="ibu@contoh.example")
    for wrong in (
        {"Tanggal": "13"},
        {"Nama lengkap": "BUKAN NAMANYA"},
        {"NIK": "9901019999999999"},
        {"Nama ibu kandung": "LAIN"},
    ):
        claim(page, running, HERO.mother, **wrong)
        assert page.get_by_text("tidak cocok dengan data kependudukan").first.is_visible(), wrong
    browsing.check_looks(page)
    claim(page, running, HERO.mother)
    page.wait_for_url("**/akun/")
    assert page.locator("h1").inner_text() == HERO.mother.nama

    page.goto(f"{running.address}/akun/kuasa/")
    page.get_by_role("button", name="Cari anak saya di KK").click()
    page.wait_for_url("**/akun/kuasa/")
    assert page.get_by_text(HERO.child.nama).first.is_visible()
    assert page.get_by_text(HERO.aunt.nama).count() == 0
    assert page.get_by_text("bukti").first.is_visible()
    browsing.check_looks(page)


def test_a_second_account_of_the_same_number_gets_nothing(browser: Browser, page: Page, running: Portal) -> None:
    first = browser.new_context().new_page()
    sign_on(first, running.file, running.address, nik=HERO.father.nik, email="bapak@contoh.example")
    sign_on(page, running.file, running.address, nik="", assurance=1, name=None, email="lain@contoh.example")
    claim(page, running, HERO.father)
    assert page.get_by_text("Perlu diperiksa petugas.").is_visible()
    browsing.check_looks(page)
    page.goto(f"{running.address}/akun/")
    assert page.get_by_text("NIK Anda belum dicocokkan.").is_visible()
    first.context.close()
