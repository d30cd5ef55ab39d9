"""Consent as the law has it (UU 27/2022 articles 20 to 23): what is said before, nothing ticked, no as easy as yes, no bundle."""

from __future__ import annotations

import re

import pytest

from terpadu.identity.consent.models import Ask, Consent
from tests.lib.portal_world import World

pytestmark = pytest.mark.django_db
SEVEN = ("Dasar hukumnya", "Tujuannya", "Data apa dan mengapa", "Berapa lama dokumen disimpan", "Rincian yang dikumpulkan",
         "Berapa lama data diproses", "Hak Anda")  # fmt: skip
"""Article 21 paragraph 1."""


def _question(world: World) -> str:
    return f"/persetujuan/{world.values['ask']}/"


def test_seven_things_stand_before_the_decision(world: World) -> None:
    page = world.browser("owner").get(_question(world)).content.decode()
    places = [page.index(f">{title}</h3>") for title in SEVEN]
    assert places == sorted(places)
    assert places[-1] < page.index("Keputusan Anda")
    said = re.findall(r"</h3><div>(.*?)</div></li>", page, re.S)
    assert len(said) == 7
    assert all(len(re.sub(r"<[^>]+>", "", one).strip()) > 10 for one in said), "each of them says something"


def test_nothing_is_ticked_and_both_answers_look_alike(world: World) -> None:
    page = world.browser("owner").get(_question(world)).content.decode()
    assert "checked" not in page
    yes, no = re.findall(r'<button class="([^"]+)" type="submit" name="putusan"', page)
    assert yes == no


def test_a_yes_without_the_tick_is_none(world: World) -> None:
    before = Consent.objects.count()
    assert world.browser("owner").post(_question(world), {"putusan": "ya"}).status_code == 400
    assert Consent.objects.count() == before


def test_a_no_is_kept_and_gives_nothing(world: World) -> None:
    assert world.browser("owner").post(_question(world), {"putusan": "tidak"}).status_code == 302
    assert Ask.objects.get(pk=world.values["ask"]).refused is not None
    assert not Consent.objects.filter(ask=world.values["ask"]).exists()


def test_who_acts_for_somebody_does_not_consent_for_them(world: World) -> None:
    assert world.browser("holder").post(_question(world), {"putusan": "ya", "agree": "on"}).status_code == 404
