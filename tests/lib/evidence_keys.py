"""Own bytes for the evidence forge: base64, canonical JSON, RFC 6962 trees, and keys that are made from their names."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NOW = 1_790_000_000_000
YEAR = 365 * 86_400_000
SPKI, DER = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.Encoding.DER


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def jcs(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def member_of(name: str) -> str:
    return "/".join(name.split("/")[:3])


def root_of(leaves: list[bytes]) -> bytes:
    """The RFC 6962 root, by its recursive definition."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = _cut(len(leaves))
    return sha256(b"\x01" + root_of(leaves[:cut]) + root_of(leaves[cut:])).digest()


def path_of(index: int, leaves: list[bytes]) -> list[bytes]:
    """The RFC 6962 audit path, from the leaf upwards."""
    if len(leaves) == 1:
        return []
    cut = _cut(len(leaves))
    if index < cut:
        return [*path_of(index, leaves[:cut]), root_of(leaves[cut:])]
    return [*path_of(index - cut, leaves[cut:]), root_of(leaves[:cut])]


def _cut(size: int) -> int:
    cut = 1
    while cut * 2 < size:
        cut *= 2
    return cut


def lines(items: list[bytes]) -> str:
    return "".join(b64(item) + "\n" for item in items)


@dataclass(frozen=True)
class Key:
    """A private key with the entry that lists it; `alg` is what the entry says, `curve` what the key really is."""

    name: str
    use: str
    members: tuple[str, ...]
    alg: str = "ed25519"
    since: int = NOW - YEAR
    until: int = NOW + YEAR
    seed: str = ""
    curve: str = ""
    scalar: int = 0

    @property
    def _number(self) -> bytes:
        return sha256((self.seed or f"{self.name} {self.use}").encode()).digest()

    @property
    def _p256(self) -> bool:
        return (self.curve or self.alg) == "ecdsa-p256"

    def _private(self) -> ec.EllipticCurvePrivateKey | Ed25519PrivateKey:
        if self._p256:
            return ec.derive_private_key(self.scalar or int.from_bytes(self._number, "big") >> 1, ec.SECP256R1())
        return Ed25519PrivateKey.from_private_bytes(self._number)

    @property
    def public(self) -> bytes:
        public = self._private().public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            return public.public_bytes(DER, SPKI)
        return public.public_bytes_raw()

    @property
    def entry(self) -> str:
        return jcs(
            {"alg": self.alg, "for": list(self.members), "from": self.since, "key": b64(self.public), "kind": "key"}
            | {"name": self.name, "until": self.until, "use": self.use}
        )

    @property
    def key_id(self) -> bytes:
        if self._p256:
            return sha256(self.public).digest()[:4]
        kind = b"\x04" if self.use == "witness" else b"\x01"
        return sha256(self.name.encode() + b"\n" + kind + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([1]) + self.public)}"

    def sign(self, text: str) -> bytes:
        private = self._private()
        if isinstance(private, Ed25519PrivateKey):
            return private.sign(text.encode())
        return private.sign(text.encode(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))

    def line(self, text: str, name: str = "") -> str:
        """The signature line under this text."""
        return f"— {name or self.name} {b64(self.key_id + self.sign(text))}\n"

    def cosign(self, text: str, second: int) -> str:
        """The witness's line under this checkpoint text, at this Unix second."""
        signature = self.sign(f"cosignature/v1\ntime {second}\n{text}")
        return f"— {self.name} {b64(self.key_id + second.to_bytes(8, 'big') + signature)}\n"
