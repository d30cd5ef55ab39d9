"""The published vector, byte for byte; and the trees against their definition."""

import json
import struct
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from terpadu.model.federation import KeyEntry
from terpadu.model.rights import TrustNumbers
from terpadu.signing import canonical, hashes, keys, note, tree
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.turn import Turn, parse_turn

VECTOR = json.loads((Path(__file__).parents[2] / "vectors/protocol_v1.json").read_text())
HEAD = VECTOR["head"].encode()


def _turn() -> Turn:
    leaf = hashes.leaf(HEAD)
    frames = [
        hashes.frame("ID/GOV/1/n1", "ID/GOV/9/n1", [leaf]),
        hashes.frame("ID/GOV/1/n1", "ID/GOV/7/n1", [leaf, leaf]),
    ]
    assert [hashes.b64(frame) for frame in frames] == VECTOR["frames"]
    journal = Checkpoint("ID/GOV/1/n1/journal/1", 0, hashes.EMPTY)
    return Turn("ID/GOV/1/n1", 1790000000001, 2, tree.root(frames), journal, TrustNumbers(1, 1, 1))


def test_head_and_content() -> None:
    part = VECTOR["part"].encode()
    content = bytes(range(16)) + struct.pack(">I", len(part)) + part
    assert hashes.commitment("request", VECTOR["number"], content) == VECTOR["commitment"]
    assert canonical.encode_head(canonical.decode_head(HEAD)) == HEAD
    assert hashes.b64(hashes.leaf(HEAD)) == VECTOR["leaf"]


def test_turn_and_its_signature() -> None:
    turn = _turn()
    assert hashes.b64(turn.root) == VECTOR["root"]
    assert hashes.b64(hashes.turn(turn.text())) == VECTOR["turn"]
    assert parse_turn(turn.text()) == turn
    key = ec.derive_private_key(1, ec.SECP256R1())
    entry = KeyEntry(
        alg="ecdsa-p256",
        members=(),
        since=0,
        key=keys.public_text(key),
        kind="key",
        name=turn.node,
        until=9,
        use="frame",
    )
    sealed = note.sign(turn.text(), keys.signer(entry, key))
    assert sealed.decode().split("\n")[-2] == VECTOR["line"]
    (line,) = note.parse(sealed).lines
    assert keys.check_of(entry.alg, entry.key)(line.signature, turn.text())


@pytest.mark.parametrize("size", range(1, 18))
def test_trees_prove_what_they_hold_and_nothing_else(size: int) -> None:
    leaves = [bytes([number]) * 32 for number in range(size)]
    whole = tree.root(leaves)
    for index, leaf in enumerate(leaves):
        proof = tree.path(leaves, index)
        assert tree.root_from_path(leaf, index, size, proof) == whole
        assert tree.root_from_path(b"x" * 32, index, size, proof) != whole
        assert tree.root_from_path(leaf, index, size, (*proof, leaf)) is None
    for old in range(size + 1):
        proof = tree.consistency(leaves, old)
        assert tree.consistent(old, size, tree.root(leaves[:old]), whole, proof)
        if 0 < old < size:
            assert not tree.consistent(old, size, b"y" * 32, whole, proof)


@pytest.mark.parametrize(
    "change",
    [
        lambda head: head.replace(b'"v":1', b'"v":1,"x":1'),
        lambda head: head.replace(b'"v":1', b'"v":2'),
        lambda head: head.replace(b'"kind":"request"', b'"kind":"reply"'),
        lambda head: head.replace(b'"purpose":"uji"', b'"purpose":"u\\u006ai"'),
        lambda head: head.replace(b'"purpose":"uji"', '"purpose":"ujé"'.encode()),
        lambda head: head.replace(b'"time"', b'"stream":false,"time"'),
        lambda head: head.replace(b",", b", ", 1),
        lambda head: head.replace(b"1790000000000", b"1790000000000.0"),
        lambda head: head.replace(b'"v":1', b'"v":1,"v":1'),
        lambda head: head[:-1],
        lambda head: b"[" + head + b"]",
    ],
)
def test_a_second_form_of_a_head_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Exception, match="Expected a head"):
        canonical.decode_head(change(HEAD))
