"""What no holder is asked to sign: a table of wrong drafts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from terpadu.errors import BadInput
from terpadu.model.federation import Endpoint, Federation, Purpose
from terpadu.trust import draft, publish
from terpadu.trust.check import problems
from terpadu.trust.differences import differences
from tests.lib.federation import Made
from tests.unit.trust.conftest import NOW, PARTS, SERVICE, agreement, node

Change = Callable[[Federation], Federation]


def _replaced(kind: str, **changed: Any) -> Change:
    """The first of a kind with other fields."""

    def change(before: Federation) -> Federation:
        first, *rest = getattr(before, kind)
        return structs.replace(before, **{kind: (structs.replace(first, **changed), *rest)})

    return change


def _without(kind: str) -> Change:
    return lambda before: structs.replace(before, **{kind: ()})


def _agreed(**changed: Any) -> Change:
    return lambda before: draft.with_agreement(before, agreement(2, **changed))


WRONG: dict[str, tuple[Change, str]] = {
    "a member without name": (_replaced("members", name=" "), "has no name"),
    "a member of another instance": (_replaced("members", id="SG/GOV/DUK"), "names of instance ID"),
    "a member in a wrong form": (_replaced("members", id="ID/GOV"), "INSTANCE/CLASS/MEMBER"),
    "a member twice": (
        lambda d: structs.replace(d, members=(*d.members, d.members[0])),
        "member ID/GOV/DUK is listed twice",
    ),
    "no members": (_without("members"), "belongs to no member"),
    "no authority": (_without("authorities"), "certificate authority"),
    "a node of a claimed member": (_replaced("nodes", member="ID/GOV/KES"), "its name says ID/GOV/DUK"),
    "a node without host": (_replaced("nodes", host=""), "needs a host"),
    "a node without protocols": (_replaced("nodes", protocols=()), "needs a host and protocols"),
    "a node with an unknown protocol": (_replaced("nodes", protocols=("terpadu/9",)), "protocols out of"),
    "nodes without keys": (_without("keys"), "has no frame key"),
    "a service of no subsystem": (_without("subsystems"), "unknown subsystem"),
    "a service at another's node": (_replaced("services", nodes=("ID/GOV/KES/n1",)), "of another member"),
    "a service at no node": (_replaced("services", nodes=()), "names no node"),
    "a service at an unknown node": (_replaced("services", nodes=("ID/GOV/DUK/n9",)), "unknown node"),
    "effects at two nodes": (
        _replaced("services", effect="keyed", nodes=("ID/GOV/DUK/n1", "ID/GOV/DUK/n2")),
        "exactly one node",
    ),
    "a service without endpoints": (_replaced("services", endpoints=()), "needs endpoints"),
    "an endpoint without slash": (
        _replaced("services", endpoints=(Endpoint(method="GET", path="x"),)),
        "begins with /",
    ),
    "a purpose without basis": (_replaced("purposes", basis=""), "its legal basis"),
    "an agreement of an unknown consumer": (_agreed(consumer="ID/GOV/KES/lain"), "unknown consumer"),
    "an agreement on an unknown service": (_agreed(service="ID/GOV/DUK/pop/lain"), "unknown service"),
    "an agreement for an unknown purpose": (_agreed(purposes=("lain",)), "unknown purpose 'lain'"),
    "an agreement without purposes": (_agreed(purposes=()), "purposes empty"),
    "an agreement without endpoints": (_agreed(endpoints=()), "endpoints empty"),
    "an agreement without fields": (_agreed(fields=()), "fields empty"),
    "an agreement without quota": (_agreed(quota=0), "quota empty"),
    "an agreement without persons": (_agreed(persons=0), "persons at 0"),
    "a default that is no purpose": (_agreed(default_purpose="lain"), "not among its purposes"),
    "an agreement that ends first": (_agreed(until=NOW - 1, since=NOW), "ends before it begins"),
    "a published agreement changed": (_replaced("agreements", quota=9), "add version 2"),
    "a published key changed": (_replaced("keys", until=NOW + 1), "only grows"),
    "a key that speaks for another": (_replaced("keys", members=("ID/GOV/KES",)), "may speak for ID/GOV/DUK alone"),
    "a key that speaks for nobody": (_replaced("keys", members=()), "speaks for no member"),
    "a key of an unknown node": (_replaced("keys", name="ID/GOV/DUK/n7"), "belongs to no listed node"),
    "a key of the wrong algorithm": (_replaced("keys", alg="ed25519"), "not a key of ed25519"),
    "a key that ends first": (_replaced("keys", until=NOW - 1), "ends before it begins"),
    "a key with two uses": (
        lambda d: structs.replace(d, keys=(*d.keys, structs.replace(d.keys[0], use="tls"))),
        "one public key has one use",
    ),
    "a key of two nodes": (
        lambda d: structs.replace(
            d, keys=(*d.keys, structs.replace(d.keys[0], name="ID/GOV/KES/n1", members=("ID/GOV/KES",)))
        ),
        "one public key has one use",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_draft_is_not_signed(made: Made, wrong: str) -> None:
    change, sentence = WRONG[wrong]
    published = made.office.federation()
    assert published is not None
    before = made.office.draft()
    assert list(problems(before, published)) == []
    made.change(change)
    found = list(problems(made.office.draft(), published))
    assert any(sentence in problem for problem in found), found
    with pytest.raises(BadInput, match=r"The draft can't be signed\."):
        publish.sign(made.office, made.holders[0], NOW)
    made.change(lambda now: before)
    with pytest.raises(BadInput):
        publish.amend(made.office, change)
    assert made.office.draft() == before


def test_differences_say_what_is_new_gone_and_changed(made: Made) -> None:
    published = made.office.federation()
    assert published is not None
    assert differences(published, published) == []
    changed = draft.with_service(published, structs.replace(SERVICE, title="Periksa NIK"))
    changed = draft.with_agreement(changed, agreement(2, fields=("nama", "alamat")))
    changed = structs.replace(changed, members=changed.members[:1])
    lines = differences(published, changed)
    assert lines[0] == "- member ID/GOV/KES"
    assert lines[1] == '~ service ID/GOV/DUK/pop/nik  title: "Cek NIK" -> "Periksa NIK"'
    assert lines[2].startswith("+ agreement A1/2")
    assert '"alamat"' in lines[2]
    assert len(lines) == 3
    assert len(differences(None, published)) > len(PARTS)


def test_a_certificate_authority_is_one_line_however_its_last_line_ends(made: Made) -> None:
    published = made.office.federation()
    assert published is not None
    short = "-----BEGIN CERTIFICATE-----\n" + "A" * 64 + "\n" + "B" * 64 + "\nCC==\n-----END CERTIFICATE-----\n"
    added = structs.replace(published, authorities=(*published.authorities, short))
    assert differences(published, added) == [f"+ authority ...{'B' * 30}CC==  "]


def test_adding_again_replaces_what_may_change(made: Made) -> None:
    before = made.office.draft()
    after = draft.with_purpose(before, "lahir", "Akta", "UU 24/2013")
    assert after.purposes == (Purpose(id="lahir", title="Akta", basis="UU 24/2013"),)
    assert draft.with_member(before, "ID/GOV/DUK", "Lain").members[1:] == before.members[1:]
    assert node("ID/GOV/DUK") in after.nodes
