"""Whom people write to: settings that stand at the foot of every page and on the page about data protection."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from msgspec import structs

pytestmark = pytest.mark.django_db
OFFICER = "Kepala Bidang Data, pdp@contoh.example"
CONTACT = "halo@contoh.example"


def test_the_officer_and_the_contact_stand_where_people_look(client: Client, settings: Any) -> None:
    settings.PORTAL = structs.replace(settings.PORTAL, contact=CONTACT, protection_officer=OFFICER)
    page = client.get("/pelindungan-data/").content.decode()
    assert 'Kepala Bidang Data, <a href="mailto:pdp@contoh.example">' in page
    assert page.count(f"mailto:{CONTACT}") == 2, "on the page itself and at its foot"
    assert f"mailto:{CONTACT}" in client.get("/bantuan/").content.decode()


def test_an_operator_who_names_nobody_is_told_of(client: Client, settings: Any) -> None:
    settings.PORTAL = structs.replace(settings.PORTAL, contact="", protection_officer="")
    page = client.get("/pelindungan-data/").content.decode()
    assert "belum menyebut pejabat pelindungan data pribadinya" in page
    assert "Hubungi kami" not in page


def test_what_an_operator_writes_runs_nowhere(client: Client, settings: Any) -> None:
    settings.PORTAL = structs.replace(settings.PORTAL, protection_officer="<script>x</script>")
    assert "<script>x" not in client.get("/pelindungan-data/").content.decode()
