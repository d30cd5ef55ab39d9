"""Verify the federation's files: python-tuf checks signatures, thresholds, versions, freshness; we what they say.

The same walk takes files from a source on the network and, at start, the last good ones from the disk.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from tuf.api.metadata import Metadata, Root, Timestamp
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface

from terpadu.errors import Unverified
from terpadu.model.federation import Federation, Narrowing, Revocations
from terpadu.signing import hashes, tree
from terpadu.trust import check, forms
from terpadu.trust.anchors import FIELD, read_anchors, verify_checkpoint
from terpadu.trust.metadata import DELEGATED, PUBLISHED, moment, version_of

_MEMBERSHIP = ("federation.json", "registry/entries", "registry/checkpoint")

LIMITS = UpdaterConfig(
    max_root_rotations=64,
    max_delegations=len(DELEGATED) + 1,
    root_max_length=256 * 1024,
    timestamp_max_length=16 * 1024,
    snapshot_max_length=64 * 1024,
    targets_max_length=64 * 1024,
)
"""Bytes at most; everything below the timestamp is cut at the length that was signed for it."""


class Taken(NamedTuple):
    """A verified federation. `files` are the very bytes, by the name under which they are served, so that any peer may
    relay them; `root` and `freshness` are versions; `fresh_until` and `at` (when it was verified) are Unix ms."""

    files: dict[str, bytes]
    federation: Federation
    narrowing: Narrowing
    revocations: Revocations
    root: int
    freshness: int
    fresh_until: int
    at: int


def take(fetcher: FetcherInterface, base: str, folder: Path, root: bytes, now: int) -> Taken:
    """Everything from one place, verified from the trusted `root` on. `folder` holds python-tuf's own memory.

    Raises python-tuf's `RepositoryError` and `DownloadError`, `Unverified`, or `OSError`.
    """
    metadata, targets = folder / "metadata", folder / "targets"
    for place in (metadata, targets):
        place.mkdir(parents=True, exist_ok=True)
    updater = Updater(
        str(metadata), f"{base}metadata/", str(targets), f"{base}targets/", fetcher, LIMITS, bootstrap=root
    )
    # python-tuf reads the machine's clock; here the time is given, so that tests and a restart can set it.
    updater._trusted_set.reference_time = moment(now)
    updater.refresh()
    served = dict(_download(updater, name) for name in PUBLISHED)
    return _understand(_metadata_files(metadata), served, now)


def _download(updater: Updater, name: str) -> tuple[str, bytes]:
    info = updater.get_targetinfo(name)
    if info is None:
        raise Unverified(f"Expected {name} among the published files; no role that may speak of it lists it.")
    path = updater.find_cached_target(info) or updater.download_target(info)
    return name, Path(path).read_bytes()


def _metadata_files(folder: Path) -> dict[str, bytes]:
    """python-tuf's verified metadata under the names by which it is served."""
    found = {f"metadata/{path.name}": path.read_bytes() for path in (folder / "root_history").glob("*.root.json")}
    found["metadata/timestamp.json"] = (folder / "timestamp.json").read_bytes()
    for role in ("snapshot", "targets", *DELEGATED):
        raw = (folder / f"{role}.json").read_bytes()
        found[f"metadata/{version_of(raw)}.{role}.json"] = raw
    found["root.json"] = (folder / "root.json").read_bytes()
    return found


def _understand(metadata: dict[str, bytes], served: dict[str, bytes], now: int) -> Taken:
    root: Metadata[Root] = Metadata.from_bytes(metadata["root.json"])
    timestamp: Metadata[Timestamp] = Metadata.from_bytes(metadata["metadata/timestamp.json"])
    taken = Taken(
        files={**metadata, **{_served_as(name, raw): raw for name, raw in served.items()}},
        federation=_membership(metadata["root.json"], *(served[name] for name in _MEMBERSHIP)),
        narrowing=forms.from_bytes(served["narrowing.json"], Narrowing, "narrowing.json"),
        revocations=forms.from_bytes(served["revocations.json"], Revocations, "revocations.json"),
        root=root.signed.version,
        freshness=timestamp.signed.version,
        fresh_until=int(timestamp.signed.expires.timestamp() * 1000),
        at=now,
    )
    _check_numbers(taken)
    return taken


@lru_cache(maxsize=2)  # most rounds bring a new freshness statement and nothing else
def _membership(root: bytes, federation: bytes, entries: bytes, checkpoint: bytes) -> Federation:
    """The federation, if the registry's log and the keys of the root bear it out."""
    trusted: Metadata[Root] = Metadata.from_bytes(root)
    found = forms.from_bytes(federation, Federation, "federation.json")
    _check_keys(trusted.signed)
    _check_registry(found, trusted.signed, entries, checkpoint)
    return found


def _served_as(name: str, raw: bytes) -> str:
    folder, slash, base = name.rpartition("/")
    return f"targets/{folder}{slash}{hashlib.sha256(raw).hexdigest()}.{base}"


def _check_keys(root: Root) -> None:
    """A key that stands in a role twice, under two ids, would be counted twice."""
    for name, role in root.roles.items():
        keys = [json.dumps(root.keys[keyid].keyval, sort_keys=True) for keyid in role.keyids]
        if len(set(keys)) != len(keys):
            raise Unverified(f"Expected distinct keys for the role {name}; root.json lists one of them twice.")


def _check_numbers(taken: Taken) -> None:
    """The number inside a file is the version that its role signed for it."""
    for role, number in (
        ("targets", taken.federation.number),
        ("narrowing", taken.narrowing.number),
        ("revocations", taken.revocations.number),
    ):
        if f"metadata/{number}.{role}.json" not in taken.files:
            raise Unverified(f"Expected in {role} the number that is its metadata's version, got {number}.")


def _check_registry(federation: Federation, root: Root, entries: bytes, checkpoint: bytes) -> None:
    """The federation's keys are the registry log's entries, and the holders signed for the log's root."""
    keys = federation.keys
    signed = verify_checkpoint(checkpoint, read_anchors(list(root.unrecognized_fields[FIELD])))
    leaves = [hashes.record(line) for line in forms.entry_lines(keys)]
    if entries != forms.entries_file(keys):
        raise Unverified("Expected the registry's entries to be the federation's keys; they differ.")
    if signed[:3] != (f"{federation.instance}/registry", len(leaves), tree.root(leaves)):
        raise Unverified("Expected the registry's checkpoint over the federation's keys; they differ.")
    for problem in check.key_problems(keys):
        raise Unverified(problem)
