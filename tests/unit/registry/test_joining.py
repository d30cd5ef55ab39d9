"""Members, subsystems and nodes: four eyes, no system without its entry of the inventory, certificates that fit their keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from terpadu.errors import BadInput, Refused
from terpadu.governance.models import Application
from terpadu.governance.stages import Stage
from terpadu.identity import mandates
from terpadu.identity.models import Role
from terpadu.model.identifiers import NodeId
from terpadu.registry import joining, office, publishing
from terpadu.registry.models import Member, Node, Subsystem
from terpadu.registry.refusals import No
from terpadu.registry.states import Joining
from terpadu.trust import keys, request
from tests.unit.registry.conftest import DUK, KES, POP, World, reread

BARU = "ID/GOV/BARU"


def test_a_member_joins_by_two_operators_and_its_applicant_becomes_the_head(world: World) -> None:
    world.member(BARU)
    assert Member.objects.get(pk=BARU).state == Joining.APPROVED
    assert [one.office for one in mandates.offices_of(world["stranger"], Role.HEAD)] == [BARU]
    assert office.published() is None, "nothing is public before the holders signed"
    world.publish()
    assert Member.objects.get(pk=BARU).state == Joining.LISTED
    assert [one.id for one in reread(world.office).members] == [BARU]


def test_an_application_takes_nobodys_place(world: World) -> None:
    world.member(DUK)
    assert mandates.offices_of(world["stranger"], Role.HEAD) == ()
    assert [one.office for one in mandates.offices_of(world["provider_head"], Role.HEAD)] == [DUK]


def _no(key: str, act: Callable[[], object]) -> None:
    with pytest.raises(No) as caught:
        act()
    assert caught.value.key == key
    assert caught.value.said
    assert caught.value.sentence.startswith("Expected ")


def test_four_eyes(world: World) -> None:
    joining.ask_member(world["operator"], DUK, "Dukcapil", "x", "a@contoh.example")
    _no("another", lambda: joining.check_member(world["operator"], DUK))
    joining.check_member(world["operator2"], DUK)
    _no("another", lambda: joining.approve_member(world["operator2"], DUK))
    _no("another", lambda: joining.approve_member(world["operator"], DUK))
    joining.approve_member(world["chief"], DUK)


def test_a_name_is_taken_once_and_a_refused_one_may_ask_again(world: World) -> None:
    joining.ask_member(world["stranger"], DUK, "Dukcapil", "x", "a@contoh.example")
    _no("taken", lambda: joining.ask_member(world["other"], DUK, "Lain", "x", "b@contoh.example"))
    _no("instance", lambda: joining.ask_member(world["other"], "XX/GOV/DUK", "Lain", "x", "b@contoh.example"))
    joining.refuse_member(world["operator"], DUK, "Surat penunjukan tidak ada.")
    assert Member.objects.get(pk=DUK).reason == "Surat penunjukan tidak ada."
    joining.ask_member(world["other"], DUK, "Lain", "x", "b@contoh.example")
    assert Member.objects.get(pk=DUK).state == Joining.ASKED
    with pytest.raises(Refused, match="a step that the state allows"):
        joining.approve_member(world["operator"], DUK)


def test_no_subsystem_without_an_approved_entry_of_the_inventory(world: World) -> None:
    world.member(DUK)
    reported = Application.objects.create(member=DUK, code="2", name="Baru dilaporkan", function="x")
    foreign = world.application(KES)
    for application in ("", "tidak-ada", str(reported.pk), str(foreign.pk)):
        with pytest.raises(Refused, match="approved application"):
            joining.ask_subsystem(world["provider"], POP, "Kependudukan", application)
    own = world.application(DUK)
    joining.ask_subsystem(world["provider"], POP, "Kependudukan", str(own.pk))
    Application.objects.filter(pk=own.pk).update(stage=Stage.ENDED)
    with pytest.raises(Refused, match="approved application"):
        joining.decide_subsystem(world["operator"], POP)
    assert Subsystem.objects.get(pk=POP).state == Joining.ASKED


def test_a_subsystem_of_another_house_is_not_ones_own(world: World) -> None:
    world.member(DUK)
    application = world.application(DUK)
    with pytest.raises(Refused) as caught:
        joining.ask_subsystem(world["other"], POP, "Kependudukan", str(application.pk))
    assert caught.value.code == "identity"


def test_a_node_gets_a_certificate_for_the_key_that_it_proved(world: World) -> None:
    world.member(DUK)
    own = world.node(f"{DUK}/n1", "provider")
    publishing.prepare(world["operator"])
    node = Node.objects.get(name=f"{DUK}/n1")
    certificate = x509.load_pem_x509_certificate(node.certificate.encode())
    tls = next(key for key in own.keys if key.use == "tls")
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert certificate.public_key().public_bytes(*form) == tls.key.public_key().public_bytes(*form)
    answer = world.browser("provider").get(f"/registri/simpul/{node.pk}/sertifikat/")
    assert answer.content.decode() == node.certificate
    assert "tls-1.crt" in answer["Content-Disposition"]
    assert world.browser("other").get(f"/registri/simpul/{node.pk}/sertifikat/").status_code == 404


def test_a_request_that_proves_nothing_or_speaks_for_another_is_refused(world: World) -> None:
    world.member(DUK)
    own = keys.create(world.folder / "n", NodeId(f"{DUK}/n1"))
    raw = request.ask(request.node_of(NodeId(f"{DUK}/n1"), "127.0.0.1", 5500), own.keys)
    with pytest.raises(BadInput, match="prove itself"):
        joining.ask_node(world["provider"], raw.replace(b"ID/GOV/DUK/n1", b"ID/GOV/DUK/n2"))
    with pytest.raises(Refused) as caught:
        joining.ask_node(world["other"], raw)
    assert caught.value.code == "identity"
    with pytest.raises(BadInput, match="joining request"):
        joining.ask_node(world["provider"], b"{}")


def test_a_renewal_of_keys_is_one_more_request(world: World) -> None:
    world.member(DUK)
    own = world.node(f"{DUK}/n1", "provider")
    world.publish()
    keys.renew(own.folder, "tls")
    again = request.ask(request.node_of(NodeId(f"{DUK}/n1"), "127.0.0.1", 5500), keys.load(own.folder).keys)
    made = joining.ask_node(world["provider"], again)
    joining.decide_node(world["operator"], made.pk)
    world.publish()
    made.refresh_from_db()
    assert made.state == Joining.LISTED
    assert sum(one.use == "tls" for one in reread(world.office).keys) >= 2
