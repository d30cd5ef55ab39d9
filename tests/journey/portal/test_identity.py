"""The account in a real browser at a real portal: registered, prepared for a lost phone, lost, and recovered by officials."""

from __future__ import annotations

import base64
import email
import hmac
import re
import sqlite3
import struct
import time
from collections.abc import Iterator
from email import policy

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.lib import browsing
from tests.lib.people import AUTHENTICATOR, sign_on, virtual_authenticator
from tests.lib.portals import Portal

OFFICE = "ID/GOV/KEMENDAGRI/DUKCAPIL"
FORM = "form[data-passkey] button"


def letters(portal: Portal) -> list[tuple[str, str, str]]:
    """Receiver, subject and text of every letter, the newest last."""
    files = sorted((portal.folder / "letters").glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
    parts = [part for file in files for part in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n") if part.strip()]
    found = [email.message_from_bytes(part, policy=policy.default) for part in parts]
    bodies = [one.get_body(("plain",)) for one in found]
    return [(one["To"], one["Subject"], body.get_content()) for one, body in zip(found, bodies, strict=True) if body]


def code(portal: Portal, to: str, subject: str = "Kode") -> str:
    """The code of the newest letter to an address."""
    text = [body for receiver, title, body in letters(portal) if receiver == to and title.startswith(subject)][-1]
    found = re.search(r"^([A-Z0-9]{3,5}(?:-[A-Z0-9]{3,4})*)$", text, re.MULTILINE)
    assert found, text
    return found[1]


def totp(secret: str) -> str:
    """RFC 6238, six digits."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def second_authenticator(session: CDPSession) -> str:
    """Another device: a key on USB."""
    options = AUTHENTICATOR | {"transport": "usb"}
    return str(session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


def lose(session: CDPSession, authenticator: str) -> None:
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})


def sign_off(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.address}/keluar/")
    page.locator("main").get_by_role("button", name="Keluar").click()


def by_code(page: Page, portal: Portal, address: str, second: str) -> None:
    """Sign on by e-mail and a second factor."""
    page.goto(f"{portal.address}/masuk/")
    page.get_by_role("link", name="Kode pemulihan").click()
    browsing.check_axe(page)
    page.get_by_label("Alamat surel").fill(address)
    page.get_by_role("button", name="Kirim kode ke surel").click()
    page.get_by_label("Kode dari surel").fill(code(portal, address))
    page.get_by_role("button", name="Lanjutkan").click()
    browsing.check_axe(page)
    page.get_by_label("Kode").fill(second)
    page.locator("main").get_by_role("button", name="Masuk").click()


def test_from_registration_to_a_lost_phone(page: Page, portal: Portal) -> None:
    session, phone = virtual_authenticator(page)
    page.goto(f"{portal.address}/daftar/")
    page.get_by_label("Alamat surel").fill("baru@contoh.example")
    page.get_by_role("button", name="Kirim kode ke surel").click()
    browsing.check_looks(page)
    page.get_by_label("Kode dari surel").fill(code(portal, "baru@contoh.example"))
    page.get_by_role("button", name="Lanjutkan").click()
    browsing.check_looks(page)
    page.locator(FORM).click()
    page.wait_for_url("**/akun/mulai/")
    browsing.check_looks(page)

    page.get_by_role("link", name="Buat kode pemulihan").click()
    page.get_by_role("button", name="Buat kode").click()
    browsing.check_looks(page)
    codes = page.locator("#codes code").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh kode").click()
    assert download.value.path().read_text().split()[-10:] == codes
    page.reload()
    assert page.locator("#codes").count() == 0

    usb = second_authenticator(session)
    page.goto(f"{portal.address}/akun/kunci/tambah/")
    page.get_by_label("Nama kunci").fill("Kunci USB")
    page.locator(FORM).click()
    page.wait_for_url("**/akun/keamanan/")
    browsing.check_looks(page)
    assert page.locator("strong", has_text="Kunci USB").is_visible()

    lose(session, phone)
    sign_off(page, portal)
    page.goto(f"{portal.address}/masuk/")
    page.locator(FORM).click()
    page.wait_for_url(f"{portal.address}/")
    page.goto(f"{portal.address}/akun/keamanan/")
    page.get_by_role("link", name="Hapus Kunci sandi 1").click()
    browsing.check_looks(page)
    page.get_by_role("button", name="Hapus kunci").click()
    page.wait_for_url("**/akun/keamanan/")
    page.get_by_role("link", name="Hapus Kunci USB").click()
    assert page.get_by_text("cara masuk Anda yang terakhir").is_visible()

    page.goto(f"{portal.address}/akun/aplikasi/")
    browsing.check_looks(page)
    secret = page.locator("main code").inner_text()
    page.get_by_label("Kode dari aplikasi").fill(totp(secret))
    page.get_by_role("button", name="Pasang").click()
    assert page.get_by_text("Aplikasi autentikator terpasang.", exact=True).is_visible()

    lose(session, usb)
    sign_off(page, portal)
    by_code(page, portal, "baru@contoh.example", codes[0])
    page.wait_for_url(f"{portal.address}/")
    sign_off(page, portal)
    by_code(page, portal, "baru@contoh.example", codes[0])
    assert page.get_by_text("Tidak cocok.").first.is_visible()
    time.sleep(30 - time.time() % 30)
    page.get_by_label("Kode").fill(totp(secret))
    page.locator("main").get_by_role("button", name="Masuk").click()
    page.wait_for_url(f"{portal.address}/")


def test_a_passkey_of_another_origin_is_not_offered(page: Page, portal: Portal) -> None:
    """The browser itself refuses; the page says so and stays."""
    virtual_authenticator(page)
    page.goto(f"{portal.address}/masuk/")
    page.locator(FORM).click()
    page.get_by_text("Kunci sandi tidak terbaca.").wait_for()
    browsing.check_axe(page)


def test_without_javascript_the_page_says_what_to_do(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.address}/masuk/")
    assert page.locator("main noscript p").is_visible()
    context.close()


def test_a_wrong_address_is_told_at_the_field(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.address}/daftar/")
    page.get_by_label("Alamat surel").fill("bukan alamat")
    page.get_by_role("button", name="Kirim kode ke surel").click()
    browsing.check_looks(page)
    assert page.locator(".govuk-error-summary").is_visible()


@pytest.fixture(scope="module")
def officials(browser: Browser, portal: Portal) -> Iterator[tuple[Page, Page]]:
    """Two officials of an office, each in a browser of their own."""
    contexts = [browser.new_context(locale="id-ID") for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    for number, page in enumerate(pages):
        known = {
            "nik": f"990101010170000{number}",
            "name": f"PETUGAS {number}",
            "email": f"petugas{number}@contoh.example",
        }
        roles = [(OFFICE, "identitas"), (OFFICE, "pimpinan")]
        sign_on(page, portal.file, portal.address, **known, offices=roles)
    yield pages[0], pages[1]
    for context in contexts:
        context.close()


OWN = (
    "/akun/", "/akun/mulai/", "/akun/sesi/", "/akun/surel/", "/akun/keamanan/", "/akun/aplikasi/", "/akun/kunci/tambah/",
    "/akun/kode-pemulihan/baru/", "/akun/kuasa/", "/akun/kuasa/beri/", "/akun/kuasa/instansi/", "/akun/kuasa/terima/",
    "/akun/loket/", "/akun/loket/orang/", "/akun/loket/pemulihan/", "/akun/loket/wali/", "/masuk/lagi/kunci/", "/keluar/",
)  # fmt: skip


@pytest.mark.deep
@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("path", OWN)
def test_every_page_of_an_official_is_usable(
    officials: tuple[Page, Page], portal: Portal, path: str, language: str
) -> None:
    page = officials[0]
    answer = page.goto(portal.address + language + path)
    assert answer is not None
    assert (answer.status, page.url) == (200, portal.address + language + path)
    browsing.check_looks(page)


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_nik_is_matched_later_where_the_register_is_silent(page: Page, portal: Portal, language: str) -> None:
    name = f"belum{language[1:]}@contoh.example"
    sign_on(page, portal.file, portal.address, nik="", assurance=1, email=name)
    page.goto(f"{portal.address}{language}/akun/nik/")
    text = "Dukcapil does not answer." if language else "Dukcapil tidak menjawab."
    assert page.get_by_text(text).is_visible()
    browsing.check_looks(page)


def test_two_officials_recover_an_account(
    browser: Browser, page: Page, portal: Portal, officials: tuple[Page, Page]
) -> None:
    nik, old, new = "9901010101700099", "hilang@contoh.example", "pulih@contoh.example"
    sign_on(page, portal.file, portal.address, nik=nik, name="ORANG HILANG PONSEL", email=old)
    first, second = officials
    first.goto(f"{portal.address}/akun/loket/pemulihan/")
    first.get_by_label("NIK").fill(nik)
    first.get_by_label("Alamat surel sekarang").fill(new)
    first.get_by_role("button", name="Buka pemulihan").click()
    first.wait_for_url("**/akun/loket/")
    assert first.get_by_role("link", name="Periksa ORANG HILANG PONSEL").count() == 0
    page.goto(f"{portal.address}/akun/")
    assert page.get_by_text("Ada pemulihan akun yang berjalan.").is_visible()
    browsing.check_looks(page)
    second.goto(f"{portal.address}/akun/loket/")
    browsing.check_looks(second)
    second.get_by_role("link", name="Periksa ORANG HILANG PONSEL").click()
    browsing.check_looks(second)
    second.get_by_label("NIK").fill(nik)
    second.get_by_role("button", name="Saya melihat orang ini").click()
    second.wait_for_url("**/akun/loket/")

    context = browser.new_context(locale="id-ID")
    person = context.new_page()
    virtual_authenticator(person)
    person.goto(f"{portal.address}/pemulihan/")
    person.get_by_label("Kode").fill(code(portal, new))
    person.get_by_role("button", name="Lanjutkan").click()
    assert person.get_by_text("Masa tunggu belum lewat.").first.is_visible()
    browsing.check_looks(person)
    with sqlite3.connect(portal.folder / "portal.db", timeout=30) as database:  # a day passes
        database.execute("UPDATE identity_recovery SET ready = datetime('now', '-1 minute')")
    database.close()
    person.get_by_label("Kode").fill(code(portal, new))
    person.get_by_role("button", name="Lanjutkan").click()
    browsing.check_looks(person)
    person.locator(FORM).click()
    person.wait_for_url("**/akun/mulai/")
    page.goto(f"{portal.address}/akun/")
    assert "/masuk/" in page.url
    assert {to for to, title, _ in letters(portal) if title == "Akun Anda dipulihkan"} == {old, new}
    context.close()


def test_a_mandate_is_given_with_a_code_and_ends_when_revoked(
    browser: Browser, page: Page, portal: Portal, officials: tuple[Page, Page]
) -> None:
    sign_on(
        page, portal.file, portal.address, nik="9901010101700077", name="PEMBERI KUASA", email="beri@contoh.example"
    )
    page.goto(f"{portal.address}/akun/kuasa/beri/")
    page.locator("input[name=services]").first.check()
    page.get_by_label("30 hari").check()
    page.get_by_role("button", name="Buat kode").click()
    browsing.check_looks(page)
    handed = page.locator("main code").inner_text()
    taker = officials[1]
    taker.goto(f"{portal.address}/akun/kuasa/terima/")
    taker.get_by_label("Kode").fill(handed)
    taker.get_by_role("button", name="Lihat").click()
    browsing.check_looks(taker)
    assert taker.get_by_text("PEMBERI KUASA").is_visible()
    taker.get_by_role("button", name="Terima", exact=True).click()
    taker.wait_for_url("**/akun/kuasa/")
    browsing.check_looks(taker)
    page.goto(f"{portal.address}/akun/kuasa/")
    browsing.check_looks(page)
    page.get_by_role("button", name="Cabut PETUGAS 1").click()
    taker.reload()
    assert taker.get_by_role("button", name="Cabut PEMBERI KUASA").count() == 0
    assert taker.get_by_text("Sudah berakhir").is_visible()


def test_an_official_sees_a_person(page: Page, portal: Portal, officials: tuple[Page, Page]) -> None:
    sign_on(
        page, portal.file, portal.address, nik="9901010101700055", name="ORANG DILIHAT", email="lihat@contoh.example"
    )
    page.goto(f"{portal.address}/akun/")
    page.get_by_role("button", name="Buat kode untuk petugas").click()
    browsing.check_looks(page)
    official = officials[0]
    official.goto(f"{portal.address}/akun/loket/orang/")
    official.get_by_label("Kode").fill(page.locator("main code").inner_text())
    official.get_by_role("button", name="Lihat").click()
    browsing.check_looks(official)
    official.get_by_role("button", name="Cocok, catat").click()
    official.wait_for_url("**/akun/loket/")
    page.goto(f"{portal.address}/akun/")
    assert page.get_by_text("petugas sudah melihat Anda").is_visible()
