"""A registry with a real office on disk, people in every role, and what they join with."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

from terpadu.clock import system_clock
from terpadu.governance.models import Application
from terpadu.governance.stages import Stage
from terpadu.identity.models import Person
from terpadu.model.identifiers import NodeId
from terpadu.registry import agreeing, describing, joining, publishing, purposes, risk
from terpadu.registry.agreeing import Wanted
from terpadu.registry.describing import Description
from terpadu.registry.models import Agreement, Version
from terpadu.registry.states import Life
from terpadu.trust import carrying, keys, publish, request
from terpadu.trust.office import Office, load_key
from tests.lib.people import make_person

CENTRE = "ID/GOV/PUSAT/REGISTRI"
DUK, KES, LAIN = "ID/GOV/DUK", "ID/GOV/KES", "ID/GOV/LAIN"
POP, KLINIK = f"{DUK}/pop", f"{KES}/klinik"
NIK = f"{POP}/nik"
OFFICES = {
    "operator": (CENTRE, "petugas"), "operator2": (CENTRE, "petugas"), "chief": (CENTRE, "pimpinan"),
    "provider": (DUK, "petugas"), "provider_head": (DUK, "pimpinan"), "system_officer": (POP, "petugas"),
    "consumer": (KES, "petugas"), "consumer_head": (KES, "pimpinan"), "other": (LAIN, "petugas"),
    "other_head": (LAIN, "pimpinan"), "counter": (DUK, "identitas"),
}  # fmt: skip
"""Everybody with a mandate; `stranger` has none, `level1` is not proven."""
OPENAPI = {
    "openapi": "3.1.0",
    "paths": {
        "/": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {
                    "type": "object", "required": ["nik"], "properties": {"nik": {"type": "string"}}}}}},
                "responses": {"200": {"content": {"application/json": {"schema": {"type": "object", "properties": {
                    "nama": {"type": "string"}, "tanggal_lahir": {"type": "string", "format": "date"},
                    "alamat": {"type": "object", "properties": {"kota": {"type": "string"}}},
                    "diagnosis": {"type": "string"}}}}}}},
            }
        }
    },
}  # fmt: skip


def openapi(**fields: Any) -> bytes:
    """The description; `fields` change the answer's, None takes one away."""
    tree = json.loads(json.dumps(OPENAPI))
    operation = tree["paths"]["/"]["post"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
    for name, schema in fields.items():
        answer.pop(name, None)
        if schema is not None:
            answer[name] = schema
    return json.dumps(tree).encode()


class World:
    """The people, and the walk of each thing as far as a test wants it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.office = publish.create(folder / "registri", "ID", system_clock())
        self.people: dict[str, Person] = {name: make_person(offices=[office]) for name, office in OFFICES.items()}
        self.people |= {"stranger": make_person(), "level1": make_person(nik="", assurance=1)}

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    def browser(self, name: str) -> Client:
        """Signed on, with a fresh proof by passkey; `visitor` is nobody."""
        client = Client(headers={"Host": "localhost"})
        if name != "visitor":
            client.force_login(self.people[name])
            session = client.session
            session["account_authentication_methods"] = [{"method": "mfa", "type": "webauthn", "at": time.time()}]
            session.save()
        return client

    def member(self, name: str) -> None:
        """Joined: asked by a stranger, looked at by two."""
        joining.ask_member(self["stranger"], name, f"Instansi {name}", "surat 1/2026", "ppdp@contoh.example")
        joining.check_member(self["operator"], name)
        joining.approve_member(self["operator2"], name)

    def application(self, member: str, code: str = "1") -> Application:
        return Application.objects.create(member=member, code=code, name=f"Aplikasi {code}", function="uji", stage=Stage.IN_USE)

    def subsystem(self, name: str, who: str) -> None:
        application = self.application(name.rpartition("/")[0], name)
        joining.ask_subsystem(self[who], name, f"Sistem {name}", str(application.pk))
        joining.decide_subsystem(self["operator"], name)

    def node(self, name: str, who: str, port: int = 5500) -> keys.NodeKeys:
        own = keys.create(self.folder / name.replace("/", "-"), NodeId(name))
        raw = request.ask(request.node_of(NodeId(name), "127.0.0.1", port), own.keys)
        made = joining.ask_node(self[who], raw)
        joining.decide_node(self["operator"], made.pk)
        return own

    def purpose(self, name: str = "lahir") -> None:
        purposes.ask(self["operator"], name, "Mencatat kelahiran", "UU 24/2013 pasal 27")
        purposes.approve(self["operator2"], name)

    def both(self) -> None:
        """Two members with a system and a node each, and a purpose."""
        for member, system, who in ((DUK, POP, "provider"), (KES, KLINIK, "consumer")):
            self.member(member)
            self.subsystem(system, who)
            self.node(f"{member}/n1", who)
        self.purpose()

    def describe(self, raw: bytes = b"", name: str = NIK, **more: Any) -> Version:
        told = {"title": "Cek NIK", "subject": "body:nik", "nodes": (f"{DUK}/n1",), "form": "openapi", **more}
        return describing.describe(self["provider"], name, Description(raw=raw or openapi(), **told))

    def service(self) -> Version:
        """On trial, then published."""
        made = self.describe()
        describing.move_version(self["provider_head"], made.pk, Life.TRIAL)
        return describing.move_version(self["provider_head"], made.pk, Life.PUBLISHED)

    def ask(self, **more: Any) -> Agreement:
        found = agreeing.ask(self["consumer"], KLINIK, NIK, wanted(**more))
        risk.assess(self["consumer"], found, [], {})
        return found

    def agreed(self, **more: Any) -> Agreement:
        found = self.ask(**more)
        agreeing.review(self["provider"], found.pk)
        return agreeing.approve(self["provider_head"], found.pk)

    def sign(self, *numbers: int) -> None:
        """Holders sign the carried file, and bring it back."""
        root = (self.office.public / "root.json").read_bytes()
        for number in numbers or (1, 3):
            carried = carrying.read((self.office.directory / "proposal.json").read_bytes())
            signed, _ = carrying.sign(carried, load_key(self.office.directory / f"offline/{number}.pem"), root)
            publishing.take_signature(self["operator"], msgspec.json.encode(carrying.signatures_of(signed)))

    def publish(self) -> None:
        """Collected, signed by two holders, published."""
        publishing.prepare(self["operator"])
        self.sign()
        publishing.publish(self["operator"])


def wanted(**more: Any) -> Wanted:
    """What the clinic asks for."""
    told = {"purposes": ("lahir",), "fields": ("nama", "alamat.kota"), "quota": 1000, "persons": 100, "until": in_days(300)}
    return Wanted(**{**told, **more})


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def world(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    values = {"registry": "registri", "registry_office": CENTRE, "demonstration": True}
    monkeypatch.setattr(settings, "PORTAL", msgspec.structs.replace(settings.PORTAL, **values))
    with translation.override("id"):
        yield World(tmp_path)


@pytest.fixture
def ready(world: World) -> World:
    """Both members and a service, published."""
    world.both()
    world.service()
    world.publish()
    return world


def reread(office: Office) -> Any:
    """The published federation, from disk."""
    found = office.federation()
    assert found is not None
    return found
