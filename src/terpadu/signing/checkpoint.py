"""C2SP checkpoints: origin, size and root of a journal or of the registry's log, as the text of a signed note."""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from terpadu.errors import Unverified
from terpadu.signing.hashes import b64


class Checkpoint(NamedTuple):
    """The state of a log: its origin, how many records, and their root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        """Three lines."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n".encode()

    def line(self) -> str:
        """As the turn's journal line carries it."""
        return f"{self.origin} {self.size} {b64(self.root)}"


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read a checkpoint's text. Raises `Unverified` where it is not in its one form."""
    lines = text.decode("ascii", "replace").split("\n")
    try:
        found = Checkpoint(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
    except (IndexError, ValueError, binascii.Error):
        raise Unverified("Expected a checkpoint: origin, size and root, a line each.") from None
    if found.text() != text or len(found.root) != 32 or found.size < 0:
        raise Unverified("Expected a checkpoint in its canonical form of three lines.")
    return found
