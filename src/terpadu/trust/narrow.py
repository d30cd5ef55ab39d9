"""What a publishing machine may do alone: suspend and resume, halt a launch, revoke a key, note a withdrawn consent.

Resuming gives back no more than what the holders signed: a suspension is all that is taken away again. Consumer, provider
and centre suspend each for itself: one that resumes lifts its own alone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection

from msgspec import structs

from terpadu.errors import BadInput
from terpadu.model.federation import Federation, KeyEntry, Narrowing, Revocations, RevokedKey, Suspension
from terpadu.model.identifiers import ServiceId, service_id
from terpadu.model.rights import note_key_id, withdrawal_of
from terpadu.trust import draft, online
from terpadu.trust.office import Office

BY = ("consumer", "provider", "centre")


def suspend(office: Office, what: str, by: str, reason: str, now: int) -> None:
    """Take the right of a member, node, subsystem, service or agreement away, until it is resumed."""
    draft.known(_published(office), what)
    if by not in BY or not reason.strip():
        raise BadInput(f"Expected who suspends ({', '.join(BY)}) and a reason, got {by[:20]!r} and {reason[:40]!r}.")
    item = Suspension(what=what, by=by, since=now, reason=reason)  # type: ignore[arg-type]
    online.narrow(office, now, lambda before: structs.replace(before, suspended=(*_others(before, what, by), item)))


def resume(office: Office, what: str, by: str, now: int) -> None:
    """End the suspension by this one; the others' stand."""
    if (what, by) not in [(item.what, item.by) for item in office.narrowing().suspended]:
        sentence = f"Expected something that {by[:20]} suspended, {what[:80]!r} is not"
        raise BadInput(f"{sentence}; `terpadu federation diff` lists what is, and by whom.")
    online.narrow(office, now, lambda before: structs.replace(before, suspended=_others(before, what, by)))


def forget(office: Office, names: Collection[str], now: int) -> None:
    """Take away suspensions of what the published federation lists no more: nothing is left that they could hold back."""
    gone = [name for name in names if not _listed(_published(office), name)]
    if any(item.what in gone for item in office.narrowing().suspended):
        rest = tuple(item for item in office.narrowing().suspended if item.what not in gone)
        online.narrow(office, now, lambda before: structs.replace(before, suspended=rest))


def _listed(federation: Federation, name: str) -> bool:
    try:
        draft.known(federation, name)
    except BadInput:
        return False
    return True


def _others(narrowing: Narrowing, what: str, by: str) -> tuple[Suspension, ...]:
    return tuple(item for item in narrowing.suspended if (item.what, item.by) != (what, by))


def halt(office: Office, service: str, now: int) -> None:
    """Halt the launch of a service."""
    name = service_id(draft.known(_published(office), service))
    online.narrow(office, now, lambda before: structs.replace(before, halted=tuple(sorted({*before.halted, name}))))


def unhalt(office: Office, service: str, now: int) -> None:
    """Let a halted launch go on."""
    if service not in office.narrowing().halted:
        raise BadInput(f"Expected a service whose launch is halted, {service[:80]!r} is not.")
    rest = tuple(name for name in office.narrowing().halted if name != ServiceId(service))
    online.narrow(office, now, lambda before: structs.replace(before, halted=rest))


def revoke(office: Office, key: str, now: int) -> None:
    """A key, as `NAME+KEYID` (hex), counts no longer from now on."""
    name, _, key_id = key.rpartition("+")
    if not any(entry.name == name and note_key_id(entry).hex() == key_id for entry in _published(office).keys):
        raise BadInput(f"Expected a listed key as NAME+KEYID, got {key[:120]!r}; `terpadu federation keys` lists them.")
    if any((item.name, item.id) == (name, key_id) for item in office.revocations().keys):
        raise BadInput(f"Expected a key that still counts, {key} is revoked already.")
    item = RevokedKey(name=name, id=key_id, since=now)
    online.revoke(office, now, lambda before: structs.replace(before, keys=(*before.keys, item)))


def withdraw(office: Office, receipt: str, now: int) -> None:
    """A consent was withdrawn; `receipt` is its SHA-256 in base64. Published opaquely, so nobody learns whose."""
    try:
        proper = len(base64.b64decode(receipt, validate=True)) == 32
    except (binascii.Error, ValueError):
        proper = False
    if not proper:
        raise BadInput(f"Expected the SHA-256 of a consent receipt in base64 (44 characters), got {receipt[:60]!r}.")
    online.revoke(office, now, lambda before: _with_withdrawal(before, withdrawal_of(receipt)))


def _with_withdrawal(before: Revocations, withdrawal: str) -> Revocations:
    return structs.replace(before, withdrawn=tuple(sorted({*before.withdrawn, withdrawal})))


def key_lines(federation: Federation, revocations: Revocations) -> list[str]:
    """The listed keys, one line each, as `revoke` takes them."""
    revoked = {(item.name, item.id) for item in revocations.keys}
    return [_key_line(entry, revoked) for entry in federation.keys]


def _key_line(entry: KeyEntry, revoked: set[tuple[str, str]]) -> str:
    key_id = note_key_id(entry).hex()
    end = " revoked" if (entry.name, key_id) in revoked else ""
    return f"{entry.name}+{key_id} {entry.use} {entry.since}-{entry.until}{end}"


def _published(office: Office) -> Federation:
    federation = office.federation()
    if federation is None:
        raise BadInput("Expected a published federation; let the holders sign, then run `terpadu federation publish`.")
    return federation
