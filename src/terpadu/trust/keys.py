"""A node's own keys: one folder, one file a key (PEM, 0600), a generation number each, so that renewal overlaps.

node                         the node's name
frame-1.pem                  signs turns (P-256)
tls-1.pem tls-1.crt          link to peers (P-256), certificate from the registry
journal-1.pem journal-2.pem  signs checkpoints (Ed25519): this generation of the journal and the next one
witness-1.pem                cosigns other members' checkpoints (Ed25519)
idempotency.secret           32 random bytes, alike on all nodes of a member (`terpadu node secret`)
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from terpadu.errors import BadInput
from terpadu.model.federation import KeyEntry, KeyUse
from terpadu.model.identifiers import NodeId, node_id
from terpadu.model.rights import Rights
from terpadu.signing.keys import PrivateKey, from_pem, new_key, public_text, to_pem
from terpadu.trust import files
from terpadu.trust.check import ALGORITHM

DAY = 86_400_000
OVERLAP = DAY
"""A new key is listed this long before its use, an old one stays valid this long after it (protocol section 8)."""
WARN_AT = (30, 14, 7)
"""Days before the end at which a warning is due."""

_FIRST: tuple[tuple[KeyUse, int], ...] = (("frame", 1), ("tls", 1), ("journal", 1), ("journal", 2), ("witness", 1))
KEYING = "idempotency.secret"
_FILE = re.compile(r"(frame|tls|journal|witness)-([1-9][0-9]*)\.pem")


class OwnKey(NamedTuple):
    """One private key of the node, under the name that the registry lists it by."""

    use: KeyUse
    generation: int
    name: str
    key: PrivateKey

    @property
    def public(self) -> str:
        """The public half as key entries hold it."""
        return public_text(self.key)


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """All that the node's folder holds; keys by use and generation. The secret is 32 bytes."""

    node: NodeId
    folder: Path
    keys: tuple[OwnKey, ...]
    idempotency_secret: bytes = field(repr=False)

    def of(self, use: KeyUse) -> tuple[OwnKey, ...]:
        """Keys of a use, oldest generation first."""
        return tuple(key for key in self.keys if key.use == use)

    def current(self, use: KeyUse, rights: Rights, now: int, name: str = "") -> tuple[OwnKey, KeyEntry]:
        """The newest own key of a use that is listed, valid at `now` and not revoked. Raises `BadInput` where none is.

        `name` picks a journal's generation by its origin (else the first).
        """
        own = {key.public: key for key in self.of(use)}
        for entry in rights.current_keys(name or listed_name(self.node, use, 1), use, now):
            if entry.key in own:
                return own[entry.key], entry
        raise BadInput(f"Expected a listed, valid {use} key of {self.node}; renew it with `terpadu node renew`.")

    def certificate(self, generation: int) -> Path:
        """Where the registry's certificate for a TLS key lies."""
        return self.folder / f"tls-{generation}.crt"


def listed_name(node: NodeId, use: KeyUse, generation: int) -> str:
    """The name of a node's key in the registry's log (protocol section 3)."""
    return {"journal": f"{node}/journal/{generation}", "witness": f"{node}/witness"}.get(use, node)


def create(folder: Path, node: str) -> NodeKeys:
    """Make a new node's keys and secrets. Raises `BadInput` where the folder holds keys already."""
    name = node_id(node)
    if (folder / "node").exists():
        raise BadInput(f"Expected a folder without keys, {folder} holds those of a node; name another.")
    files.write_whole(folder / KEYING, secrets.token_bytes(32), files.SECRET)
    for use, generation in _FIRST:
        _make(folder, use, generation)
    files.write_whole(folder / "node", f"{name}\n".encode())
    return load(folder)


def _make(folder: Path, use: KeyUse, generation: int) -> None:
    files.write_whole(folder / f"{use}-{generation}.pem", to_pem(new_key(ALGORITHM[use])), files.SECRET)


def load(folder: Path) -> NodeKeys:
    """Read a node's folder. Raises `BadInput` for a file that is missing, unreadable or open to others."""
    node = node_id(_read(folder / "node").decode("ascii", "replace").strip())
    own = tuple(sorted(_keys(folder, node), key=lambda key: (key.use, key.generation)))
    return NodeKeys(node, folder, own, _secret(folder / KEYING))


def _keys(folder: Path, node: NodeId) -> Iterator[OwnKey]:
    for path in folder.glob("*.pem"):
        if found := _FILE.fullmatch(path.name):
            use, generation = found[1], int(found[2])
            key = from_pem(_guarded(path), str(path))
            yield OwnKey(use, generation, listed_name(node, use, generation), key)  # type: ignore[arg-type]


def _secret(path: Path) -> bytes:
    raw = _guarded(path)
    if len(raw) != 32:
        raise BadInput(f"Expected 32 bytes in {path}, found {len(raw)}; restore it from backup.")
    return raw


def _guarded(path: Path) -> bytes:
    raw = _read(path)
    if path.stat().st_mode & 0o077:
        raise BadInput(f"Expected {path} to be readable by its owner alone; run `chmod 600 {path}`.")
    return raw


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"Expected a node's file {path}: {error.strerror}. Run `terpadu node init`.") from None


def use_of(text: str) -> KeyUse:
    """One of a node's uses. Raises `BadInput`."""
    for use in ALGORITHM:
        if use == text:
            return use
    raise BadInput(f"Expected a use ({', '.join(ALGORITHM)}), got {text[:40]!r}.")


def renew(folder: Path, use: KeyUse) -> OwnKey:
    """Make the next generation of a key; it is used once the registry lists it and its time has come."""
    keys = load(folder)
    generation = max((key.generation for key in keys.of(use)), default=0) + 1
    _make(folder, use, generation)
    return load(folder).of(use)[-1]


class Due(NamedTuple):
    """A key that ends soon and has no successor: `days` left (0: ended), `warning` the threshold that it passed."""

    use: KeyUse
    name: str
    until: int
    days: int
    warning: int


def due(keys: NodeKeys, rights: Rights, now: int) -> list[Due]:
    """What must be renewed, soonest first: own listed keys that end within 30 days without a successor listed."""
    own = {key.public for key in keys.keys}
    last: dict[KeyUse, KeyEntry] = {}
    for entry in rights.federation.keys:
        if entry.key in own and entry.until > getattr(last.get(entry.use), "until", 0):
            last[entry.use] = entry
    ending = [entry for entry in last.values() if entry.until - now <= WARN_AT[0] * DAY]
    return [_due(entry, entry.until - now) for entry in sorted(ending, key=lambda entry: entry.until)]


def _due(entry: KeyEntry, left: int) -> Due:
    return Due(entry.use, entry.name, entry.until, days=max(0, left // DAY), warning=_passed(left))


def _passed(left: int) -> int:
    return min((days for days in WARN_AT if left <= days * DAY), default=0) if left > 0 else 0
