"""Sealing a turn, and proving a frame that came: the receiver's order, steps 1 to 7 (protocol section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from terpadu.errors import Refused, Unverified
from terpadu.model.federation import KeyEntry
from terpadu.model.heads import Head, UnreadableHead
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Frame, Message, Seal
from terpadu.model.rights import Rights, TrustNumbers
from terpadu.signing import canonical, hashes, note, tree
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.keys import Signer, check_of
from terpadu.signing.turn import Turn, parse_turn
from terpadu.signing.wire import RawFrame

TOLERANCE = 60_000
"""How far clocks may differ, ms (protocol section 8)."""


def seal_turn(
    sender: NodeId,
    outgoing: Sequence[tuple[NodeId, Sequence[Message]]],
    time: int,
    journal: Checkpoint,
    trust: TrustNumbers,
    signer: Signer,
) -> list[Frame]:
    """One signature over the frames of a turn: each (receiver, messages) becomes a frame with its place in the turn."""
    found = [hashes.frame(sender, to, [message.leaf for message in messages]) for to, messages in outgoing]
    text = Turn(sender, time, len(found), tree.root(found), journal, trust).text()
    signed, name = note.sign(text, signer), hashes.turn(text)
    return [
        Frame(Seal(sender, to, signed, name, index, tree.path(found, index), found[index]), tuple(messages))
        for index, (to, messages) in enumerate(outgoing)
    ]


class Held(NamedTuple):
    """The newest turn of a peer that is held: what a fork of its journal would contradict."""

    time: int
    journal: Checkpoint
    note: bytes


class Proven(NamedTuple):
    """A frame whose seal holds, the turn it stands in and its signer's entry."""

    frame: Frame
    turn: Turn
    entry: KeyEntry


def prove(raw: RawFrame, peer: NodeId, me: NodeId, rights: Rights, held: Held | None, now: int) -> Proven:
    """Steps 2 to 7 for a frame from a TLS peer. Raises `Unverified`: a counter, the diagnostic log, no record."""
    signed = note.parse(raw.note)
    turn = parse_turn(signed.text)
    _sender_is_peer(turn, signed, peer)
    _turn_is_fresh(turn, now)
    leaves = [hashes.leaf(head) for head in raw.heads]
    frame_hash = hashes.frame(peer, me, leaves)
    _frame_is_in_turn(frame_hash, raw, turn)
    entry = _signature_holds(signed, turn, rights, now)
    _journal_continues(turn, held)
    seal = Seal(peer, me, raw.note, hashes.turn(signed.text), raw.place, raw.path, frame_hash)
    return Proven(Frame(seal, _read(raw, leaves)), turn, entry)


def _sender_is_peer(turn: Turn, signed: note.Note, peer: NodeId) -> None:
    if len(signed.lines) != 1 or turn.node != peer or signed.lines[0].name != peer:
        raise Unverified(f"Expected one signature line and a turn of {peer}, the peer of this connection.", "identity")


def _turn_is_fresh(turn: Turn, now: int) -> None:
    if abs(turn.time - now) > TOLERANCE:
        raise Unverified("Expected a turn of the last 60 seconds; check the clocks of both nodes.", "stale")


def _frame_is_in_turn(frame_hash: bytes, raw: RawFrame, turn: Turn) -> None:
    if tree.root_from_path(frame_hash, raw.place, turn.frames, raw.path) != turn.root:
        raise Unverified("Expected this frame, addressed to this node, under the turn's root.", "signature")


def _signature_holds(signed: note.Note, turn: Turn, rights: Rights, now: int) -> KeyEntry:
    line = signed.lines[0]
    listed = rights.key(line.name, line.key_id)
    if listed is None or listed.entry.use != "frame":
        raise Unverified(f"Expected a key that the federation lists for frames of {line.name}.", "identity")
    entry = listed.entry
    if not (entry.since <= turn.time < entry.until and entry.since <= now < entry.until):
        raise Unverified(f"Expected a key of {line.name} that is valid at the turn's time and now.", "identity")
    if 0 < listed.revoked <= max(now, turn.time):
        raise Unverified(f"Expected a key of {line.name} that is not revoked.", "identity")
    if not check_of(entry.alg, entry.key)(line.signature, signed.text):
        raise Unverified(f"Expected {line.name}'s signature over the turn.", "signature")
    return entry


def _journal_continues(turn: Turn, held: Held | None) -> None:
    """Step 6. A later turn names the same journal or a later generation: an origin of its own choice would hide a fork."""
    generation = _generation(turn)
    if held is None or turn.time < held.time:
        return
    if turn.journal.origin != held.journal.origin:
        if generation > int(held.journal.origin.rpartition("/")[2]):
            return
        raise Unverified(f"Expected {turn.node} not to return to an earlier journal.", "journal-fork")
    shrunk = turn.journal.size < held.journal.size
    forked = turn.journal.size == held.journal.size and turn.journal.root != held.journal.root
    if shrunk or forked:
        raise Unverified(f"Expected {turn.node}'s journal to continue; keep both notes and alarm.", "journal-fork")


def _generation(turn: Turn) -> int:
    stem, _, number = turn.journal.origin.rpartition("/")
    if stem != f"{turn.node}/journal" or not number.isdigit() or number[0] == "0":
        raise Unverified(f"Expected a journal of {turn.node} in its turn.")
    return int(number)


def _read(raw: RawFrame, leaves: Sequence[bytes]) -> tuple[Message, ...]:
    return tuple([Message(_head(h), h, leaf, c) for h, leaf, c in zip(raw.heads, leaves, raw.contents, strict=True)])


def _head(raw: bytes) -> Head:
    try:
        return canonical.decode_head(raw)
    except Refused as error:
        return UnreadableHead(error.sentence)
