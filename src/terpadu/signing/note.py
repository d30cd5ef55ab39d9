"""C2SP signed notes: text, an empty line, signature lines `— <name> <base64(key id, signature)>`.

Three uses: a turn (P-256 or Ed25519), a checkpoint of a journal or of the registry (Ed25519, type 1), and witnesses'
cosignatures on checkpoints (Ed25519, type 4: C2SP tlog-cosignature v1, timestamped).
"""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from terpadu.errors import Unverified
from terpadu.signing.keys import Check, Signer

_DASH = "— ".encode()


class Line(NamedTuple):
    """One signature line, taken apart."""

    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """A note taken apart: the signed text (ends with LF) and its signature lines."""

    text: bytes
    lines: tuple[Line, ...]


def signature_line(name: str, key_id: bytes, signature: bytes) -> bytes:
    """`— <name> <base64>` LF"""
    return _DASH + name.encode() + b" " + base64.b64encode(key_id + signature) + b"\n"


def sign(text: bytes, signer: Signer) -> bytes:
    """A note with one signature over `text` (which ends with LF)."""
    return text + b"\n" + signature_line(signer.name, signer.key_id, signer.sign(text))


def parse(note: bytes) -> Note:
    """Take a note apart. Raises `Unverified` where it is not one."""
    text, gap, rest = note.rpartition(b"\n\n")
    if not gap or not rest.endswith(b"\n"):
        raise Unverified("Expected a signed note: text, an empty line, signature lines.")
    return Note(text + b"\n", tuple(map(_line, rest[:-1].split(b"\n"))))


def _line(raw: bytes) -> Line:
    name, _, encoded = raw[len(_DASH) :].partition(b" ")
    try:
        signature = base64.b64decode(encoded, validate=True)
        if not raw.startswith(_DASH) or not name or base64.b64encode(signature) != encoded:
            raise ValueError
        return Line(name.decode(), signature[:4], signature[4:])
    except (ValueError, binascii.Error):
        raise Unverified("Expected a signature line `— <name> <base64>` in the note.") from None


def cosignature_text(checkpoint: bytes, seconds: int) -> bytes:
    """The bytes that a witness signs: C2SP tlog-cosignature v1."""
    return b"cosignature/v1\ntime " + str(seconds).encode() + b"\n" + checkpoint


def cosign(checkpoint: bytes, signer: Signer, seconds: int) -> bytes:
    """A witness's signature line over a checkpoint's text, at Unix `seconds`."""
    signature = seconds.to_bytes(8, "big") + signer.sign(cosignature_text(checkpoint, seconds))
    return signature_line(signer.name, signer.key_id, signature)


def cosigned_at(line: Line, checkpoint: bytes, check: Check) -> int | None:
    """Unix seconds at which a witness saw the checkpoint, or None where its line does not verify."""
    seconds, signature = int.from_bytes(line.signature[:8], "big"), line.signature[8:]
    return seconds if check(signature, cosignature_text(checkpoint, seconds)) else None
