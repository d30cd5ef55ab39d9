"""The object-level matrix, whole: every role x every action, by the rule and by the pages, on a thing of one member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from terpadu.governance import papers, roles
from terpadu.governance.gate import rules
from terpadu.governance.gate_states import State
from terpadu.governance.history import Actor
from terpadu.governance.models import Application, Batch, Proposal
from terpadu.governance.roles import ACTIONS
from terpadu.governance.stages import Paper, Stage
from terpadu.identity.models import Person
from tests.lib.people import make_person
from tests.unit.governance.conftest import AGENCY, REVIEWERS, make_application, manager, reviewer
from tests.unit.governance.test_gate import NEEDED, again, propose

pytestmark = pytest.mark.django_db
FIRST, SECOND = list(REVIEWERS)[:2]
PEOPLE: dict[str, Callable[[], Person | None]] = {
    "visitor": lambda: None,
    "person": make_person,
    "officer": lambda: make_person(offices=[(f"{AGENCY}/APLIKASI", "petugas")]),
    "head": lambda: make_person(offices=[(f"{AGENCY}/APLIKASI", "pimpinan")]),
    "owner": manager,
    "other manager": lambda: manager("ID/GOV/POLRI"),
    "reviewer": lambda: reviewer(FIRST),
    "stranger's reviewer": lambda: reviewer("ID/GOV/POLRI"),
    "own reviewer": lambda: make_person(offices=[(f"{FIRST}/G", "penilai"), (f"{AGENCY}/A", "aplikasi")]),
    "unproven owner": lambda: make_person(assurance=1, offices=[(f"{AGENCY}/APLIKASI", "aplikasi")]),
}
_ALL = frozenset(PEOPLE)
_OWN = frozenset({"owner", "own reviewer"})
_REVIEW = frozenset({"reviewer"})
MATRIX: dict[str, frozenset[str]] = {
    "application.see": _ALL, "inventory.export": _ALL, "proposal.see": _ALL,
    **dict.fromkeys(("application.edit", "application.step", "application.describe", "inventory.import", "batch.see"), _OWN),
    **dict.fromkeys(("proposal.make", "proposal.connect", "proposal.draft", "proposal.exempt", "proposal.withdraw"), _OWN),
    **dict.fromkeys(("application.acknowledge", "proposal.review"), _REVIEW),
    **dict.fromkeys(("application.papers", "proposal.papers"), _OWN | _REVIEW),
}  # fmt: skip


@pytest.mark.parametrize("action", list(ACTIONS))
@pytest.mark.parametrize("who", list(PEOPLE))
def test_each_role_may_what_the_matrix_says_and_no_more(who: str, action: str) -> None:
    assert roles.standing(PEOPLE[who]()).may(action, AGENCY) is (who in MATRIX[action])


def test_the_matrix_is_whole() -> None:
    assert MATRIX.keys() == ACTIONS.keys()


def test_nothing_is_owned_or_judged_where_no_member_is_named() -> None:
    for make in PEOPLE.values():
        found = roles.standing(make())
        assert not [action for action in ACTIONS if found.may(action, "") and MATRIX[action] != _ALL]


class World:
    """One of each thing, all of the agency."""

    def __init__(self, owner: Person) -> None:
        actor = Actor(owner, AGENCY)
        self.used = make_application(code="U")
        self.reported = make_application(code="R", stage=Stage.REPORTED)
        self.paper = papers.keep(Paper.BPKP, self.used, SimpleUploadedFile("a.pdf", b"%PDF-1"), owner)
        self.held, self.connecting, self.reviewed = (propose(owner, name=name) for name in ("A", "B", "C"))
        rules.connect(self.connecting, self.used, actor)
        rules.ask_exemption(self.reviewed, NEEDED, SimpleUploadedFile("a.pdf", b"%PDF-1"), actor)
        self.batch = Batch.objects.create(name="x.csv", digest="x", kind="csv", member=AGENCY, by=owner)

    def addresses(self) -> dict[str, str]:
        """Action -> where it is taken."""
        entry, gate = f"/inventaris/{self.used.pk}/", f"/gerbang/{self.held.reference}/"
        return {
            "application.see": entry, "application.edit": f"{entry}ubah/", "application.step": f"{entry}langkah/akhiri/",
            "application.acknowledge": f"/inventaris/{self.reported.pk}/langkah/akui/",
            "application.describe": f"{entry}antarmuka/",
            "application.papers": f"{entry}berkas/{self.paper.kind}/{self.paper.pk}/",
            "inventory.export": "/inventaris/unduh.csv", "batch.see": f"/inventaris/muat/{self.batch.pk}/",
            "proposal.see": gate, "proposal.exempt": f"{gate}pengecualian/", "proposal.withdraw": f"{gate}tarik/",
            "proposal.draft": f"/gerbang/{self.connecting.reference}/sambungan/",
            "proposal.review": f"/gerbang/{self.reviewed.reference}/nilai/",
            "proposal.papers": f"/gerbang/{self.reviewed.reference}/berkas/{self.reviewed.papers.get().pk}/",
        }  # fmt: skip


@pytest.mark.parametrize("who", list(PEOPLE))
def test_each_page_opens_for_whom_the_matrix_says_and_is_not_there_for_others(who: str, browser: Any) -> None:
    world = World(manager())
    client: Client = browser(PEOPLE[who]())
    refusal = {"visitor": 302, "unproven owner": 403}.get(who, 404)
    told = {action: client.get(address).status_code for action, address in world.addresses().items()}
    assert told == {action: 200 if who in MATRIX[action] else refusal for action in told}


@pytest.mark.parametrize("who", list(PEOPLE))
def test_nobody_else_changes_anything(who: str, browser: Any) -> None:
    world = World(manager())
    client: Client = browser(PEOPLE[who]())
    form = {"reason": "x", "reasons": "x", "verdict": "dilanjutkan", "ministry": FIRST, "application": str(world.used.pk)}
    addresses = world.addresses() | {"proposal.connect": f"/gerbang/{world.held.reference}/hubungkan/"}
    for action, address in addresses.items():
        if who not in MATRIX[action]:
            client.post(address, form)
    assert again(world.held).state == State.HELD
    assert not world.reviewed.reviews.exclude(by__pk=None).exists() or who == "reviewer"
    if who not in _REVIEW:
        world.reported.refresh_from_db()
        assert world.reported.stage == Stage.REPORTED
    if who not in _OWN:
        world.used.refresh_from_db()
        assert (world.used.stage, world.used.version) == (Stage.IN_USE, 1)
    assert (Proposal.objects.count(), Application.objects.count()) == (3, 2)


def test_a_step_needs_its_papers_and_writes_who_and_why(browser: Any) -> None:
    entry = make_application()
    client: Client = browser(manager())
    address = f"/inventaris/{entry.pk}/langkah/akhiri/"
    one = {"reason": "Digantikan.", "rancangan-solusi": SimpleUploadedFile("a.pdf", b"%PDF-1")}
    assert client.post(address, one).status_code == 422
    both = {name: SimpleUploadedFile("a.pdf", b"%PDF-1") for name in ("rancangan-solusi", "rekomendasi-bpkp")}
    assert client.post(address, {"reason": "Digantikan.", **both}).status_code == 302
    entry.refresh_from_db()
    assert entry.stage == Stage.ENDED
    page = client.get(f"/inventaris/{entry.pk}/").content.decode()
    assert "Digantikan." in page
    assert "Rekomendasi BPKP" in page
    assert client.post(address, {"reason": "Lagi.", **both}).status_code == 404


def test_two_who_edit_at_once_do_not_overwrite_each_other(browser: Any) -> None:
    entry = make_application()
    client: Client = browser(manager())
    form = {"version": 1, "agency": "A", "name": "Satu", "function": "f", "kind": "khusus", "hosting": "lain",
            "personal": "tidak", "interface": "tidak-ada"}  # fmt: skip
    client.post(f"/inventaris/{entry.pk}/ubah/", form)
    client.post(f"/inventaris/{entry.pk}/ubah/", form | {"name": "Dua"})
    entry.refresh_from_db()
    assert (entry.name, entry.version) == ("Satu", 2)


def test_a_visitor_reads_no_name_of_a_person(browser: Any) -> None:
    owner = manager()
    world = World(owner)
    for address in (f"/inventaris/{world.used.pk}/", f"/gerbang/{world.reviewed.reference}/"):
        assert str(owner.name) not in browser(None).get(address).content.decode()
    assert str(owner.name) in browser(owner).get(f"/gerbang/{world.reviewed.reference}/").content.decode()
