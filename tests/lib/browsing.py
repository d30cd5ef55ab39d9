"""What a browser test asks of every page: usable by all, light, narrow enough, and nothing that its own policy forbids."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

WIDTHS = (320, 390, 1280)
HEAVIEST = 120_000
"""Bytes of one page with all that it loads, as they come over the wire into an empty cache."""
MISSING = "Expected Debian's chromium for the pages' tests; install it with: apt-get install chromium"
_AXE = "tags => axe.run({runOnly: tags, resultTypes: ['violations']}).then(found => found.violations)"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def chromium() -> str:
    """Where Chromium is; empty where it is not."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium())
        yield started
        started.close()


class Complaints:
    """What a page's console complains about: blocked by the policy, failed scripts."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.heard.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.heard.append(f"{message.location.get('url')}: {message.text}")


def check_axe(page: Page) -> None:
    """No finding of axe-core (WCAG 2.0 to 2.2 A and AA, best practices) on the page as it is now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(_AXE, _RULES)
    told = [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found for node in one["nodes"]]
    assert not told, f"{page.url} at {page.viewport_size}: " + "; ".join(told)


def check_narrow(page: Page) -> None:
    """The page does not scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, f"{page.url} at {page.viewport_size} is {wide} px too wide: {_widest(page)}"


def check_looks(page: Page) -> None:
    """Both at every width. Leaves the page at the widest."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        check_narrow(page)
        check_axe(page)


def weight(page: Page, address: str) -> int:
    """Bytes over the wire of a page opened with an empty cache."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    begun: list[str] = []
    sizes: list[int] = []
    session.on("Network.requestWillBeSent", lambda event: begun.append(event["requestId"]))
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    session.on("Network.loadingFailed", lambda event: sizes.append(0))
    page.goto(address)
    while len(sizes) < len(set(begun)):
        page.wait_for_timeout(10)
    session.detach()
    return sum(sizes)


def _widest(page: Page) -> str:
    script = """() => [...document.querySelectorAll('body *')]
        .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(' | ')"""
    return str(page.evaluate(script))
