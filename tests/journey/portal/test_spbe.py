"""The index in a real portal: a decree's table brought in by the command, the ranking in a browser, the same as open data."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from terpadu.spbe import regions, rounding, score
from tests.lib import browsing
from tests.lib.portals import ROOT, Portal
from tests.lib.spbe import SPBE, write_csv

ASPECTS = [f"a{number}" for number in range(1, 9)]


def decree_table(path: Path) -> Path:
    """Invented results of all provinces, and one that contradicts itself."""
    dice = random.Random(59)
    rows: list[list[object]] = [["instansi", "tahun", "d1", "d2", "d3", "d4", *ASPECTS, "indeks", "predikat", "halaman"]]
    for number, one in enumerate(one for one in regions.regions().values() if not one.parent):
        found = score.compute(SPBE, dict(enumerate(dice.choices(range(1, 6), k=47), 1)))
        domains = [rounding.spoken(found.printed(figure)) for figure in found.figures("domain")]
        aspects = [rounding.spoken(found.printed(figure)) for figure in found.figures("aspect")]
        index = rounding.spoken(found.printed(found.index))
        rows.append([one.name, 2024, *domains, *aspects, index, found.predicate, number + 1])
    rows[1][2] = "5,00"
    return write_csv(path, rows)


@pytest.fixture(scope="module")
def filled(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """The portal with those results, brought in as an operator does it."""
    table = decree_table(tmp_path_factory.mktemp("keputusan") / "hasil.csv")
    words = ["spbe", "publish", str(portal.file), str(table), "--decree", "Keputusan Contoh 1/2024", "--dated", "2024-12-31"]
    done = subprocess.run(
        [sys.executable, "-m", "terpadu", *words, "--public", "2025-01-10T09:00+07:00"],
        cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "38 baris masuk, 0 sudah ada, 0 ditolak"), done.stderr
    return portal


def test_anybody_reads_the_ranking_and_takes_the_data(filled: Portal, page: Page) -> None:
    assert browsing.weight(page, f"{filled.address}/spbe/") < 120_000
    browsing.check_looks(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Indeks SPBE 2024: peringkat")
    expect(page.get_by_role("row")).to_have_count(39)
    expect(page.get_by_text("Angka dalam tabelnya bertentangan.")).to_have_count(1)
    page.get_by_role("link", name="Kabupaten").click()
    expect(page.get_by_text("Belum ada hasil kelompok ini")).to_be_visible()
    page.get_by_role("link", name="Semua").click()
    address = page.get_by_role("link", name="Unduh CSV").get_attribute("href")
    data = page.request.get(f"{filled.address}{address}")
    assert (data.status, data.text().count("Keputusan Contoh 1/2024")) == (200, 38)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_row_leads_to_its_profile(filled: Portal, page: Page, prefix: str) -> None:
    page.goto(f"{filled.address}{prefix}/spbe/")
    page.get_by_role("link", name="Provinsi Bali").click()
    browsing.check_looks(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Provinsi Bali")
    expect(page.locator("svg.chart")).to_have_count(2)
    assert browsing.weight(page, f"{filled.address}{prefix}/spbe/51/") < 120_000
    take_pictures(page, f"profile{prefix.replace('/', '-')}")
    page.goto(f"{filled.address}{prefix}/spbe/11.01/")
    browsing.check_looks(page)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_map_leads_to_a_province(filled: Portal, page: Page, prefix: str) -> None:
    assert browsing.weight(page, f"{filled.address}{prefix}/spbe/peta/") < 120_000
    browsing.check_looks(page)
    expect(page.locator(".tilemap a")).to_have_count(38)
    take_pictures(page, f"map{prefix.replace('/', '-')}")
    page.locator(".tilemap a", has_text="Bali").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Provinsi Bali")


def take_pictures(page: Page, name: str) -> None:
    """On a phone and a desk, where somebody wants to look."""
    if place := os.environ.get("TERPADU_PICTURES"):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{place}/spbe-{name}-{width}.png", full_page=True)


def test_the_ranking_in_english(filled: Portal, page: Page) -> None:
    page.goto(f"{filled.address}/en/spbe/")
    browsing.check_looks(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Indeks SPBE 2024: ranking")
    take_pictures(page, "ranking")
