"""What tests of the prefilled form share: offices, services, a person and her browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from django.test import Client

from terpadu.identity.models import Person
from tests.lib.portal_world import forget_agencies
from tests.unit.applying import offices as table
from tests.unit.services import shelf


@pytest.fixture
def offices(monkeypatch: pytest.MonkeyPatch) -> Iterator[table.Offices]:
    """Offices that answer from a table."""
    yield table.open_up(monkeypatch)
    forget_agencies()


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Five services in the catalogue; files of the portal under a folder of the test's own."""
    home = shelf.write(tmp_path / "layanan")
    shelf.with_more(home)
    monkeypatch.setattr(settings, "HOME", tmp_path)
    with shelf.put_up(home):
        monkeypatch.setattr(settings, "PORTAL", msgspec.structs.replace(settings.PORTAL, wait=5))
        yield home


@pytest.fixture
def person(db: None) -> Person:
    """Ratna, matched with the register."""
    made = Person(email="ratna@contoh.example", name="RATNA WULANDARI", birth_date="1994-03-14", assurance=2)
    made.set_nik("9901015403940017")
    made.save()
    return made


@pytest.fixture
def browser(person: Person) -> Client:
    """Her browser."""
    client = Client(headers={"Host": "localhost"})
    client.force_login(person)
    return client
