"""Every page that needs no number in its address: usable by all, light, narrow, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.lib import browsing
from tests.lib.people import sign_on
from tests.lib.portals import Portal
from tests.lib.routes import routes

PLAIN = sorted({route.path for route in routes() if not route.machine and not route.has_parameters})
PUBLIC = sorted({"/tidak-ada/"} | {route.path for route in routes() if route.guard == "public" and route.path in PLAIN})


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
        assert browsing.weight(page, portal.address + path) < browsing.HEAVIEST
        browsing.check_looks(page)
        page.goto(f"{portal.address}/en{path}")
        page.set_viewport_size({"width": 320, "height": 800})
        browsing.check_narrow(page)


@pytest.mark.parametrize("path", [path for path in PLAIN if path == "/" or path not in PUBLIC])
def test_a_person_finds_every_page_usable(signed_on: Page, portal: Portal, path: str) -> None:
    if _is_page(signed_on, portal.address + path):
        assert browsing.weight(signed_on, portal.address + path) < browsing.HEAVIEST
        browsing.check_looks(signed_on)


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
