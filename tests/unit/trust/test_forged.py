"""Forged federations (A11, A16): refused, the last good one kept; each is accepted by a build that is weakened on purpose."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs
from securesystemslib.signer import CryptoSigner, Signature
from tuf.api._payload import VerificationResult
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from terpadu.errors import BadInput, Unverified
from terpadu.model.federation import Federation, KeyEntry, Narrowing
from terpadu.signing import note
from terpadu.signing.checkpoint import Checkpoint, parse_checkpoint
from terpadu.signing.keys import PrivateKey
from terpadu.trust import check, forms, online, proposal, publish, store, verify
from terpadu.trust.anchors import verify_checkpoint
from terpadu.trust.metadata import public_key, signed, statement_of
from terpadu.trust.office import Office
from terpadu.trust.proposal import checkpoint_of
from tests.lib.federation import Made
from tests.unit.trust.conftest import DAY, HandClock
from tests.unit.trust.hostile import add_member, node, offer, publish_alone, published

Refusal = (RepositoryError, Unverified)


@pytest.mark.parametrize("holders", [(), (0,), (2,), (1, 1)])
def test_a11_a16_the_operator_alone_widens_nothing(
    made: Made, clock: HandClock, tmp_path: Path, holders: tuple[int, ...]
) -> None:
    """Too few holders, or one of them twice: the operator's own machine can't add a member."""
    kept = node(tmp_path / "node", made)
    good = offer(kept, published(made.office), clock())
    add_member(made)
    if not holders:
        _propose_unsigned(made, clock())
    publish_alone(made, clock(), holders)
    with pytest.raises(Refusal):
        offer(kept, published(made.office), clock())
    assert kept.last == good
    with (
        patch.object(VerificationResult, "verified", property(lambda self: True)),
        patch.object(verify, "verify_checkpoint", lambda raw, anchors: parse_checkpoint(note.parse(raw).text)),
    ):
        weakened = offer(kept, published(made.office), clock()) if holders else None
    assert weakened is None or "ID/GOV/PALSU" in [member.id for member in weakened.federation.members]


def _propose_unsigned(made: Made, now: int) -> None:
    (made.office.directory / "proposal.json").write_bytes(forms.to_bytes(publish.pending(made.office, now)))


def test_a11_the_publisher_publishes_nothing_below_the_threshold(made: Made, clock: HandClock) -> None:
    before = published(made.office)
    add_member(made)
    for holders in ((0,), (1, 1), (2, 2, 2)):
        with pytest.raises(BadInput, match="signatures of 2 holders, found 1"):
            made.publish(clock(), holders)
        (made.office.directory / "proposal.json").unlink()
    assert published(made.office) == before


def test_a11_keys_of_nobody_sign_nothing(made: Made, clock: HandClock) -> None:
    with pytest.raises(BadInput, match="offline keys"):
        publish.sign(made.office, Ed25519PrivateKey.generate(), clock())


def test_a11_a_signature_does_not_outlive_the_draft(made: Made, clock: HandClock) -> None:
    """A second holder signs what he sees; the first one's signature under another draft does not count."""
    publish.sign(made.office, made.holders[0], clock())
    add_member(made)
    assert len(publish.sign(made.office, made.holders[1], clock()).lines) == 1


def test_a11_one_key_under_two_ids_is_one_key(made: Made, clock: HandClock, tmp_path: Path) -> None:
    """python-tuf counts ids; we look at the keys behind them."""
    root: Metadata[Root] = Metadata.from_bytes(made.root)
    key = public_key(made.holders[0])
    twin = public_key(made.holders[0])
    twin.keyid = "00" * 32
    for role in ("root", "targets"):
        root.signed.roles[role].keyids = []
        root.signed.add_key(key, role)
        root.signed.add_key(twin, role)
    root.signatures.clear()
    files = published(made.office)
    trusted = _signed_under_two_ids(root, made.holders[0])
    kept = store.Store(tmp_path / "node", trusted)
    # With root alone trusted so, the published files (signed by holders 1 and 2) carry one signature of that key.
    with pytest.raises(Refusal):
        offer(kept, files, clock())
    taken_root: Metadata[Root] = Metadata.from_bytes(trusted)
    with pytest.raises(Unverified, match="twice"):
        verify._check_keys(taken_root.signed)


def _signed_under_two_ids(root: Metadata[Root], key: PrivateKey) -> bytes:
    signature = CryptoSigner(key).sign(root.signed_bytes)
    for keyid in root.signed.roles["root"].keyids:
        root.signatures[keyid] = Signature(keyid, signature.signature)
    raw = root.to_bytes()
    again: Metadata[Root] = Metadata.from_bytes(raw)
    again.signed.verify_delegate("root", again.signed_bytes, again.signatures)  # python-tuf counts it twice
    return raw


def test_a11_a_holder_counts_once_under_the_checkpoint(made: Made) -> None:
    anchors = made.office.anchors()
    raw = (made.office.directory / "checkpoint").read_bytes()
    assert verify_checkpoint(raw, anchors).origin == "ID/registry"
    text, first = raw.rpartition(b"\n\n")[0] + b"\n", note.parse(raw).lines[0]
    line = note.signature_line(first.name, first.key_id, first.signature)
    with pytest.raises(Unverified, match="2 distinct offline keys"):
        verify_checkpoint(text + b"\n" + line + line, anchors)
    assert verify_checkpoint(text + b"\n" + line + line, anchors._replace(threshold=1)), "weakened"


def test_narrowing_can_not_widen(made: Made, clock: HandClock, tmp_path: Path) -> None:
    """The narrowing role speaks of one file, whose form can only take away."""
    kept = node(tmp_path / "node", made)
    good = offer(kept, published(made.office), clock())
    widened = structs.replace(good.federation, number=9, members=())
    _say_as_narrowing(made.office, clock(), "federation.json", forms.to_bytes(widened), 3)
    with pytest.raises(Unverified, match=r"narrowing\.json among the published"):
        offer(kept, published(made.office), clock())
    stretched = b'{"agreements":[],"number":4}'
    _say_as_narrowing(made.office, clock(), "narrowing.json", stretched, 4)
    with pytest.raises(Unverified, match="unknown field `agreements`"):
        offer(kept, published(made.office), clock())
    assert kept.last == good


def _say_as_narrowing(office: Office, now: int, path: str, raw: bytes, version: int) -> None:
    office.put_target(path, raw)
    content = statement_of(version, now + DAY, path, raw)
    office.metadata("narrowing", version).write_bytes(signed(content, office.online_key("narrowing")))
    with patch.object(online, "_state", lambda *ignored: version):
        online.restate(office, now, ("narrowing",))


def wrong_root(federation: Federation, origin: str) -> Checkpoint:
    return Checkpoint(origin, len(federation.keys), bytes(32))


LIES: dict[str, tuple[object, str, object]] = {
    "a file of other entries": (proposal.forms, "entries_file", lambda keys: b""),
    "a checkpoint over other entries": (proposal, "checkpoint_of", wrong_root),
    "a checkpoint of another log": (
        proposal,
        "checkpoint_of",
        lambda federation, origin: checkpoint_of(federation, "ID/other"),
    ),
    "a key with two uses": (check, "check_draft", lambda before, published: None),
    "a log without its last entry": (check, "check_draft", lambda before, published: None),
}


@pytest.mark.parametrize("lie", LIES)
def test_the_registry_log_must_fit_the_federation(made: Made, clock: HandClock, tmp_path: Path, lie: str) -> None:
    """Even two holders who collude can't show keys that the log lacks, rewrite the log, or give a key two uses."""
    kept = node(tmp_path / "node", made)
    offer(kept, published(made.office), clock())
    with patch.object(*LIES[lie]):
        made.change(lambda before: structs.replace(before, keys=_lying_keys(lie, before.keys)))
        with patch.object(proposal, "verify_checkpoint"):
            made.publish(clock())
    files = published(made.office)
    with pytest.raises(Unverified, match=r"distinct offline|entries|checkpoint|one public key|of ID/registry"):
        offer(kept, files, clock())
    with patch.object(verify, "_check_registry"), patch.object(store, "check_forward"):
        assert offer(node(tmp_path / "weakened", made), files, clock()).federation.number == 2


def _lying_keys(lie: str, keys: tuple[KeyEntry, ...]) -> tuple[KeyEntry, ...]:
    if "two uses" in lie:
        return (*keys, structs.replace(keys[0], use="journal", name="ID/GOV/DUK/n1/journal/9"))
    return keys[:-1] if "without" in lie else keys


def test_a_number_is_its_metadata_s_version(made: Made, clock: HandClock, tmp_path: Path) -> None:
    raw = forms.to_bytes(Narrowing(number=7))
    _say_as_narrowing(made.office, clock(), "narrowing.json", raw, 3)
    with pytest.raises(Unverified, match="number that is its metadata's version, got 7"):
        offer(node(tmp_path / "node", made), published(made.office), clock())


def test_damaged_store_is_noticed(made: Made, clock: HandClock, tmp_path: Path) -> None:
    kept = node(tmp_path / "node", made)
    offer(kept, published(made.office), clock())
    path = tmp_path / "node/last-good"
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"Dukcapil")] ^= 1
    path.write_bytes(raw)
    assert node(tmp_path / "node", made).load() is None
