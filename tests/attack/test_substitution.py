"""A2, A4: no other bytes pass for a signed message. Pure functions first, in thousands; then a dozen over a real link."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terpadu.errors import TerpaduError, Unverified
from terpadu.exchange.reading import check_content
from terpadu.model.federation import Federation, KeyEntry, Narrowing, Revocations
from terpadu.model.heads import RequestHead
from terpadu.model.identifiers import MemberId, NodeId
from terpadu.model.message import Message
from terpadu.model.rights import Rights, TrustNumbers, note_key_id, rights_of
from terpadu.signing import keys, note
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.opening import check_sender, open_request
from terpadu.signing.seal import Held, prove, seal_turn
from terpadu.signing.wire import RawFrame, pack, unpack
from tests.lib.hostile_peer import make_request, wire
from tests.lib.hostile_world import World, attack

SENDER, RECEIVER = NodeId("ID/GOV/6/n1"), NodeId("ID/GOV/9/n1")
KEY = keys.new_key("ecdsa-p256")


def entry(key: keys.PrivateKey = KEY, use: str = "frame") -> KeyEntry:
    """The listing of the sender's key."""
    return KeyEntry(alg=keys.algorithm(key), members=(MemberId("ID/GOV/6"),), since=0, key=keys.public_text(key), kind="key",
                    name=SENDER, until=2**53 - 1, use=use)  # type: ignore[arg-type]  # fmt: skip


def rights(*entries: KeyEntry) -> Rights:
    """A federation that lists these keys."""
    made = Federation(instance="ID", number=1, made=0, expires=2**53 - 1, authorities=(), keys=entries)
    return rights_of(made, Narrowing(number=1), Revocations(number=1))


class Sealed(NamedTuple):
    """A frame's bytes, and when it was made."""

    body: bytes
    now: int


def sealed(*messages: Message, beside: int = 2) -> Sealed:
    """A frame of two messages in a turn with other frames, so that a path has steps."""
    found = messages or (make_request(), make_request())
    now = found[0].head.time  # type: ignore[union-attr]
    others = [(NodeId(f"ID/GOV/{number}/n1"), [make_request()]) for number in range(2, 2 + beside)]
    journal = Checkpoint(f"{SENDER}/journal/1", 7, bytes(32))
    frames = seal_turn(SENDER, [(RECEIVER, found), *others], now, journal, TrustNumbers(1, 1, 1), keys.signer(entry(), KEY))
    seal = frames[0].seal
    raw = [message.raw for message in found]
    return Sealed(pack(seal.note, seal.index, seal.path, raw, [message.content for message in found]), now)


def accepted(body: bytes, now: int, listed: Rights | None = None) -> bool:
    """Does every message of these bytes come through steps 1 to 10?"""
    try:
        proven = prove(unpack(body), SENDER, RECEIVER, listed or rights(entry()), None, now)
        for message in proven.frame.messages:
            head = message.head
            if not isinstance(head, RequestHead):
                return False
            check_sender(head, proven.entry, now)
            check_content(open_request(message, head))
    except TerpaduError:
        return False
    return True


HONEST = sealed()


def every_bit() -> list[int]:
    """The bits that could be turned over without being noticed."""
    body, now = HONEST
    assert accepted(body, now)
    missed = []
    for bit in range(len(body) * 8):
        bent = bytearray(body)
        bent[bit // 8] ^= 1 << (bit % 8)
        if accepted(bytes(bent), now):
            missed.append(bit)
    return missed


def test_every_bit_of_a_frame_counts() -> None:
    assert len(HONEST.body) * 8 > 9_000
    assert every_bit() == []


def test_ten_thousand_cuts_swaps_and_insertions() -> None:
    """Seeded: bytes removed, doubled, moved, replaced by printable ones, zeroed in runs."""
    draw, (body, now) = random.Random(2), HONEST
    for _ in range(10_000):
        at, other = draw.randrange(len(body)), draw.randrange(len(body))
        size = draw.choice((1, 1, 2, 8, 32, 64))
        bent = draw.choice((
            body[:at] + body[at + size :], body[:at] + body[at : at + size] + body[at:],
            body[:at] + bytes(size) + body[at + size :], body[:at] + b" " + body[at:],
            body[:at] + body[other : other + size] + body[at + size :],
            body[:at] + bytes((draw.randrange(32, 127),)) + body[at + 1 :], body[other:] + body[:other],
        ))  # fmt: skip
        assert bent == body or not accepted(bent, now), (at, other, size)


@given(st.binary(max_size=2000))
@settings(max_examples=1000, deadline=None)
def test_garbage_never_raises_anything_but_our_errors(garbage: bytes) -> None:
    assert not accepted(garbage, HONEST.now)


@given(st.data())
@settings(max_examples=1000, deadline=None)
def test_a_bent_note_never_raises_anything_but_our_errors(data: st.DataObject) -> None:
    """The text of a turn is signed anew by the sender's own key: it may say what it likes, but only in its one form."""
    raw = unpack(HONEST.body)
    text = note.parse(raw.note).text.decode()
    words = data.draw(st.permutations(text.split(" "))) if data.draw(st.booleans()) else text.split(" ")
    at = data.draw(st.integers(0, len(words) - 1))
    words[at] = data.draw(st.sampled_from(["", "-1", "1_0", "9" * 5000, "٣", "\n", "0x1", "1\n2", "A" * 44, "/", "x y z"]))
    signed = note.sign(" ".join(words).encode(), keys.signer(entry(), KEY))
    if len(signed) < 65_536:
        bent = pack(signed, raw.place, raw.path, raw.heads, raw.contents)
        assert " ".join(words) == text or not accepted(bent, HONEST.now)


def test_messages_of_a_frame_can_be_neither_swapped_nor_left_out_nor_lent() -> None:
    raw, other = unpack(HONEST.body), unpack(sealed().body)
    variants = [
        raw._replace(heads=raw.heads[::-1], contents=raw.contents[::-1]),
        raw._replace(heads=raw.heads[:1], contents=raw.contents[:1]),
        raw._replace(heads=raw.heads * 2, contents=raw.contents * 2),
        raw._replace(contents=raw.contents[::-1]),
        raw._replace(contents=other.contents),
        raw._replace(heads=other.heads, contents=other.contents),
        raw._replace(note=other.note),
        raw._replace(place=1),
        raw._replace(path=raw.path[::-1]),
        raw._replace(path=()),
    ]
    for bent in variants:
        assert not accepted(pack(*bent), HONEST.now)


def test_a_frame_for_another_node_is_not_for_this_one() -> None:
    """A1: another node of the same provider."""
    journal = Checkpoint(f"{SENDER}/journal/1", 7, bytes(32))
    message = make_request()
    (one,) = seal_turn(SENDER, [(NodeId("ID/GOV/9/n2"), [message])], HONEST.now, journal, TrustNumbers(1, 1, 1),
                       keys.signer(entry(), KEY))  # fmt: skip
    assert not accepted(pack(one.seal.note, 0, (), [message.raw], [message.content]), HONEST.now)


@pytest.mark.parametrize(
    ("origin", "size"),
    [
        (f"{SENDER}/journal/1", 6),
        (f"{SENDER}/journal/2", 7),
        ("ID/GOV/9/n1/journal/1", 7),
        (f"{SENDER}/journal/03", 7),
        (f"{SENDER}/journal/x", 7),
    ],
)
def test_a_journal_neither_shrinks_nor_changes_its_name_back(origin: str, size: int) -> None:
    """A43 in every turn: another origin would hide a fork from who holds an earlier turn."""
    message = make_request()
    now, signer = HONEST.now, keys.signer(entry(), KEY)

    def turn(origin: str, size: int, at: int) -> RawFrame:
        journal = Checkpoint(origin, size, bytes(32))
        (one,) = seal_turn(SENDER, [(RECEIVER, [message])], at, journal, TrustNumbers(1, 1, 1), signer)
        return RawFrame(one.seal.note, 0, (), (message.raw,), (message.content,))

    held = Held(now, Checkpoint(f"{SENDER}/journal/3", 7, bytes(32)), b"")
    for later in (turn(f"{SENDER}/journal/3", 7, now), turn(f"{SENDER}/journal/4", 0, now)):
        assert prove(later, SENDER, RECEIVER, rights(entry()), held, now)
    with pytest.raises(Unverified):
        prove(turn(origin, size, now), SENDER, RECEIVER, rights(entry()), held, now)


def turn_over(raw: RawFrame) -> RawFrame:
    """The other ECDSA signature of the same key over the same text: the classic malleability of (r, s)."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    read = note.parse(raw.note)
    r, s = decode_dss_signature(read.lines[0].signature)
    return raw._replace(note=signed_by(read.text, encode_dss_signature(r, order - s)))


def signed_by(text: bytes, signature: bytes, name: str = SENDER, key_id: bytes | None = None) -> bytes:
    """A note with a signature line of any bytes."""
    return text + b"\n" + note.signature_line(name, key_id or note_key_id(entry()), signature)


def test_a_turned_over_signature_is_the_same_message() -> None:
    """It verifies, as ECDSA's other half does everywhere; nothing is named by it, so it is a repeat and no second message."""
    raw = unpack(HONEST.body)
    assert turn_over(raw).note != raw.note
    assert turn_over(raw).heads == raw.heads


BENT_NOTES = {
    "no signature": lambda text, line: text,
    "no signature line": lambda text, line: text + b"\n",
    "an empty line instead": lambda text, line: text + b"\n\n",
    "signed twice": lambda text, line: text + b"\n" + line + line,
    "another's line too": lambda text, line: text + b"\n" + line + note.signature_line("ID/GOV/9/n1", b"1234", b"x" * 70),
    "another's name": lambda text, line: signed_by(text, b"x" * 70, name="ID/GOV/1/n1"),
    "another key id": lambda text, line: signed_by(text, note.parse(text + b"\n" + line).lines[0].signature, key_id=b"\0\0\0\0"),
    "an empty signature": lambda text, line: signed_by(text, b""),
    "a signature cut short": lambda text, line: signed_by(text, note.parse(text + b"\n" + line).lines[0].signature[:-1]),
    "bytes behind the signature": lambda text, line: signed_by(text, note.parse(text + b"\n" + line).lines[0].signature + b"\0"),
    "over five lines": lambda text, line: b"\n".join(text.split(b"\n")[:-2]) + b"\n\n" + line,
    "over seven lines": lambda text, line: text + b"more 1\n\n" + line,
    "CRLF": lambda text, line: text.replace(b"\n", b"\r\n") + b"\r\n" + line,
    "version 2": lambda text, line: text.replace(b"turn/1", b"turn/2") + b"\n" + line,
    "base64 in a second form": lambda text, line: text + b"\n" + line[:-1] + b"=\n",
    "a hyphen for the dash": lambda text, line: text + b"\n" + b"- " + line[4:],
}  # fmt: skip


@pytest.mark.parametrize("name", BENT_NOTES)
def test_what_must_be_signed_is_fixed_by_the_protocol(name: str) -> None:
    raw = unpack(HONEST.body)
    text = note.parse(raw.note).text
    bent = BENT_NOTES[name](text, raw.note[len(text) + 1 :])
    assert not accepted(pack(bent, raw.place, raw.path, raw.heads, raw.contents), HONEST.now)


def test_the_key_entry_chooses_the_algorithm() -> None:
    """A5: an Ed25519 signature under a P-256 entry, and the other way round."""
    raw, other = unpack(HONEST.body), keys.new_key("ed25519")
    text = note.parse(raw.note).text
    listed = entry(other)
    for key, shown in ((other, entry()), (KEY, listed)):
        signature = keys.signer(entry(key), key).sign(text)
        bent = raw._replace(note=signed_by(text, signature, key_id=note_key_id(shown)))
        assert not accepted(pack(*bent), HONEST.now, rights(shown))
    good = raw._replace(note=signed_by(text, keys.signer(listed, other).sign(text), key_id=note_key_id(listed)))
    assert accepted(pack(*good), HONEST.now, rights(listed))


@pytest.mark.parametrize("use", ["tls", "journal", "witness", "consent"])
def test_a_key_for_something_else_signs_no_turn(use: str) -> None:
    """A10: one use a key."""
    listed = entry(use=use)
    raw = unpack(HONEST.body)
    read = note.parse(raw.note)
    bent = raw._replace(note=signed_by(read.text, read.lines[0].signature, key_id=note_key_id(listed)))
    assert not accepted(pack(*bent), HONEST.now, rights(listed))


async def over_the_wire(world: World) -> None:
    """The same, met by a running node: unsigned ERROR, closed link, counter, no record."""
    for at in (0, 30, 120, 250, 400, 700, 900, -1, -60, -200):
        async with world.peer() as peer:
            assert await peer.greeted()
            packed = bytearray(wire(peer.sealed([make_request()])))
            packed[5 + at % (len(packed) - 5)] ^= 4
            before = world.mark()
            peer.raw(bytes(packed))
            found = await peer.read()
            assert found is not None
            if found[0] == 2:  # a content that does not fit its commitment is a verified message: a signed no
                world.check(before, "content", 2, found[1])
            else:
                world.check(before, msgspec.json.decode(found[1])["code"], 0, found[1])


def test_over_the_wire(tmp_path: Path) -> None:
    attack(tmp_path, over_the_wire)
