"""A32: every address of the portal x everybody x one citizen's objects. Nobody reaches, changes or reads what is not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from terpadu.cases import officers, people
from terpadu.cases.applying import drafts
from terpadu.cases.documents.models import Document
from terpadu.cases.models import Case, Decision, Message, Objection, Task
from terpadu.cases.payments.models import Bill
from terpadu.identity.consent.models import Ask, Consent
from terpadu.identity.looks.models import Answer
from terpadu.identity.models import OfficeMandate, PersonMandate, Recovery
from tests.attack.portal.access_table import BODY, GUARDS, Line, filled, lines
from tests.lib.portal_world import MARK, NIK, ROLES, World
from tests.lib.routes import routes

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
SHARED = {
    "official": ("/akun/loket/",),
    "officer": ("/petugas/",),
    "head": ("/akun/kuasa/",),
    "holder": ("/akun/kuasa/",),
}
"""Where somebody else rightly reads a word of hers: at the counter, in the queue, at both ends of a mandate."""


def test_every_route_stands_in_the_table_and_no_other() -> None:
    assert {line.path for line in lines()} == {route.path for route in routes()}
    guards = {route.path: GUARDS[route.guard] for route in routes()}
    assert {line.path: line.level for line in lines()} == guards


def expected(line: Line, role: str, level: int) -> Callable[[Any], bool]:
    """How an address must answer somebody: where to sign on, 403, 404, or anything that is an answer."""
    if level < 1 <= line.level:
        return lambda answer: answer.status_code == 302 and "/masuk/" in answer["Location"]
    if level < line.level:
        return lambda answer: answer.status_code == 403
    if "self" in line.who:
        return lambda answer: answer.status_code < 500
    if not line.reaches(role):
        return lambda answer: answer.status_code == 404
    return lambda answer: answer.status_code < 500 and (line.level == 0 or answer.status_code not in (403, 404, 405))


def told(answer: Any) -> str:
    """Everything that an answer says, its head too."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.headers} {body.decode('utf-8', 'replace')}".upper()


def tried(world: World, role: str, line: Line, method: str) -> str:
    """What is wrong with the answer; empty: nothing. The database is as before."""
    with transaction.atomic():
        client = world.browser(role)
        answer = getattr(client, method)(filled(line.path, world.values), BODY if method == "post" else None)
        transaction.set_rollback(True)
    level = 0 if role == "visitor" else world.people[role].assurance
    wrong = "" if expected(line, role, level)(answer) else f"{answer.status_code}"
    if role != "owner" and not line.path.startswith(SHARED.get(role, ("-",))):
        wrong += "".join(f" tells {secret}" for secret in (MARK, NIK) if secret in told(answer))
    return f"{role} {method} {line.path}: {wrong}" if wrong else ""


def everything(world: World, role: str) -> list[str]:
    """All that goes wrong for one role."""
    if role == "owner":
        wanted = [line for line in lines() if not line.path.endswith("/hapus/") or "berkas" in line.path]
    else:
        wanted = lines()
    found = [tried(world, role, line, method) for line in wanted for method in line.methods]
    return [one for one in found if one]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_reaches_what_is_not_theirs(world: World, role: str) -> None:
    wrong = everything(world, role)
    assert not wrong, "\n".join(wrong)


def state(world: World) -> list[Any]:
    """All of hers, as it lies in the database."""
    kinds: tuple[type[Model], ...] = (Case, Task, Decision, Objection, Message, Document, Bill, Ask, Consent, PersonMandate,
                                      OfficeMandate, Recovery)  # fmt: skip
    return [list(kind._default_manager.order_by("pk").values()) for kind in kinds]


@pytest.mark.parametrize("role", ["visitor", "level1", "stranger", "former", "former_officer"])
def test_nobody_changes_what_is_not_theirs(world: World, role: str) -> None:
    before, client = state(world), world.browser(role)
    for line in lines():
        if line.level and not {"all", "self"} & set(line.who):
            for method in ("get", "post", "put", "patch", "delete"):
                getattr(client, method)(filled(line.path, world.values), BODY)
    assert state(world) == before


def test_a_number_that_is_nobodys_answers_as_a_foreign_one(world: World) -> None:
    """So nobody learns which numbers are taken."""
    client, nobodys = world.browser("stranger"), {name: "0" for name in world.values} | {
        name: "0" * 8 + "-0000-4000-8000-" + "0" * 12
        for name in ("mandate", "office_mandate", "consent", "ask", "recovery", "upload", "case_upload")
    } | {"service": "uji", "kind": "objection"}  # fmt: skip
    for line in lines():
        if line.level and not {"all", "self"} & set(line.who) and "<" in line.path:
            method = line.methods[0]
            foreign = getattr(client, method)(filled(line.path, world.values), BODY)
            unknown = getattr(client, method)(filled(line.path, nobodys), BODY)
            assert (foreign.status_code, unknown.status_code) == (404, 404), line.path
            assert _without(foreign, line, world.values) == _without(unknown, line, nobodys), line.path


def _without(answer: Any, line: Line, values: dict[str, str]) -> str:
    """What an answer says, without the address that was asked (links to the same page in the other language)."""
    plain = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.content.decode())
    return plain.replace(filled(line.path, values), "")


class Anybodys:
    """A model whose rows are found whoever asks: a weakened build forgets the owner."""

    def __init__(self, kind: type[Model], *forgotten: str) -> None:
        self.kind, self.forgotten = kind, forgotten

    @property
    def objects(self) -> Any:
        return self

    def filter(self, **wanted: Any) -> QuerySet[Any]:
        kept = {name: value for name, value in wanted.items() if name not in self.forgotten}
        return self.kind._default_manager.filter(**kept)


def _found(forgotten: str) -> Callable[..., Any]:
    def found(kind: Any, **wanted: Any) -> Any:
        return get_object_or_404(kind, **{name: value for name, value in wanted.items() if name != forgotten})

    return found


def _may(*_: Any) -> bool:
    return True


def _nobody_is_anybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AnonymousUser, "is_authenticated", True)
    patch.setattr(AnonymousUser, "assurance", 2, raising=False)


def _matched(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("terpadu.pages.guards.render", lambda *_, **__: (_ for _ in ()).throw(Http404))


Patch = Callable[[pytest.MonkeyPatch], object]
WEAKENED: dict[str, tuple[Patch, str, str]] = {
    "cases of anybody": (lambda p: p.setattr(people, "cases_of", lambda _: Case.objects.all()), "stranger", "/urusan/"),
    "drafts of anybody": (
        lambda p: p.setattr(drafts, "of", lambda _, service: Case.objects.filter(service=service)), "stranger", "/layanan/"),
    "tasks of any office": (
        lambda p: p.setattr(officers, "tasks_of", lambda _: Task.objects.all()), "other_officer", "/petugas/"),
    "offices without a mandate": (
        lambda p: p.setattr("terpadu.identity.mandates.guards.offices_of", lambda *_: (1,)), "stranger", "/petugas/"),
    "mandates that ended": (
        lambda p: p.setattr("terpadu.identity.mandates.asking.in_force", lambda _: Q()),
        "former_officer", "/petugas/"),
    "documents of anybody": (
        lambda p: p.setattr("terpadu.cases.documents.views.Document", Anybodys(Document, "case__applicant")), "stranger",
        "dokumen"),
    "bills of anybody": (
        lambda p: p.setattr("terpadu.cases.payments.views.Bill", Anybodys(Bill, "case__applicant")), "stranger",
        "bukti-bayar"),
    "questions to anybody": (
        lambda p: p.setattr("terpadu.identity.consent.views.get_object_or_404", _found("person")), "stranger",
        "/persetujuan/<uuid:pk>/:"),
    "consents of anybody": (
        lambda p: p.setattr("terpadu.identity.consent.views.get_object_or_404", _found("ask__person")), "stranger", "tarik"),
    "proofs of anybody": (
        lambda p: p.setattr("terpadu.identity.consent.views.Consent", Anybodys(Consent, "ask__person")), "stranger",
        "/persetujuan/<uuid:pk>/bukti/"),
    "mandates that anybody revokes": (
        lambda p: p.setattr("terpadu.identity.mandates.giving.may_revoke", _may), "stranger", "cabut"),
    "sessions of anybody": (
        lambda p: p.setattr("terpadu.identity.views.get_object_or_404", _found("user")), "stranger", "/akun/sesi/"),
    "recoveries of anybody": (
        lambda p: p.setattr("terpadu.identity.recovery.rules.running", lambda _: Recovery.objects.first()), "stranger",
        "/akun/pemulihan/batal/"),
    "looks of anybody": (
        lambda p: p.setattr("terpadu.identity.looks.asking.Answer", Anybodys(Answer, "person")), "stranger",
        "/siapa-melihat/"),
    "nobody counts as somebody": (_nobody_is_anybody, "visitor", "/"),
    "the level is not asked": (_matched, "level1", "/urusan/"),
}  # fmt: skip


@pytest.mark.deep
@pytest.mark.parametrize("name", WEAKENED)
@pytest.mark.filterwarnings("ignore")
def test_the_matrix_fails_on_a_weakened_build(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    patch, role, where = WEAKENED[name]
    patch(monkeypatch)
    found = []
    for line in lines():
        for method in line.methods:
            try:
                found.append(tried(world, role, line, method))
            except Exception as error:
                found.append(f"{role} {method} {line.path}: {type(error).__name__}")
    assert [one for one in found if one and where in one], f"without its check ({name}) nothing was found"
