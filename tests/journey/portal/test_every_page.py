"""Every page: usable by all, light, narrow, in both languages; also those with a number in their address.

Each is opened at 320 and 1280 px in Indonesian and at 390 px in English; the deep ones try every width in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.attack.portal.access_table import Line, filled, lines
from tests.lib import browsing
from tests.lib.filled_portal import Filled, filled_portal
from tests.lib.people import sign_on
from tests.lib.portals import Portal
from tests.lib.routes import routes

PLAIN = sorted({route.path for route in routes() if not route.machine and not route.has_parameters})
PUBLIC = sorted({"/tidak-ada/"} | {route.path for route in routes() if route.guard == "public" and route.path in PLAIN})
ROLES = ("owner", "officer", "official", "head")
"""As whom a page with a number is opened: the first of these that reaches it."""
ELSEWHERE = ("/api/", "/registri/", "/inventaris/", "/gerbang/", "/spbe/")
"""Interfaces, and rooms whose numbers their own journeys make."""
NUMBERED = [line for line in lines() if "get" in line.methods and "<" in line.path and not line.path.startswith(ELSEWHERE)]
FILES = ("/siapa-melihat/bukti/<str:number>/", "/urusan/<str:reference>/dokumen/<str:code>.pdf",
         "/urusan/<str:reference>/bukti/<str:number>/", "/persetujuan/<uuid:pk>/bukti/",
         "/urusan/<str:reference>/salinan.json", "/petugas/tugas/<int:task>/berkas/<uuid:upload>/",
         "/layanan/<slug:service>/periksa/<str:reference>/berkas/<uuid:upload>/")  # fmt: skip
"""Addresses with a number that give a file, no page."""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A portal that holds a case, a decision, a task, a paper, a consent, mandates."""
    folder: Path = tmp_path_factory.mktemp("penuh")
    with filled_portal(folder) as running:
        yield running


@pytest.fixture(scope="module")
def signed_on(browser: Browser, portal: Portal) -> Iterator[Page]:
    """A person who has signed on with a passkey, as people do."""
    context = browser.new_context(locale="id-ID", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    complaints = browsing.Complaints(page)
    sign_on(page, portal.file, portal.address, nik="9901015204869001", name="RATNA WULANDARI", assurance=2)
    yield page
    context.close()
    assert complaints.heard == []


def check_page(page: Page, address: str, path: str) -> None:
    """Light; narrow enough at every width; no finding of axe at the ends, nor in the other language."""
    assert browsing.weight(page, address + path) < browsing.HEAVIEST
    for width in browsing.WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        browsing.check_narrow(page)
        if width in (browsing.WIDTHS[0], browsing.WIDTHS[-1]):
            browsing.check_axe(page)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{address}/en{path}")
    assert page.locator("html").get_attribute("lang") == "en"
    browsing.check_narrow(page)
    browsing.check_axe(page)


def _is_page(page: Page, address: str) -> bool:
    """Whether it is read: no file to keep, no place where a form is only sent to, and not a way to another page."""
    answer = page.context.request.get(address)
    assert answer.status != 500, f"{address}: {answer.text()[:500]}"
    html = "text/html" in answer.headers.get("content-type", "")
    return html and bool(answer.body()) and answer.url == address


def test_no_page_is_forgotten() -> None:
    assert {"/", "/bantuan/", "/masuk/", "/layanan/"} <= set(PUBLIC)
    assert {"/akun/", "/siapa-melihat/"} <= set(PLAIN) - set(PUBLIC)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_visitor_finds_every_public_page_usable(page: Page, portal: Portal, path: str) -> None:
    if _is_page(page, portal.address + path):
        check_page(page, portal.address, path)


@pytest.mark.parametrize("path", [path for path in PLAIN if path == "/" or path not in PUBLIC])
def test_a_person_finds_every_page_usable(signed_on: Page, portal: Portal, path: str) -> None:
    if _is_page(signed_on, portal.address + path):
        check_page(signed_on, portal.address, path)


@pytest.fixture(scope="module")
def pages(browser: Browser, full: Filled) -> Iterator[dict[str, Page]]:
    """A browser for each role, signed on."""
    opened, heard = {}, []
    for role in ROLES:
        context = browser.new_context(locale="id-ID", viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": "sesi", "value": full.sessions[role], "url": full.portal.address}])
        opened[role] = context.new_page()
        heard.append(browsing.Complaints(opened[role]))
    yield opened
    for page in opened.values():
        page.context.close()
    assert [line for one in heard for line in one.heard] == []


def _reader(line: Line) -> str:
    return next(role for role in ROLES if line.reaches(role))


def test_every_numbered_address_is_a_page_or_a_file() -> None:
    assert {line.path for line in NUMBERED} >= set(FILES)
    assert len(NUMBERED) - len(FILES) > 15


@pytest.mark.parametrize("line", [line for line in NUMBERED if line.path not in FILES], ids=lambda line: str(line.path))
def test_every_page_with_a_number_is_usable(full: Filled, pages: dict[str, Page], line: Line) -> None:
    page, path = pages[_reader(line)], filled(line.path, full.values)
    assert _is_page(page, full.portal.address + path), f"{path} is no page for {_reader(line)}"
    check_page(page, full.portal.address, path)


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_all_pages_at_all_widths_in_both_languages(full: Filled, pages: dict[str, Page]) -> None:
    numbered = [(_reader(line), filled(line.path, full.values)) for line in NUMBERED if line.path not in FILES]
    for role, path in [*(("owner", path) for path in PLAIN), *numbered]:
        page = pages[role]
        if _is_page(page, full.portal.address + path):
            for prefix in ("", "/en"):
                page.goto(f"{full.portal.address}{prefix}{path}")
                browsing.check_looks(page)


def test_the_language_stays_while_one_walks(page: Page, portal: Portal) -> None:
    page.goto(portal.address)
    page.get_by_role("link", name="EN, English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Help").click()
    assert page.url == f"{portal.address}/en/bantuan/"


def test_the_menu_of_a_phone_needs_no_script(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(portal.address)
    assert not page.get_by_role("link", name="Urusan saya").is_visible()
    page.get_by_text("Menu", exact=True).click()
    page.locator(".menu").get_by_role("link", name="Layanan", exact=True).click()
    assert page.url == f"{portal.address}/layanan/"
    context.close()


def test_the_checks_can_fail(browser: Browser, portal: Portal) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    complaints = browsing.Complaints(page)
    page.goto(portal.address)
    page.evaluate(
        "document.querySelector('main').innerHTML += '<p style=\"color: red\">x</p><img src=\"/static/pages/mark.svg\">'"
    )
    assert "style" in complaints.heard[0]
    with pytest.raises(AssertionError, match="image-alt"):
        browsing.check_axe(page)
    page.evaluate("document.querySelector('main').lastElementChild.width = 900")
    with pytest.raises(AssertionError, match="too wide"):
        browsing.check_narrow(page)
    page.close()
