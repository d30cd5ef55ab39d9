"""What other nodes hold of this node's journal, in notes that it signed itself: is what lies on the disk the newest?

An old copy fits together as well as the newest (attack A46); only who saw more can tell. A note is believed by this
node's own listed key, so that nobody can make a node believe that it is an old copy.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

import msgspec
from msgspec import Struct

from terpadu.errors import TerpaduError, Unverified
from terpadu.model.identifiers import NodeId
from terpadu.model.rights import Rights
from terpadu.signing import note
from terpadu.signing.checkpoint import Checkpoint, parse_checkpoint
from terpadu.signing.evidence.shape import journal_owner
from terpadu.signing.keys import check_of
from terpadu.signing.turn import Turn, parse_turn


class Held(Struct, frozen=True):
    """What one node holds of another's journal: checkpoints that it cosigned, the newest turn that it got. JSON."""

    checkpoints: tuple[str, ...] = ()
    turn: str = ""


class Seen(NamedTuple):
    """A state of the own journal that somebody holds, and the own note that proves it."""

    checkpoint: Checkpoint
    note: str


def read_held(raw: bytes) -> Held:
    """Raises `Unverified`."""
    try:
        return msgspec.json.decode(raw, type=Held)
    except msgspec.DecodeError:
        raise Unverified("Expected what another node holds of this journal, as JSON.") from None


def proven(held: Held, me: NodeId, rights: Rights) -> list[Seen]:
    """What of it this node's own keys signed; the rest proves nothing and is left."""
    found = [_checkpoint(one, me, rights) for one in held.checkpoints]
    found.append(_turn(held.turn, me, rights))
    return [one for one in found if one is not None]


def place_of(one: Seen) -> tuple[int, int]:
    """Generation and size: the later and the larger is the newer."""
    return generation(one.checkpoint), one.checkpoint.size


def generation(checkpoint: Checkpoint) -> int:
    """The generation of a journal's origin."""
    return int(checkpoint.origin.rpartition("/")[2])


def _checkpoint(text: str, me: NodeId, rights: Rights) -> Seen | None:
    try:
        signed = note.parse(text.encode())
        checkpoint = parse_checkpoint(signed.text)
    except TerpaduError:
        return None
    if journal_owner(checkpoint.origin) != me:
        return None
    for line in signed.lines:
        listed = rights.key(line.name, line.key_id) if line.name == checkpoint.origin else None
        entry = listed.entry if listed is not None and listed.entry.use == "journal" else None
        if entry is not None and check_of(entry.alg, entry.key)(line.signature, signed.text):
            return Seen(checkpoint, text)
    return None


def _turn(text: str, me: NodeId, rights: Rights) -> Seen | None:
    try:
        turn = own_turn(text, me, rights) if text else None
    except TerpaduError:
        return None
    return Seen(turn.journal, text) if turn is not None and journal_owner(turn.journal.origin) == me else None


def own_turn(known: str, me: NodeId, rights: Rights) -> Turn | None:
    """A turn that a peer shows as ours, None where an unlisted key signed it. Raises `Unverified` on a forgery."""
    signed = note.parse(known.encode())
    turn, line = parse_turn(signed.text), signed.lines[0]
    listed = rights.key(me, line.key_id)
    if turn.node != me or line.name != me or listed is None or listed.entry.use != "frame":
        return None
    if not check_of(listed.entry.alg, listed.entry.key)(line.signature, signed.text):
        raise Unverified("Expected this node's own signature over the turn that is shown as its own.", "signature")
    return turn


def nearest(me: NodeId, rights: Rights) -> list[NodeId]:
    """All other nodes in an order of this node's own, so that the work of witnesses spreads over the members."""
    others = (node for node in rights.nodes if node != me)
    return sorted(others, key=lambda node: sha256(f"{me} {node}".encode()).digest())
