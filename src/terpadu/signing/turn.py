"""A turn: all frames of one node in one turn of its event loop, under one signature (protocol section 3)."""

from __future__ import annotations

import base64
from typing import NamedTuple

from terpadu.errors import Unverified
from terpadu.model.identifiers import NodeId
from terpadu.model.rights import TrustNumbers
from terpadu.signing.checkpoint import Checkpoint, parse_checkpoint
from terpadu.signing.hashes import b64


class Turn(NamedTuple):
    """What one signature says: who, when, which frames, over which own journal and on which statements of trust."""

    node: NodeId
    time: int
    frames: int
    root: bytes
    journal: Checkpoint
    trust: TrustNumbers

    def text(self) -> bytes:
        """Six lines, each ended by LF."""
        return (
            f"terpadu.turn/1\nnode {self.node}\ntime {self.time}\nframes {self.frames} {b64(self.root)}\n"
            f"journal {self.journal.line()}\ntrust {self.trust.line()}\n"
        ).encode()


_LABELS = ("node", "time", "frames", "journal", "trust")


def parse_turn(text: bytes) -> Turn:
    """Read a turn's text. Raises `Unverified` where it is not in its one form."""
    try:
        turn = _read(text.decode("ascii"))
        if turn.text() != text or len(turn.root) != 32 or min(turn.time, turn.frames, *turn.trust) < 0:
            raise ValueError
    except (ValueError, IndexError, TypeError, Unverified):
        raise Unverified("Expected the six lines of a turn in canonical form.") from None
    return turn


def _read(text: str) -> Turn:
    _, *lines, _ = text.split("\n")
    words = [line.split(" ") for line in lines]
    if tuple(word[0] for word in words) != _LABELS:
        raise ValueError
    node, time, frames, journal, trust = (word[1:] for word in words)
    return Turn(
        node=NodeId(node[0]),
        time=int(time[0]),
        frames=int(frames[0]),
        root=base64.b64decode(frames[1], validate=True),
        journal=parse_checkpoint("\n".join((*journal, "")).encode()),
        trust=TrustNumbers(*map(int, trust)),
    )
