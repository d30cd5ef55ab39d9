"""The map of equal tiles: each province once, no two on one place, its colour by the decree's word, its mean recomputed."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from terpadu.spbe import regions, tilemap
from terpadu.spbe.models import Decree
from tests.lib.spbe import SPBE
from tests.unit.spbe.test_pages import page, results

__all__ = ("results",)


def test_every_province_has_one_tile_and_every_tile_a_place_of_its_own() -> None:
    places = tilemap.places()
    assert sorted(one.code for one in places) == sorted(one.code for one in regions.regions().values() if not one.parent)
    assert len({(one.column, one.row) for one in places}) == len(places) == 38
    assert all(1 <= one.column <= 17 and 1 <= one.row <= 7 for one in places)
    islands = [name for name, _tiles in tilemap.islands([], SPBE)]
    assert islands == [str(name) for name in tilemap.ISLANDS]


def test_without_results_a_tile_has_no_colour_and_there_is_no_mean() -> None:
    assert {tile.colour for _island, tiles in tilemap.islands([], SPBE) for tile in tiles} == {0}
    assert tilemap.national([], SPBE) == {"mean": None, "target": Decimal("2.6"), "reached": 0, "of": 0}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prefix", "none", "mean"), [("", "belum ada data", "3,90"), ("/en", "no data yet", "3.90")]
)
def test_the_page_shows_what_the_decree_says(results: Decree, prefix: str, none: str, mean: str) -> None:
    text = page(f"{prefix}/spbe/peta/")
    tiles = re.findall(r'<a class="p(\d)" href="[^"]*/spbe/(\d\d)/">', text)
    assert len(tiles) == 38
    assert {code: colour for colour, code in tiles if colour != "0"} == {"51": "5", "32": "4"}
    assert text.count(none) == 36
    assert f'<dd class="big">{mean}</dd>' in text
    assert '<dd class="big">2/2</dd>' in text
    assert "kelompok=provinsi" in text


@pytest.mark.django_db
def test_a_year_without_provinces_and_a_portal_without_results_say_so(results: Decree) -> None:
    assert "2/2" in page("/spbe/peta/?tahun=1")
    Decree.objects.update(public_from="2999-01-01T00:00+00:00")
    assert "Belum ada hasil yang terbit" in page("/spbe/peta/")
