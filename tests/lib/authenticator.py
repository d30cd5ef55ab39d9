"""An authenticator in software (WebAuthn Level 3, section 6): makes passkeys and signs with them, also as an attacker would."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Passkey:
    """One discoverable credential with its own key. `counter` 0 stays 0, as platforms' synced passkeys do."""

    rp: str = "localhost"
    origin: str = "http://localhost:8000"
    user: bytes = b""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    counter: int = 0

    def made(self, options: dict[str, Any], **lies: Any) -> dict[str, Any]:
        """The answer to creation options, as a page sends it."""
        wanted = options["publicKey"]
        self.user = unb64(wanted["user"]["id"])
        return self.attested(wanted["challenge"], **lies)

    def attested(self, asked: str, **lies: Any) -> dict[str, Any]:
        client = self._client("webauthn.create", asked, lies)
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor.encode(cose)
        data = self._data(lies, ATTESTED) + attested
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": b64(client), "attestationObject": b64(statement)})

    def used(self, options: dict[str, Any], **lies: Any) -> dict[str, Any]:
        """The answer to request options. Lies: origin, rp, flags, type, challenge, user, counter, id, signature, cross."""
        if self.counter:
            self.counter += 1
        client = self._client("webauthn.get", options["publicKey"]["challenge"], lies)
        data = self._data(lies, 0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {
            "clientDataJSON": b64(client), "authenticatorData": b64(data),
            "signature": b64(lies.get("signature", signature)), "userHandle": b64(lies.get("user", self.user)),
        }  # fmt: skip
        return self._answer(answer, lies.get("id", self.id))

    def _client(self, kind: str, asked: str, lies: dict[str, Any]) -> bytes:
        data = {
            "type": lies.get("type", kind), "challenge": lies.get("challenge", asked),
            "origin": lies.get("origin", self.origin), "crossOrigin": lies.get("cross", False),
        }  # fmt: skip
        return json.dumps(data).encode()

    def _data(self, lies: dict[str, Any], more: int) -> bytes:
        flags = lies.get("flags", PRESENT | VERIFIED) | more
        rp = hashlib.sha256(lies.get("rp", self.rp).encode()).digest()
        return rp + bytes([flags]) + int(lies.get("counter", self.counter)).to_bytes(4, "big")

    def _answer(self, response: dict[str, str], name: bytes | None = None) -> dict[str, Any]:
        name = name or self.id
        return {
            "id": b64(name), "rawId": b64(name), "type": "public-key", "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}}, "authenticatorAttachment": "platform",
        }  # fmt: skip

    def pkcs8(self) -> str:
        """The private key as the browser's virtual authenticator takes it (base64)."""
        plain = serialization.NoEncryption()
        der = self.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
        return base64.b64encode(der).decode()
