"""A portal with a service of its own, a small node, a clock that is set, a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.utils import timezone

from terpadu.cases import opening, worker
from terpadu.cases.models import Case
from terpadu.identity.models import Person
from terpadu.pages.agencies import Agencies
from terpadu.services import catalogue
from tests.unit.cases.little_node import LittleNode, little_node

NIK = "9971010101800001"
SERVICE = """
id = "uji"
title = { id = "Uji", en = "Test" }
life_event = { id = "Uji", en = "Test" }
authority = "Dinas Dukcapil"
basis = "UU 24/2013"
purpose = "uji"
facts = ["keluarga.nomor", "keluarga.kepala"]
[term]
days = 3
"""
ACT = """
[[act]]
name = "{name}"
title = {{ id = "{name}", en = "{name}" }}
service = "ID/GOV/KEMENDAGRI/DUKCAPIL/{name}"
body = {{ nik = "subjek.nik", dari = "{origin}" }}
"""


def service_toml(*acts: str, origin: str = "'portal'") -> str:
    """The service with acts of these names."""
    return SERVICE + "".join(ACT.format(name=name, origin=origin) for name in acts)


class Clock:
    """A time that stands until it is moved; `real` lets it go."""

    def __init__(self) -> None:
        self.set: datetime | None = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    @property
    def now(self) -> datetime:
        return self.set or timezone.now()

    @now.setter
    def now(self, moment: datetime) -> None:
        self.set = moment

    def real(self) -> None:
        self.set = None

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


class Portal:
    """Everything a case needs, in this process."""

    def __init__(self, folder: Path, node: LittleNode) -> None:
        self.folder, self.node, self.clock = folder, node, Clock()
        self.agencies = Agencies(node.address, "ID/GOV/CONTOH/PORTAL")

    def serve(self, process: str, toml: str) -> None:
        """Put a service into the folder."""
        place = self.folder / "uji"
        place.mkdir(exist_ok=True)
        (place / "process.bpmn").write_text(process, encoding="utf-8")
        (place / "service.toml").write_text(toml, encoding="utf-8")
        catalogue.catalogue.cache_clear()

    def sent(self, person: Person, **answers: Any) -> Case:
        """A case that was sent just now."""
        case = opening.start("uji", person, {"nik": NIK})
        case.answers = answers
        case.save()
        opening.send(case)
        Case.objects.filter(pk=case.pk).update(sent=self.clock.now, wake=self.clock.now)
        return self.again(case)

    def work(self, case: Case) -> Case:
        """Let a worker do all that is due; the case as it is then."""
        worker.work_once(self.agencies, self.clock)
        return self.again(case)

    def again(self, case: Case) -> Case:
        return Case.objects.get(pk=case.pk)


@pytest.fixture
def portal(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with little_node() as node:
        settings.PORTAL = msgspec.structs.replace(settings.PORTAL, services=str(tmp_path), node=node.address)
        found = Portal(tmp_path, node)
        node.answers["ID/GOV/KEMENDAGRI/DUKCAPIL/keluarga"] = {"no_kk": "9971010101800002", "kepala_keluarga": "JOKO"}
        for room in ("services.offices", "cases.showing_sent", "cases.views.mine"):
            monkeypatch.setattr(f"terpadu.{room}.agencies", lambda: found.agencies)
        yield found
        found.agencies.close()
        catalogue.catalogue.cache_clear()


@pytest.fixture
def person() -> Person:
    return Person.objects.create(email="sari@contoh.example", assurance=2)


@pytest.fixture
def answers(portal: Portal) -> Callable[[str, Any], None]:
    """Let the little node answer an act."""

    def put(name: str, answer: Any) -> None:
        portal.node.answers[f"ID/GOV/KEMENDAGRI/DUKCAPIL/{name}"] = answer

    return put
