"""The profile of one instansi: its years, its figures as published, its neighbours, and nothing that is not there."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.test import Client

from terpadu.spbe import drawing, instrument
from tests.unit.spbe.test_pages import decree, page, result

pytestmark = pytest.mark.django_db
ASPECTS = {f"a{number}": f"{number / 2 + 0.5:.2f}" for number in range(1, 9)}
BALI, JABAR = "/spbe/51/", "/spbe/32/"


@pytest.fixture
def results() -> None:
    """Three years of Bali, of two instruments, and others beside it."""
    first = decree("Keputusan 1/2024", dt.date(2024, 12, 31))
    result(first, "Bali", 2023, "2.55", "Cukup")
    result(first, "Bali", 2024, "2.60", "Cukup", page="7", figures=ASPECTS | {"d1": "3.00"})
    for name, index in (("Aceh", "4.10"), ("Riau", "3.90"), ("Jawa Barat", "3.60"), ("Banten", "2.00"), ("Kota Bogor", "5.00")):
        result(first, name, 2024, index, "Baik")


def pictures(text: str) -> int:
    """How many charts a page has."""
    return text.count('<svg class="chart"')


def test_index_source_and_place_are_told(results: None) -> None:
    text = page(BALI)
    assert "<h1>Provinsi Bali</h1>" in text
    assert "Target 2,6 tercapai. Perubahan sejak 2023 (2,55): +0,05. Peringkat 4 dari 5 (Provinsi)." in text
    assert "Keputusan 1/2024, 31 Desember 2024, halaman 7." in text
    assert 'aria-label="2,60, Cukup"' in text  # the decree's word, also where the bounds would say another


def test_the_same_in_english(results: None) -> None:
    text = page("/en/spbe/51/")
    assert "Target 2.6 is reached. Change since 2023 (2.55): +0.05. Rank 4 of 5 (Provinces)." in text
    assert "Values by aspect" in text


def test_the_neighbours_are_those_of_its_group(results: None) -> None:
    found = re.findall(r'<th scope="row">(\d)\. (?:<a href="([^"]*)">)?(.*?)<', page(BALI).partition("Di sekitarnya")[2])
    assert found == [
        ("2", "/spbe/14/", "Provinsi Riau"), ("3", "/spbe/32/", "Provinsi Jawa Barat"),
        ("4", "", "Provinsi Bali"), ("5", "/spbe/36/", "Provinsi Banten"),
    ]  # fmt: skip
    assert "Kota Bogor" not in page(BALI)


def test_a_radar_only_where_every_aspect_is_published(results: None) -> None:
    assert (pictures(page(BALI)), pictures(page(JABAR))) == (2, 1)
    assert "keputusannya tidak memuat nilai aspek" in page(JABAR)
    assert re.search(r"<th scope=\"row\">7\. .*?</th><td class=\"number\">27,5%</td><td class=\"number\">4,00</td>", page(BALI))
    one_less = decree("Keputusan 2/2025", dt.date(2025, 2, 1))
    result(one_less, "Jawa Barat", 2024, "3.60", "Sangat Baik", figures={"a1": "3.00"})
    assert (pictures(page(JABAR)), "1. Kebijakan" in page(JABAR)) == (1, True)


def test_years_of_another_instrument_are_in_the_table_only(results: None) -> None:
    latest = decree("Keputusan 5/2026", dt.date(2026, 12, 1), hours=-2)
    result(latest, "Bali", 2026, "2.50", "Baik")
    text = page(BALI)
    assert re.findall(r'class="year"[^>]*>(\d+)<', text) == ["2026"]
    assert "Indeks Pemdi 2026" in text
    assert "Target 2,5 tercapai. Peringkat 1 dari 1 (Provinsi)." in text  # no step from an index that cannot be compared
    assert re.findall(r'<tr><th scope="row">(20\d\d)</th>', text) == ["2026", "2024", "2023"]


def test_what_is_not_published_is_said(results: None) -> None:
    for address, name in (("/spbe/11.01/", "Kabupaten Aceh Selatan"), ("/spbe/kemenko-pmk/", "Kementerian Koordinator")):
        text = page(address)
        assert "Belum ada data" in text
        assert name in text
        assert pictures(text) == 0
    assert "No data yet" in page("/en/spbe/11.01/")


def test_nothing_is_seen_before_its_moment(results: None) -> None:
    secret = decree("Keputusan rahasia", dt.date(2026, 1, 2), hours=3)
    result(secret, "Bali", 2025, "4.90", "Memuaskan")
    result(secret, "Papua", 2025, "4.80", "Memuaskan")
    assert "rahasia" not in page(BALI)
    assert "4,90" not in page(BALI)
    assert "Belum ada data" in page("/spbe/91/")


@pytest.mark.parametrize("key", ["tidak-ada", "Bali", "bali", "11.99", "32 ", "%3Cscript%3E"])
def test_only_keys_are_addresses(results: None, key: str) -> None:
    assert Client().get(f"/spbe/{key}/", headers={"Host": "localhost"}).status_code == 404


def test_invented_values_are_marked(results: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for invented in (True, False):
        monkeypatch.setattr(settings, "PORTAL", msgspec.structs.replace(settings.PORTAL, demonstration=invented))
        text = page(BALI)
        assert (text.count(">CONTOH<"), "Angka contoh, bukan hasil resmi." in text) == ((2, True) if invented else (0, False))


def test_contradictions_are_shown_and_change_nothing(results: None) -> None:
    later = decree("Keputusan 9/2025", dt.date(2025, 3, 1))
    result(later, "Banten", 2024, "2.10", "Cukup", contradictions=["domain 1: <b> cannot be"])
    text = page("/spbe/36/")
    assert "domain 1: &lt;b&gt; cannot be" in text
    assert '<strong class="number">2,10</strong>, Cukup' in text


def test_a_profile_asks_little(results: None, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        page(BALI)


def test_the_history_stands_at_its_height() -> None:
    rules = instrument.of_year(2024)
    drawn = drawing.history([(2021, Decimal(1)), (2023, Decimal(5))], rules)
    assert [(one.y, one.label) for one in drawn.marks] == [("190.0", "2021"), ("24.0", "2023")]
    assert [str(one.value) for one in drawn.bounds if one.target] == ["2.6"]
    assert drawing.history([(2024, Decimal(3))], rules).line == "157.0,107.0"


def test_the_radar_begins_above() -> None:
    drawn = drawing.radar([Decimal(5)] * 4, instrument.of_year(2024))
    assert drawn.area == drawn.rings[-1] == "180.0,34.0 276.0,130.0 180.0,226.0 84.0,130.0"
