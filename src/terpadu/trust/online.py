"""What the publishing machine says by itself, with its online keys: take away, revoke, and that all of it is fresh."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from msgspec import structs

from terpadu.errors import BadInput
from terpadu.model.federation import Narrowing, Revocations
from terpadu.trust import files, forms
from terpadu.trust.metadata import (
    DELEGATED,
    FRESH,
    RIGHTS,
    moment,
    signed,
    snapshot_of,
    statement_of,
    timestamp_of,
    version_of,
)
from terpadu.trust.office import Office

N = TypeVar("N", Narrowing, Revocations)


def narrow(office: Office, now: int, change: Callable[[Narrowing], Narrowing]) -> None:
    """Change what is suspended or halted, and publish it at once."""
    with office.lock():
        _advance(office, "narrowing.json", office.narrowing(), change)
        restate(office, now, ("narrowing",))


def revoke(office: Office, now: int, change: Callable[[Revocations], Revocations]) -> None:
    """Change what is revoked or withdrawn, and publish it at once."""
    with office.lock():
        _advance(office, "revocations.json", office.revocations(), change)
        restate(office, now, ("revocations",))


def _advance(office: Office, name: str, value: N, change: Callable[[N], N]) -> None:
    changed = change(value)
    office.save(name, structs.replace(changed, number=value.number + 1))


def freshen(office: Office, now: int) -> None:
    """Say that all of it is fresh: sign the timestamp again, and what would end within days before that."""
    with office.lock():
        snapshot = office.snapshot()
        if snapshot is None:
            raise BadInput("Expected a published federation; let the holders sign, then publish it first.")
        if snapshot.expires < moment(now + RIGHTS // 2):
            _renew(office, now)
        else:
            _timestamp(office, now, office.metadata("snapshot", snapshot.version).read_bytes())


def _renew(office: Office, now: int) -> None:
    advance_all(office)
    restate(office, now, tuple(DELEGATED))


def advance_all(office: Office) -> None:
    """Give the online statements their next numbers, unchanged."""
    _advance(office, "narrowing.json", office.narrowing(), lambda same: same)
    _advance(office, "revocations.json", office.revocations(), lambda same: same)


def restate(office: Office, now: int, roles: Collection[str], targets: int | None = None) -> None:
    """Sign these online roles again, then the snapshot over all and the timestamp: the last rename makes it public.

    `targets` is the version of a federation that is being published (None: the one that is).
    """
    snapshot = office.snapshot()
    versions = {name[: -len(".json")]: meta.version for name, meta in snapshot.meta.items()} if snapshot else {}
    if targets is not None:
        versions["targets"] = targets
    for role in roles:
        versions[role] = _state(office, now, role, versions.get(role, 0))
    described = {role: office.metadata(role, version).read_bytes() for role, version in versions.items()}
    content = snapshot_of((snapshot.version if snapshot else 0) + 1, now + RIGHTS, described)
    raw = signed(content, office.online_key("snapshot"))
    files.write_whole(office.metadata("snapshot", content.version), raw)
    _timestamp(office, now, raw)
    _prune(office, {**versions, "snapshot": content.version})


def _state(office: Office, now: int, role: str, last: int) -> int:
    """Publish what an online role says; returns the version of its metadata. A statement's number is its version."""
    statements: dict[str, Callable[[], Narrowing | Revocations]]
    statements = {"narrowing": office.narrowing, "revocations": office.revocations}
    if role in statements:
        value = statements[role]()
        version, raw = value.number, forms.to_bytes(value)
    else:
        version, raw = last + 1, (office.directory / "checkpoint").read_bytes()
    content = statement_of(version, now + RIGHTS, DELEGATED[role], raw)
    office.put_target(DELEGATED[role], raw)
    files.write_whole(office.metadata(role, version), signed(content, office.online_key(role)))
    return version


def _timestamp(office: Office, now: int, snapshot: bytes) -> None:
    path = office.public / "metadata" / "timestamp.json"
    last = version_of(path.read_bytes()) if path.exists() else 0
    files.write_whole(path, signed(timestamp_of(last + 1, now + FRESH, snapshot), office.online_key("timestamp")))


def _prune(office: Office, versions: dict[str, int], keep: int = 50) -> None:
    """Old versions of what changes often; roots stay for ever, so that a node can follow them."""
    for role, version in versions.items():
        if role != "targets":
            office.metadata(role, version - keep).unlink(missing_ok=True)
