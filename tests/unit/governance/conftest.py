"""Three ministries that review, an agency that owns applications, and people with mandates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from msgspec.structs import replace

from terpadu.governance.models import Application
from terpadu.governance.stages import Stage
from terpadu.identity.models import Person
from tests.lib.people import make_person

AGENCY = "ID/GOV/TELAGA-WENING"
REVIEWERS = {"ID/GOV/KEMENPANRB": "KemenPANRB", "ID/GOV/KOMDIGI": "Komdigi", "ID/GOV/BAPPENAS": "Bappenas"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files, and the setting that names the reviewers."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    monkeypatch.setattr(settings, "PORTAL", replace(settings.PORTAL, reviewers=REVIEWERS))
    return tmp_path


def manager(member: str = AGENCY) -> Person:
    return make_person(offices=[(f"{member}/APLIKASI", "aplikasi")])


def reviewer(member: str) -> Person:
    return make_person(offices=[(f"{member}/GERBANG", "penilai")])


@pytest.fixture
def browser(client: Client) -> Callable[[Person | None], Client]:
    """The test client, signed on as somebody."""

    def open_as(person: Person | None) -> Client:
        client.logout()
        if person is not None:
            client.force_login(person)
        return client

    return open_as


def make_application(**more: Any) -> Application:
    values = {
        "member": AGENCY, "agency": "Kabupaten Telaga Wening", "code": "APL-1", "name": "SIMPEG", "stage": Stage.IN_USE,
        "function": "Mencatat riwayat pegawai daerah", "data": "pegawai, riwayat jabatan", "service_code": "RAL.02.03",
    }  # fmt: skip
    return Application.objects.create(**values | more)
