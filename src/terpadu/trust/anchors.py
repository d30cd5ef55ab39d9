"""What an offline verifier starts from: `x-terpadu-evidence` in the signed part of root.json (protocol section 7).

    terpadu.trust/1
    registry ID/registry 2
    ID/registry/1+<key id, hex>+<base64 of 01 and the Ed25519 key>     a vkey (C2SP signed-note) for each offline key
    witnesses 1
    revoked ID/GOV/1/n1 <key id, hex> <Unix second>

The offline keys sign two kinds of bytes, TUF metadata (begins with `{`) and checkpoints (begin with the origin):
neither can pass for the other.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import NamedTuple

from terpadu.errors import Unverified
from terpadu.model.federation import RevokedKey
from terpadu.signing import note
from terpadu.signing.checkpoint import Checkpoint, parse_checkpoint
from terpadu.signing.keys import check_of

FIELD = "x-terpadu-evidence"
_FORM = "terpadu.trust/1"


class Holder(NamedTuple):
    """An offline key as the registry's checkpoint knows it: `key` is base64 of 32 raw bytes (Ed25519)."""

    name: str
    key: str

    @property
    def key_id(self) -> bytes:
        """Its id on signature lines (4 bytes; C2SP signed-note, type 1)."""
        raw = base64.b64decode(self.key)
        return hashlib.sha256(self.name.encode() + b"\n\x01" + raw).digest()[:4]

    def vkey(self) -> str:
        """As C2SP writes a note's public key."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([1]) + base64.b64decode(self.key)).decode()}"


class Anchors(NamedTuple):
    """The registry's log, who signs it, how many of them must, and how many witnesses a journal's checkpoint needs."""

    origin: str
    threshold: int
    holders: tuple[Holder, ...]
    witnesses: int
    revoked: tuple[RevokedKey, ...] = ()

    def lines(self) -> list[str]:
        """As root.json carries them."""
        return [
            _FORM,
            f"registry {self.origin} {self.threshold}",
            *(holder.vkey() for holder in self.holders),
            f"witnesses {self.witnesses}",
            *(f"revoked {key.name} {key.id} {key.since // 1000}" for key in self.revoked),
        ]


def read_anchors(lines: list[str]) -> Anchors:
    """Read the lines. Raises `Unverified` where they are not in their one form."""
    try:
        form, registry, *rest = lines
        at = next(i for i, line in enumerate(rest) if line.startswith("witnesses "))
        word, origin, threshold = registry.split(" ")
        found = Anchors(
            origin=origin,
            threshold=int(threshold),
            holders=tuple(map(_holder, rest[:at])),
            witnesses=int(rest[at].split(" ")[1]),
            revoked=tuple(map(_revoked, rest[at + 1 :])),
        )
        if (form, word) != (_FORM, "registry") or found.lines() != lines or found.threshold < 1:
            raise ValueError
    except (ValueError, IndexError, StopIteration, binascii.Error):
        raise Unverified(f"Expected the lines of {_FORM} under {FIELD} in root.json; fetch root.json again.") from None
    return found


def _holder(vkey: str) -> Holder:
    name, _, raw = vkey.split("+", 2)
    return Holder(name, base64.b64encode(base64.b64decode(raw, validate=True)[1:]).decode())


def _revoked(line: str) -> RevokedKey:
    _, name, key_id, second = line.split(" ")
    return RevokedKey(name=name, id=key_id, since=int(second) * 1000)


def signers_of(found: note.Note, anchors: Anchors) -> list[Holder]:
    """The holders whose signatures under the note are whole."""
    known = {(holder.name, holder.key_id): holder for holder in anchors.holders}
    return [
        holder
        for line in found.lines
        if (holder := known.get((line.name, line.key_id)))
        and check_of("ed25519", holder.key)(line.signature, found.text)
    ]


def verify_checkpoint(raw: bytes, anchors: Anchors) -> Checkpoint:
    """The registry's checkpoint, if a threshold of distinct offline keys signed it. Raises `Unverified`."""
    found = note.parse(raw)
    signers = {holder.key for holder in signers_of(found, anchors)}
    if len(signers) < anchors.threshold:
        raise Unverified(
            f"Expected {anchors.threshold} distinct offline keys under the registry's checkpoint, found {len(signers)}."
        )
    checkpoint = parse_checkpoint(found.text)
    if checkpoint.origin != anchors.origin:
        raise Unverified(f"Expected a checkpoint of {anchors.origin}, got one of {checkpoint.origin[:80]!r}.")
    return checkpoint
