"""The TUF metadata that the registry publishes (TUF specification 1.0), built here and nowhere else.

root, targets       threshold of the offline keys; targets holds `federation.json` and `registry/entries`
narrowing           own online key, may only speak of `narrowing.json`, whose form can only take away
revocations         own online key, may only speak of `revocations.json`
registry            own online key for `registry/checkpoint`, which proves itself by the offline keys' signatures
snapshot, timestamp own online keys; the timestamp is the freshness statement, good for 60 seconds
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from terpadu.signing.keys import PrivateKey
from terpadu.trust.anchors import FIELD

SIGNED_OFFLINE = ("federation.json", "registry/entries")
DELEGATED = {
    "narrowing": "narrowing.json",
    "revocations": "revocations.json",
    "registry": "registry/checkpoint",
}
"""Role -> the one target that it may speak of."""
PUBLISHED = (*SIGNED_OFFLINE, *DELEGATED.values())
ONLINE = (*DELEGATED, "snapshot", "timestamp")

SECOND = 1000
DAY = 86_400 * SECOND
FRESH = 60 * SECOND
RIGHTS = 7 * DAY
ROOT = 365 * DAY


class Standing(NamedTuple):
    """Who signs what: the offline keys with their threshold, and one key for each online role."""

    offline: tuple[SSlibKey, ...]
    threshold: int
    online: Mapping[str, SSlibKey]


def public_key(key: PrivateKey) -> SSlibKey:
    """The public half in TUF's form; its id follows from the key, so one key is one id."""
    return SSlibKey.from_crypto(key.public_key())


def moment(milliseconds: int) -> datetime:
    """TUF writes whole seconds."""
    return datetime.fromtimestamp(milliseconds // 1000, UTC)


def root_of(version: int, standing: Standing, expires: int, evidence: list[str]) -> Root:
    """The root: keys of all top roles, and the lines for offline verifiers."""
    root = Root(version=version, expires=moment(expires), unrecognized_fields={FIELD: evidence})
    for role in (Root.type, Targets.type):
        root.roles[role] = Role([], standing.threshold)
        for key in standing.offline:
            root.add_key(key, role)
    for role in (Snapshot.type, Timestamp.type):
        root.add_key(standing.online[role], role)
    return root


def targets_of(version: int, standing: Standing, expires: int, contents: Mapping[str, bytes]) -> Targets:
    """Membership and rights, and which online roles may say what (terminating: no one speaks after them)."""
    keys = {role: standing.online[role] for role in DELEGATED}
    roles = {role: DelegatedRole(role, [keys[role].keyid], 1, True, paths=[path]) for role, path in DELEGATED.items()}
    return Targets(
        version=version,
        expires=moment(expires),
        targets={name: TargetFile.from_data(name, raw) for name, raw in contents.items()},
        delegations=Delegations({key.keyid: key for key in keys.values()}, roles),
    )


def statement_of(version: int, expires: int, path: str, raw: bytes) -> Targets:
    """What an online role says: one file."""
    return Targets(version=version, expires=moment(expires), targets={path: TargetFile.from_data(path, raw)})


def snapshot_of(version: int, expires: int, files: Mapping[str, bytes]) -> Snapshot:
    """Which versions belong together; `files` maps `targets`, `narrowing`, … to their metadata's bytes."""
    meta = {f"{role}.json": _meta(raw) for role, raw in files.items()}
    return Snapshot(version=version, expires=moment(expires), meta=meta)


def timestamp_of(version: int, expires: int, snapshot: bytes) -> Timestamp:
    """The freshness statement."""
    return Timestamp(version=version, expires=moment(expires), snapshot_meta=_meta(snapshot))


def _meta(raw: bytes) -> MetaFile:
    """Length and hash are declared, so that a download is cut there."""
    return MetaFile.from_data(version_of(raw), raw, ["sha256"])


def version_of(raw: bytes) -> int:
    """The version that a metadata file says it is."""
    loaded: Metadata[Root] = Metadata.from_bytes(raw)
    return int(loaded.signed.version)


def signed(content: Root | Targets | Snapshot | Timestamp, *keys: PrivateKey) -> bytes:
    """The metadata file with these signatures."""
    metadata: Metadata[Any] = Metadata(content)
    for key in keys:
        metadata.sign(CryptoSigner(key), append=True)
    return metadata.to_bytes()
