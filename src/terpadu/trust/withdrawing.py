"""A withdrawal as its consent's signer sends it to the publishing machine: one signed note that proves itself.

It names a receipt's hash and nobody; whoever overhears it learns nothing, and whoever repeats it changes nothing. So no
offline key, no session and no secret is needed for a person's "no" to take effect (UU PDP article 40).
"""

from __future__ import annotations

from terpadu.errors import BadInput, Unverified
from terpadu.model.federation import KeyEntry
from terpadu.model.rights import note_key_id
from terpadu.signing import note
from terpadu.signing.keys import Signer, check_of
from terpadu.trust import narrow
from terpadu.trust.office import Office

LIMIT = 1024
"""Bytes of a withdrawal."""
_FIRST = "terpadu.withdraw/1"


def make(receipt: str, signer: Signer) -> bytes:
    """The note to send; `receipt` is the receipt's SHA-256 in base64."""
    return note.sign(f"{_FIRST}\n{receipt}\n".encode(), signer)


def accept(office: Office, raw: bytes, now: int) -> None:
    """Publish a withdrawal. Raises `Unverified` where no listed consent signer stands behind it, `BadInput` for its form."""
    text, lines = note.parse(raw[: LIMIT + 1])
    first, _, rest = text.decode("ascii", "replace").partition("\n")
    if len(raw) > LIMIT or first != _FIRST or len(lines) != 1:
        raise BadInput(f"Expected a note of two lines, `{_FIRST}` and a receipt's hash, with one signature.")
    if not any(_stands_behind(entry, lines[0], text) for entry in _signers(office, now)):
        raise Unverified("Expected the signature of a listed consent signer; this one is none.")
    narrow.withdraw(office, rest.rstrip("\n"), now)


def _signers(office: Office, now: int) -> list[KeyEntry]:
    federation = office.federation()
    listed = federation.keys if federation else ()
    revoked = {(key.name, key.id) for key in office.revocations().keys}
    return [
        entry
        for entry in listed
        if entry.use == "consent"
        and entry.since <= now < entry.until
        and (entry.name, note_key_id(entry).hex()) not in revoked
    ]


def _stands_behind(entry: KeyEntry, line: note.Line, text: bytes) -> bool:
    if (line.name, line.key_id) != (entry.name, note_key_id(entry)):
        return False
    return check_of(entry.alg, entry.key)(line.signature, text)
