"""Keys by algorithm: the key's listed entry chooses it, never the message (protocol section 3).

P-256 signs DER over SHA-256 with RFC 6979 nonces, since a cloned machine must not repeat one; Ed25519 as RFC 8032.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from terpadu.errors import BadInput
from terpadu.model.federation import Algorithm, KeyEntry
from terpadu.model.rights import note_key_id

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
Check = Callable[[bytes, bytes], bool]
"""(signature, message) -> does it verify?"""

_SIGN_P256 = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_VERIFY_P256 = ec.ECDSA(hashes.SHA256())


def new_key(alg: Algorithm) -> PrivateKey:
    """A fresh private key."""
    return ec.generate_private_key(ec.SECP256R1()) if alg == "ecdsa-p256" else ed25519.Ed25519PrivateKey.generate()


def algorithm(key: PrivateKey) -> Algorithm:
    """Which algorithm a private key is for."""
    return "ed25519" if isinstance(key, ed25519.Ed25519PrivateKey) else "ecdsa-p256"


def public_text(key: PrivateKey) -> str:
    """The public half as key entries hold it: base64 of the SPKI in DER (P-256) or of 32 raw bytes (Ed25519)."""
    public = key.public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        return base64.b64encode(public.public_bytes_raw()).decode()
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(spki).decode()


def to_pem(key: PrivateKey) -> bytes:
    """PKCS 8 in PEM, unencrypted: the file's permissions guard it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def from_pem(raw: bytes, name: str) -> PrivateKey:
    """A P-256 or Ed25519 key from PEM; `name` is how the error speaks of it."""
    try:
        key = serialization.load_pem_private_key(raw, None)
    except (ValueError, TypeError):
        raise BadInput(f"Expected a private key in PEM in {name}; it can't be read. Restore it from backup.") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise BadInput(f"Expected a P-256 or Ed25519 key in {name}; make one with `terpadu node init`.")
    return key


class Signer(NamedTuple):
    """A private key under the name and key id that its entry gives it."""

    name: str
    key_id: bytes
    sign: Callable[[bytes], bytes]


def signer(entry: KeyEntry, key: PrivateKey) -> Signer:
    """The signer of a listed key. Raises `BadInput` where the private key is not the entry's."""
    if public_text(key) != entry.key:
        raise BadInput(f"Expected the private key of {entry.name}'s entry; another was given.")
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return Signer(entry.name, note_key_id(entry), key.sign)
    return Signer(entry.name, note_key_id(entry), lambda message: key.sign(message, _SIGN_P256))


@lru_cache(maxsize=4096)
def check_of(alg: Algorithm, key: str) -> Check:
    """The check of a public key as its entry writes it; loaded once."""
    raw = base64.b64decode(key)
    if alg == "ed25519":
        return _check_ed25519(ed25519.Ed25519PublicKey.from_public_bytes(raw))
    public = serialization.load_der_public_key(raw)
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
        raise BadInput("Expected a P-256 key in the key entry; list one of that curve.")
    return _check_p256(public)


def _check_ed25519(public: ed25519.Ed25519PublicKey) -> Check:
    def check(signature: bytes, message: bytes) -> bool:
        try:
            public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return check


def _check_p256(public: ec.EllipticCurvePublicKey) -> Check:
    def check(signature: bytes, message: bytes) -> bool:
        try:
            public.verify(signature, message, _VERIFY_P256)
        except InvalidSignature:
            return False
        return True

    return check
