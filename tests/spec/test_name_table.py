"""The tables of names and dates, each row a test; every row also as a condition of a service."""

from __future__ import annotations

import pytest

from terpadu.services import names
from terpadu.services.conditions import age, days_between, holds
from tests.spec.name_table import AGES, DAYS, NEW_NAMES, SAME_NAMES


@pytest.mark.parametrize(("name", "may", "why"), NEW_NAMES)
def test_a_new_name(name: str, may: bool, why: str) -> None:
    assert names.proper(name) is may, why
    assert holds("nama_sah(subjek.nama_bayi)", {"subjek": {"nama_bayi": name}}) is may, why


@pytest.mark.parametrize(("one", "other", "same", "why"), SAME_NAMES)
def test_two_spellings(one: str, other: str, same: bool, why: str) -> None:
    assert names.same(one, other) is same, why
    assert names.same(other, one) is same, why


@pytest.mark.parametrize(("born", "on", "years", "why"), AGES)
def test_an_age(born: str, on: str, years: int, why: str) -> None:
    assert age(born, on) == years, why


@pytest.mark.parametrize(("first", "last", "days", "why"), DAYS)
def test_days_between_dates(first: str, last: str, days: int, why: str) -> None:
    assert days_between(first, last) == days, why
    assert holds(f"hari_antara('{first}', hari_ini) == {days}", {"hari_ini": last}) is True
