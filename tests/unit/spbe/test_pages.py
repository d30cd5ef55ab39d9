"""The ranking: its order, its filters as links, both languages, and nothing before its moment."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from terpadu.spbe import instrument, naming
from terpadu.spbe.models import Decree, Instansi, Result

pytestmark = pytest.mark.django_db
ROWS = [
    ("Jawa Barat", 2023, "3.10", "Baik"), ("Jawa Barat", 2024, "3.60", "Sangat Baik"), ("Bali", 2024, "4.20", "Memuaskan"),
    ("Kota Bogor", 2024, "3.60", "Sangat Baik"), ("Badan Pusat Statistik", 2024, "2.59", "Cukup"),
]  # fmt: skip


def decree(number: str, day: dt.date, hours: int = -1) -> Decree:
    """A decree, public since an hour or in some hours."""
    moment = timezone.now() + dt.timedelta(hours=hours)
    return Decree.objects.create(number=number, dated=day, public_from=moment)


def result(under: Decree, name: str, year: int, index: str, predicate: str, **more: Any) -> None:
    """One result of an instansi that is listed, under the instrument of its year."""
    known = naming.known(name)
    assert known is not None
    instansi, _ = Instansi.objects.get_or_create(
        key=known.key, defaults={"name": known.name, "kind": known.kind, "province": known.province}
    )
    Result.objects.create(
        instansi=instansi, decree=under, year=year, index=index, printed=index, predicate=predicate,
        instrument=instrument.of_year(year).id, **more,
    )  # fmt: skip


@pytest.fixture
def results() -> Decree:
    """Five results of two years."""
    first = decree("Keputusan 1/2024", dt.date(2024, 12, 31))
    for row in ROWS:
        result(first, *row)
    return first


def page(address: str = "/spbe/") -> str:
    """The page as anybody gets it."""
    answer = Client().get(address, headers={"Host": "localhost"})
    assert answer.status_code == 200
    return answer.content.decode()


def shown(text: str) -> list[tuple[str, ...]]:
    """The rows of its table: instansi, rank, index, predicate."""
    cells = r'<tr><th scope="row">(\d+)\. <a href="[^"]*">(.*?)</a></th><td><strong class="number">(.*?)<.*?</td><td>(.*?)</td>'
    return [(name, rank, *more) for rank, name, *more in re.findall(cells, text)]


def test_the_latest_year_comes_first_and_equal_ones_share_a_rank(results: Decree) -> None:
    text = page()
    assert "<h1>Indeks SPBE 2024: peringkat</h1>" in text
    assert shown(text) == [
        ("Provinsi Bali", "1", "4,20", "Memuaskan"),
        ("Kota Bogor", "2", "3,60", "Sangat Baik"),
        ("Provinsi Jawa Barat", "2", "3,60", "Sangat Baik"),
        ("Badan Pusat Statistik", "4", "2,59", "Cukup"),
    ]
    assert "4 instansi. Memuaskan: 1. Sangat Baik: 2. Cukup: 1." in text


def test_the_same_in_english(results: Decree) -> None:
    text = page("/en/spbe/")
    assert "Rank and agency" in text
    assert "Set by" in text
    assert "<h1>Indeks SPBE 2024: ranking</h1>" in text
    assert shown(text)[0] == ("Provinsi Bali", "1", "4.20", "Memuaskan")
    assert "Ministries and agencies" in text


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("?kelompok=provinsi", ["Provinsi Bali", "Provinsi Jawa Barat"]),
        ("?kelompok=pusat&tahun=2024", ["Badan Pusat Statistik"]),
        ("?tahun=2023", ["Provinsi Jawa Barat"]),
        ("?tahun=2023&kelompok=kota", []),
        ("?tahun=1900&kelompok=tidak-ada&hal=x", ["Provinsi Bali", "Kota Bogor", "Provinsi Jawa Barat", "Badan Pusat Statistik"]),
    ],
)
def test_filters_choose(results: Decree, question: str, names: list[str]) -> None:
    assert [row[0] for row in shown(page(f"/spbe/{question}"))] == names


def test_a_group_without_results_says_so(results: Decree) -> None:
    assert "Belum ada hasil kelompok ini" in page("/spbe/?kelompok=kabupaten")


def test_every_filter_is_a_link_that_keeps_the_other(results: Decree) -> None:
    text = page("/spbe/?tahun=2023&kelompok=provinsi")
    assert 'href="?tahun=2024&amp;kelompok=provinsi"' in text
    assert 'href="?tahun=2023&amp;kelompok=kota"' in text
    assert re.findall(r'aria-current="true">(.*?)<', text.partition("<main")[2]) == ["2023", "Provinsi"]


def test_the_latest_decree_of_a_year_counts(results: Decree) -> None:
    later = decree("Keputusan 9/2025", dt.date(2025, 3, 1))
    result(later, "Bali", 2024, "3.40", "Baik", page="7", contradictions=["x"])
    text = page("/spbe/?kelompok=provinsi")
    assert shown(text) == [("Provinsi Jawa Barat", "1", "3,60", "Sangat Baik"), ("Provinsi Bali", "2", "3,40", "Baik")]
    assert "Keputusan 9/2025, halaman 7" in text
    assert "Angka dalam tabelnya bertentangan." in text


def test_nothing_is_seen_before_its_moment(results: Decree) -> None:
    """Neither the year, nor a later decree that would change what is shown."""
    secret = decree("Keputusan rahasia", dt.date(2026, 1, 2), hours=3)
    result(secret, "Bali", 2025, "4.90", "Memuaskan")
    result(secret, "Bali", 2024, "1.10", "Kurang")
    text = page()
    assert "rahasia" not in text
    assert "2025" not in re.sub(r"<footer.*", "", text, flags=re.DOTALL).partition("<main")[2]
    assert shown(text)[0] == ("Provinsi Bali", "1", "4,20", "Memuaskan")


def test_without_results_it_says_what_will_be_here() -> None:
    assert "Belum ada hasil yang terbit" in page()
    assert "No results are published yet" in page("/en/spbe/")


def test_a_nation_is_shown_in_a_few_questions(results: Decree, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(6):
        page()
