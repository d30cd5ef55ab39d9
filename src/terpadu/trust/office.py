"""The registry's own directory: where everything of the publisher lies, read and written in one place.

offline/1.pem 2.pem 3.pem   keys of the holders, who carry them away after `init`
online/<role>.pem           keys of the publishing machine; <role>.next.pem until the holders have signed for it
ca.pem ca.crt               the small authority for nodes' TLS certificates
draft.json proposal.json    what is being prepared; what holders are signing
narrowing.json revocations.json
public/                     what is served: root.json, metadata/, targets/
"""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
from securesystemslib.signer import SSlibKey
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from terpadu.errors import BadInput
from terpadu.model.federation import Federation, Narrowing, Revocations
from terpadu.signing.keys import PrivateKey, from_pem
from terpadu.trust import files, forms
from terpadu.trust.anchors import FIELD, Anchors, read_anchors
from terpadu.trust.metadata import ONLINE, Standing, public_key

T = TypeVar("T")


class Office(NamedTuple):
    """One registry's directory."""

    directory: Path

    @property
    def public(self) -> Path:
        """What is served."""
        return self.directory / "public"

    def lock(self) -> AbstractContextManager[None]:
        """Held around every change: the serving process and commands share the directory."""
        if not self.directory.is_dir():
            raise BadInput(f"Expected a registry's directory at {self.directory}; name it with --dir.")
        return files.locked(self.directory / "lock")

    # what is being prepared

    def draft(self) -> Federation:
        """The draft: number and dates are set when it is proposed."""
        return self._read("draft.json", Federation)

    def save_draft(self, draft: Federation) -> None:
        """Keep the draft, readable for people."""
        files.write_whole(self.directory / "draft.json", _readable(draft))

    def narrowing(self) -> Narrowing:
        """What is suspended and halted."""
        return self._read("narrowing.json", Narrowing)

    def revocations(self) -> Revocations:
        """What is revoked and withdrawn."""
        return self._read("revocations.json", Revocations)

    def save(self, name: str, value: Narrowing | Revocations) -> None:
        """Keep the working copy of an online statement."""
        files.write_whole(self.directory / name, _readable(value))

    def _read(self, name: str, form: type[T]) -> T:
        path = self.directory / name
        try:
            return msgspec.json.decode(path.read_bytes(), type=form)
        except FileNotFoundError:
            raise BadInput(f"Expected {path}; make a registry with `terpadu federation init` first.") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadInput(f"Expected {path} as terpadu writes it: {error}. Undo the edit.") from None

    # keys

    def online_key(self, role: str) -> PrivateKey:
        """The key that is in force for an online role."""
        return load_key(self.directory / "online" / f"{role}.pem")

    def next_key(self, role: str) -> PrivateKey:
        """The key that the next proposal names for an online role."""
        path = self.directory / "online" / f"{role}.next.pem"
        return load_key(path) if path.exists() else self.online_key(role)

    def use_next_keys(self) -> None:
        """The holders have signed: the next keys are in force."""
        for path in (self.directory / "online").glob("*.next.pem"):
            path.replace(path.with_name(path.name.replace(".next.pem", ".pem")))

    # what is published

    def root(self) -> Metadata[Root]:
        """The newest root."""
        return Metadata.from_bytes(self._published(self.public / "root.json"))

    def anchors(self) -> Anchors:
        """What the newest root tells offline verifiers."""
        return read_anchors(list(self.root().signed.unrecognized_fields[FIELD]))

    def standing(self) -> Standing:
        """Who will sign what after the next publication: the root's offline keys, the next online keys."""
        root = self.root().signed
        role = root.roles[Root.type]
        offline = tuple(key for keyid in role.keyids if isinstance(key := root.keys[keyid], SSlibKey))
        return Standing(offline, role.threshold, {name: public_key(self.next_key(name)) for name in ONLINE})

    def _published(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise BadInput(f"Expected {path}; make a registry with `terpadu federation init` first.") from None

    def snapshot(self) -> Snapshot | None:
        """The newest snapshot, None before the first publication."""
        timestamp = self.public / "metadata" / "timestamp.json"
        if not timestamp.exists():
            return None
        newest: Metadata[Timestamp] = Metadata.from_bytes(timestamp.read_bytes())
        path = self.metadata("snapshot", newest.signed.snapshot_meta.version)
        found: Metadata[Snapshot] = Metadata.from_bytes(self._published(path))
        return found.signed

    def metadata(self, role: str, version: int) -> Path:
        """Where a version of a role's metadata lies."""
        return self.public / "metadata" / f"{version}.{role}.json"

    def federation(self) -> Federation | None:
        """The published federation, None before the first publication."""
        snapshot = self.snapshot()
        if snapshot is None:
            return None
        path = self.metadata("targets", snapshot.meta["targets.json"].version)
        targets: Metadata[Targets] = Metadata.from_bytes(self._published(path))
        name = targets.signed.targets["federation.json"].get_prefixed_paths()[0]
        return forms.from_bytes((self.public / "targets" / name).read_bytes(), Federation, "federation.json")

    def put_target(self, name: str, raw: bytes) -> None:
        """Publish a file under its hash."""
        folder, _, base = name.rpartition("/")
        files.write_whole(self.public / "targets" / folder / f"{hashlib.sha256(raw).hexdigest()}.{base}", raw)


def load_key(path: Path) -> PrivateKey:
    """A private key from a file. Raises `BadInput`."""
    try:
        return from_pem(path.read_bytes(), str(path))
    except OSError as error:
        raise BadInput(f"Expected a private key in {path}: {error.strerror}. Name the file that holds it.") from None


def _readable(value: object) -> bytes:
    return msgspec.json.format(forms.to_bytes(value), indent=2) + b"\n"
