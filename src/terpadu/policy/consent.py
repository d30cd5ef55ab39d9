"""The consent receipt: one person, one purpose, one recipient, signed by who asked the person (UU PDP articles 20-24).

It travels as base64 of a C2SP signed note: one canonical JSON line, an empty line, one signature line. The provider's
node checks it at release, against its own federation: a consumer's node is not believed.

**The person** stands in it as SHA-256(`terpadu.person/1` LF salt LF number), salt 16 random bytes in base64. Whoever
holds a receipt without the number can't look it up in a table, nor see that two receipts are about the same person. It
is no secret from somebody who tries all numbers against one receipt: NIKs are few. That is accepted, because a receipt
goes only where the number goes: in the request about this person, stopping at the provider's node. A hash under a key
would need a key that the issuer and every provider share; a slow hash would be paid on every message.

**Its name** is the hash of the signed line, not of the header: the same consent signed or encoded in another valid way
(anybody can turn over an ECDSA signature) has the same name, and so does not escape its withdrawal.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from terpadu.errors import BadInput, Unverified
from terpadu.model.federation import KeyEntry
from terpadu.model.heads import Hash, Milliseconds
from terpadu.model.identifiers import SubsystemId
from terpadu.model.rights import Rights, withdrawal_of
from terpadu.policy.moments import moment
from terpadu.signing import canonical, note
from terpadu.signing.keys import Signer, check_of

LIMIT = 8192
"""Bytes of the header value."""
TOLERANCE = 60_000
"""How far ahead the issuer's clock may be, in ms (protocol section 8); the end of a consent has no tolerance."""

Text = Annotated[str, Meta(min_length=1, max_length=256)]


class Receipt(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """What a person agreed to; `agreement` (id, with or without version) where it is for that one only."""

    agreement: Text | None = None
    fields: Annotated[tuple[Text, ...], Meta(min_length=1)]
    since: Milliseconds = field(name="from")
    id: Text
    kind: Literal["consent"]
    person: Hash
    purpose: Text
    recipient: SubsystemId
    salt: Annotated[str, Meta(min_length=24, max_length=24)]
    until: Milliseconds
    v: Literal[1]


class Consent(Struct, frozen=True):
    """A receipt taken apart: what it says, the bytes that say so, who is said to have signed. Proves nothing yet."""

    receipt: Receipt
    text: bytes
    line: note.Line


_decoder = msgspec.json.Decoder(Receipt)


def person_hash(salt: str, person: str) -> str:
    """A person's number as a receipt with this salt holds it."""
    return base64.b64encode(sha256(f"terpadu.person/1\n{salt}\n{person}".encode()).digest()).decode()


def make_receipt(
    *,
    signer: Signer,
    id: str,
    person: str,
    purpose: str,
    recipient: SubsystemId,
    fields: tuple[str, ...],
    since: int,
    until: int,
    salt: bytes,
    agreement: str | None = None,
) -> bytes:
    """The value of `Terpadu-Consent`. `person` is the plain number, `salt` 16 fresh random bytes, times Unix ms.

    Raises `BadInput` where salt, fields or times cannot be right, `ValueError` where a name is not plain ASCII.
    """
    if len(salt) != 16 or since >= until or not fields:
        raise BadInput("Expected 16 bytes of salt, at least one field, and a consent that begins before it ends.")
    encoded = base64.b64encode(salt).decode()
    receipt = Receipt(
        agreement=agreement,
        fields=tuple(sorted(set(fields))),
        since=since,
        id=id,
        kind="consent",
        person=person_hash(encoded, person),
        purpose=purpose,
        recipient=recipient,
        salt=encoded,
        until=until,
        v=1,
    )
    return base64.b64encode(note.sign(canonical.line(receipt) + b"\n", signer))


def read_receipt(value: bytes) -> Consent:
    """Take the header value apart; raises `Unverified` where it is not a receipt in its one form."""
    try:
        raw = base64.b64decode(value[: LIMIT + 1], validate=True)
        if len(value) > LIMIT or base64.b64encode(raw) != value:
            raise ValueError("not base64 in its one form, or too long")
        text, lines = note.parse(raw)
        receipt = _decoder.decode(text)
        if len(lines) != 1 or canonical.line(receipt) + b"\n" != text:
            raise ValueError("not one canonical line with one signature")
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise Unverified(f"Expected a consent receipt: base64 of a signed note of one JSON line; {error}.") from None
    return Consent(receipt, text, lines[0])


def receipt_name(consent: Consent) -> str:
    """The receipt's hash (base64 SHA-256 of the signed line): what a withdrawal names."""
    return base64.b64encode(sha256(consent.text).digest()).decode()


def is_signed(consent: Consent, rights: Rights, now: int) -> bool:
    """Does a listed consent key, good when the consent began and not revoked, stand behind these bytes?"""
    listed = rights.key(consent.line.name, consent.line.key_id)
    if listed is None or not _may_sign(listed.entry, consent.receipt) or 0 < listed.revoked <= now:
        return False
    return check_of(listed.entry.alg, listed.entry.key)(consent.line.signature, consent.text)


def _may_sign(entry: KeyEntry, receipt: Receipt) -> bool:
    return entry.use == "consent" and entry.since <= receipt.since < entry.until


def is_withdrawn(consent: Consent, rights: Rights) -> bool:
    """Has the person taken it back?"""
    return withdrawal_of(receipt_name(consent)) in rights.withdrawn


class Use(Struct, frozen=True, kw_only=True):
    """What is about to be done: `person` the plain number, `agreement` its `id/version`, `now` Unix ms."""

    person: str | None
    purpose: str
    recipient: SubsystemId
    fields: tuple[str, ...]
    agreement: str
    now: int


def lacking(receipt: Receipt, use: Use) -> str | None:
    """What the receipt lacks for this use, as a clause of a sentence; None: the person agreed to it."""
    for lacks, clause in _LACKS:
        if lacks(receipt, use):
            return clause(receipt, use)
    return None


def _other_person(receipt: Receipt, use: Use) -> bool:
    return use.person is None or person_hash(receipt.salt, use.person) != receipt.person


def _beyond(receipt: Receipt, use: Use) -> list[str]:
    return [name for name in use.fields if name not in receipt.fields]


def _other_agreement(receipt: Receipt, use: Use) -> bool:
    return receipt.agreement not in (None, use.agreement, use.agreement.rpartition("/")[0])


_LACKS: tuple[tuple[Callable[[Receipt, Use], object], Callable[[Receipt, Use], str]], ...] = (
    (_other_person, lambda r, u: "it is not about the person that the request names"),
    (lambda r, u: r.purpose != u.purpose, lambda r, u: f"it is for {r.purpose!r}, the request for {u.purpose!r}"),
    (lambda r, u: r.recipient != u.recipient, lambda r, u: f"it is for {r.recipient}, not for {u.recipient}"),
    (_other_agreement, lambda r, u: f"it is for the agreement {r.agreement!r} only, not for {u.agreement!r}"),
    (_beyond, lambda r, u: f"it does not name the fields {', '.join(_beyond(r, u))}"),
    (lambda r, u: u.now >= r.until, lambda r, u: f"it ended at {moment(r.until)}"),
    (lambda r, u: u.now < r.since - TOLERANCE, lambda r, u: f"it begins only at {moment(r.since)}"),
)
