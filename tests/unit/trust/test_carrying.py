"""Proposals that are carried to holders and back: only what is one whole is signed, only whole signatures come home."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from msgspec import structs
from tuf.api.metadata import Metadata

from terpadu.errors import BadInput
from terpadu.signing.keys import new_key
from terpadu.trust import carrying, draft, publish
from terpadu.trust.proposal import Proposal
from tests.lib.federation import Made
from tests.unit.trust.conftest import DAY, NOW, HandClock


@pytest.fixture
def carried(made: Made, clock: HandClock) -> Proposal:
    publish.amend(made.office, lambda before: draft.with_member(before, "ID/GOV/BARU", "Instansi baru"))
    return carrying.prepare(made.office, clock())


def root(made: Made) -> bytes:
    return (made.office.public / "root.json").read_bytes()


def test_two_holders_sign_away_from_the_registry_and_it_is_published(made: Made, carried: Proposal) -> None:
    for number in (0, 2):
        file = msgspec.json.encode(carried)
        signed, federation = carrying.sign(carrying.read(file), made.holders[number], root(made))
        assert federation.members[-1].name == "Instansi baru"
        joined = carrying.take_in(made.office, carrying.signatures_of(signed) if number else signed, NOW + number)
    assert carrying.signers(joined, made.office) == ["ID/registry/1", "ID/registry/3"]
    assert publish.publish(made.office, NOW + 9).number == 2


def test_one_holder_alone_publishes_nothing(made: Made, carried: Proposal) -> None:
    signed, _ = carrying.sign(carried, made.holders[0], root(made))
    carrying.take_in(made.office, signed, NOW)
    with pytest.raises(BadInput, match="found 1"):
        publish.publish(made.office, NOW)
    with pytest.raises(BadInput, match="brings none"):
        carrying.take_in(made.office, signed, NOW)


def test_a_change_of_the_draft_voids_what_was_signed(made: Made, carried: Proposal) -> None:
    signed, _ = carrying.sign(carried, made.holders[0], root(made))
    publish.amend(made.office, lambda before: draft.with_member(before, "ID/GOV/LAIN", "Lain"))
    with pytest.raises(BadInput, match="got another"):
        carrying.take_in(made.office, signed, NOW)


def _other_text(one: Proposal) -> Proposal:
    """A person reads this federation, the signature would cover the other."""
    tree = msgspec.json.decode(one.federation)
    tree["members"] = [member for member in tree["members"] if member["id"] != "ID/GOV/BARU"]
    return structs.replace(one, federation=msgspec.json.encode(tree, order="sorted").decode())


def _other_entries(one: Proposal) -> Proposal:
    return structs.replace(one, entries=one.entries.replace("\n", "", 1))


def _other_state(one: Proposal) -> Proposal:
    return structs.replace(one, checkpoint=one.checkpoint.replace("\n", "\n1", 1))


def _one_more_file(one: Proposal) -> Proposal:
    loaded = Metadata.from_bytes(one.targets.encode())
    loaded.signed.targets["lain.json"] = loaded.signed.targets["federation.json"]
    return structs.replace(one, targets=loaded.to_bytes().decode())


def _no_metadata(one: Proposal) -> Proposal:
    return structs.replace(one, targets="{}")


@pytest.mark.parametrize("change", [_other_text, _other_entries, _other_state, _one_more_file, _no_metadata])
def test_a_holder_signs_nothing_that_says_two_things(
    made: Made, carried: Proposal, change: Callable[[Proposal], Proposal]
) -> None:
    with pytest.raises(BadInput):
        carrying.sign(change(carried), made.holders[0], root(made))


def test_a_root_with_other_holders_is_not_signed(made: Made, carried: Proposal) -> None:
    loaded = Metadata.from_bytes(root(made))
    loaded.signed.version += 1
    loaded.signed.roles["root"].threshold = loaded.signed.roles["targets"].threshold = 1
    with pytest.raises(BadInput, match="same holders"):
        carrying.sign(structs.replace(carried, root=loaded.to_bytes().decode()), made.holders[0], root(made))


def test_a_key_of_nobody_is_no_holder(made: Made, carried: Proposal) -> None:
    with pytest.raises(BadInput, match="offline keys"):
        carrying.sign(carried, new_key("ed25519"), root(made))


def test_a_bad_signature_does_not_stand_in_a_good_ones_place(made: Made, carried: Proposal) -> None:
    signed, _ = carrying.sign(carried, made.holders[0], root(made))
    loaded = Metadata.from_bytes(signed.targets.encode())
    one = next(iter(loaded.signatures.values()))
    one.signature = one.signature[:-2] + ("00" if one.signature[-2:] != "00" else "11")
    with pytest.raises(BadInput, match="whole signatures"):
        carrying.take_in(made.office, structs.replace(signed, targets=loaded.to_bytes().decode()), NOW)
    carrying.take_in(made.office, signed, NOW)


def test_a_proposal_that_still_fits_stays(made: Made, carried: Proposal) -> None:
    assert carrying.prepare(made.office, NOW + 60_000) == carried
    assert carrying.prepare(made.office, NOW + 2 * DAY) != carried, "unsigned for two days"


def test_a_signed_proposal_stays_until_it_would_end(made: Made, carried: Proposal) -> None:
    signed, _ = carrying.sign(carried, made.holders[0], root(made))
    joined = carrying.take_in(made.office, signed, NOW)
    assert carrying.prepare(made.office, NOW + 5 * DAY) == joined
    assert carrying.prepare(made.office, NOW + 7 * DAY).lines == ()


def test_suspensions_of_what_is_listed_no_more_are_forgotten(made: Made) -> None:
    from terpadu.trust import narrow

    narrow.suspend(made.office, "A1/1", "provider", "uji", NOW)
    narrow.forget(made.office, ["A1/1"], NOW)
    assert [item.what for item in made.office.narrowing().suspended] == ["A1/1"], "still listed: it stays"
    publish.amend(made.office, lambda before: structs.replace(before, agreements=()))
    made.publish(NOW + 1)
    narrow.forget(made.office, ["A1/1"], NOW + 2)
    assert made.office.narrowing().suspended == ()


def test_what_is_no_proposal_is_refused() -> None:
    for raw in (b"", b"{}", b"\xff", b'{"basis": 1}'):
        with pytest.raises(BadInput, match="a proposal as the registry"):
            carrying.read(raw)
