"""The account in a real browser at a real portal: register, a second key, a lost key, codes; every page without axe's findings."""

from __future__ import annotations

import email
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email import policy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.lib.people import sign_on, virtual_authenticator


class Site(NamedTuple):
    """A portal that serves."""

    file: Path
    address: str

    def code(self) -> str:
        """The code of the newest letter."""
        newest = max((self.file.parent / "letters").glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
        last = newest.read_bytes().split(b"\n" + b"-" * 79 + b"\n")[-2]
        body = email.message_from_bytes(last, policy=policy.default).get_body(("plain",))
        assert body is not None
        found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", body.get_content(), re.MULTILINE)
        assert found, body.get_content()
        return found[1]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, port = tmp_path_factory.mktemp("portal"), _free_port()
    address = f"http://localhost:{port}"
    run = [sys.executable, "-m", "terpadu", "portal"]
    subprocess.run([*run, "init", str(folder)], check=True, timeout=60, capture_output=True)
    file = folder / "portal.toml"
    file.write_text(
        f'[portal]\nkeys = "keys"\naddress = "{address}"\nlisten = "127.0.0.1:{port}"\ndemonstration = true\n'
        'subsystem = "ID/GOV/CONTOH/PORTAL"\nworkers = 1\n'
    )
    subprocess.run([*run, "prepare", str(file)], check=True, timeout=120, capture_output=True)
    with (folder / "log").open("wb") as log:
        serving = subprocess.Popen([*run, "run", str(file)], stdout=log, stderr=log, env=os.environ)
        try:
            _wait(port, serving)
            yield Site(file, address)
        finally:
            serving.terminate()
            serving.wait(20)


def _wait(port: int, serving: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert serving.poll() is None
        time.sleep(0.1)
    raise AssertionError("the portal does not serve")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="id-ID")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if "Security Policy" in message.text else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert not wrong


def findings(page: Page) -> list[Any]:
    """What axe finds on this page."""
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]]


def test_signs_on_with_the_helper(page: Page, site: Site) -> None:
    sign_on(page, site.file, site.address, nik="9901015204869001", name="SEKARNINGRUM TALAGA")
    page.goto(f"{site.address}/akun/")
    assert page.locator("h1").inner_text() == "SEKARNINGRUM TALAGA"
    assert findings(page) == []


def test_registers(page: Page, site: Site) -> None:
    virtual_authenticator(page)
    page.goto(f"{site.address}/daftar/")
    assert findings(page) == []
    page.get_by_label("Alamat surel").fill("baru@contoh.example")
    page.get_by_role("button", name="Kirim kode ke surel").click()
    page.get_by_label("Kode dari surel").fill(site.code())
    assert findings(page) == []
    page.get_by_role("button", name="Lanjutkan").click()
    assert findings(page) == []
    page.get_by_role("button", name="Buat kunci sandi").click()
    page.wait_for_url("**/akun/mulai/")
    assert findings(page) == []
