"""Areas and offices as data: counts, parents, codes that changed, licences beside them."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from terpadu.errors import BadInput
from terpadu.spbe import centre, regions


def test_there_are_38_provinces_and_514_kabupaten_and_kota() -> None:
    assert Counter(one.kind for one in regions.regions().values()) == {"provinsi": 38, "kabupaten": 416, "kota": 98}


def test_six_are_administrative_so_508_have_a_government_of_their_own() -> None:
    administrative = [one.code for one in regions.regions().values() if one.administrative]
    assert administrative == ["31.01", "31.71", "31.72", "31.73", "31.74", "31.75"]


def test_every_parent_is_a_province_and_every_province_has_children() -> None:
    provinces = {one.code for one in regions.regions().values() if one.kind == "provinsi"}
    parents = {one.parent for one in regions.regions().values() if one.parent}
    assert parents == provinces
    assert sum(len(regions.within(code)) for code in provinces) == 514
    assert all(one.code.startswith(f"{one.parent}.") for one in regions.regions().values() if one.parent)


def test_the_numbers_of_kota_begin_with_7() -> None:
    for one in regions.regions().values():
        if one.parent:
            assert (one.code[3] == "7") == (one.kind == "kota"), one


def test_a_code_of_before_2022_leads_to_the_same_place() -> None:
    nduga = regions.find("91.24")
    assert (nduga.code, nduga.name, nduga.parent) == ("95.08", "Kabupaten Nduga", "95")
    assert [regions.code_in(nduga, year) for year in (2021, 2022, 2025)] == ["91.24", "95.08", "95.08"]
    assert regions.find("32.73").name == "Kota Bandung"


def test_changes_lead_from_codes_that_are_gone_to_codes_that_are_there() -> None:
    """With the old codes Papua is numbered without a gap again, so none was forgotten."""
    known = set(regions.regions())
    assert len(regions.changes()) == 26
    assert not {one.old for one in regions.changes()} & known
    assert {one.new for one in regions.changes()} <= known
    for province, kabupaten in (("91", 28), ("92", 12)):
        now = {one.code for one in regions.within(province)}
        before = now | {one.old for one in regions.changes() if one.old.startswith(province)}
        assert before == {*(f"{province}.{number:02}" for number in range(1, kabupaten + 1)), f"{province}.71"}


@pytest.mark.parametrize("code", ["", "00", "32.99", "3273", "Bandung"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(BadInput, match="Expected the Kemendagri code"):
        regions.find(code)


def test_the_licence_of_the_codes_lies_beside_them() -> None:
    text = (regions.FOLDER / "LICENSE.txt").read_text(encoding="utf-8")
    assert "Kepmendagri 300.2.2-2138/2025" in text
    assert "MIT License" in text


def test_the_list_of_2024_has_the_48_ministries_of_its_perpres() -> None:
    offices = centre.on(dt.date(2025, 1, 1))
    assert Counter(one.kind for one in offices.office)["Kementerian"] == 48
    assert offices.standing == "secondary"
    assert len({one.id for one in offices.office}) == len({one.name for one in offices.office}) == len(offices.office)


def test_a_day_before_the_first_list_is_told() -> None:
    with pytest.raises(BadInput, match="from 2021-04-28 on"):
        centre.on(dt.date(2021, 4, 27))
    assert centre.on(dt.date(2024, 10, 20)).valid_from == dt.date(2021, 4, 28)
    assert centre.on(dt.date(2024, 10, 21)).valid_from == dt.date(2024, 10, 21)


def test_the_list_of_2021_has_34_ministries_and_an_office_that_stayed_has_one_id() -> None:
    before, after = centre.lists()
    assert Counter(one.kind for one in before.office)["Kementerian"] == 34
    names = {one.name: one.id for one in after.office}
    assert all(names.get(one.name, one.id) == one.id for one in before.office)
    assert len({one.id for one in before.office} & {one.id for one in after.office}) > 20
