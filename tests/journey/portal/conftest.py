"""A real portal and a real browser. Rooms add nodes and agencies where their journeys need them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.lib import browsing
from tests.lib.portals import Portal


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The portal alone: its node does not answer. `Portal(folder, node=…)` makes one with a node."""
    folder: Path = tmp_path_factory.mktemp("portal")
    with Portal(folder) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it these tests are skipped with one sentence."""
    if not browsing.chromium():
        pytest.skip(browsing.MISSING)
    with browsing.browser() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh visitor; the test fails where its console complains (policy, scripts)."""
    context = browser.new_context(locale="id-ID", viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    complaints = browsing.Complaints(opened)
    yield opened
    context.close()
    assert complaints.heard == []
