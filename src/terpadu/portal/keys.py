"""The portal's own secrets: files of a folder that only its owner may read; made once, never in the database."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.model.federation import KeyEntry
from terpadu.signing.keys import PrivateKey, Signer, from_pem, new_key, public_text, signer, to_pem

NAMES = ("django", "seal", "index", "payments")
"""Session signing; sealing of data at rest; the keyed hash under which persons are found; the token of the own node's push."""
CONSENT = "consent.pem"
"""P-256: signs consent receipts and their withdrawals; its public half lies beside it, for the federation."""


DOCUMENT = "document.pem"
"""Signs papers, with its certificates in document.crt. What `make` writes vouches for itself alone: see cases/documents."""


class Keys(Struct, frozen=True):
    """Independent secrets of 32 bytes, as hex, the key of consents, and sign-on's keys (PEM), the newest first.

    `document` signs papers: its key and its certificates, both PEM.
    """

    django: str
    seal: str
    index: str
    payments: str
    consent: PrivateKey
    sign_on: tuple[str, ...]
    document: tuple[str, str]

    def __repr__(self) -> str:
        return "Keys(…)"

    def consent_signer(self, name: str) -> Signer:
        """The consent key under the name that the federation lists it by."""
        entry = KeyEntry(
            alg="ecdsa-p256", members=(), since=0, key=public_text(self.consent), kind="key", name=name, until=0,
            use="consent",
        )  # fmt: skip
        return signer(entry, self.consent)


def make(folder: Path) -> None:
    """Write what is missing; what is there stays."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in NAMES:
        _write(folder / name, secrets.token_hex(32))
    if not (folder / CONSENT).exists():
        key = new_key("ecdsa-p256")
        _write(folder / CONSENT, to_pem(key).decode())
        (folder / "consent.pub").write_text(f"{public_text(key)}\n", encoding="ascii")
    if not _sign_on(folder):
        rotate(folder)
    if not (folder / DOCUMENT).exists():
        own, certificate = own_document_key()
        _write(folder / DOCUMENT, own)
        _write(folder / "document.crt", certificate)


def rotate(folder: Path) -> Path:
    """A new key for ID tokens. The older ones stay in the JWKS, so that what they signed verifies until it ends."""
    path = folder / f"sign-on-{len(_sign_on(folder)) + 1:03}.pem"
    _write(path, _rsa())
    return path


def _sign_on(folder: Path) -> list[Path]:
    return sorted(folder.glob("sign-on-*.pem"), reverse=True)


def own_document_key() -> tuple[str, str]:
    """A key and a certificate by itself, for three years: good to try with, no certified signature (PP 71/2019 article 60)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Terpadu, sertifikat sendiri (bukan tersertifikasi)")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=3 * 365))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
    return pem, made.public_bytes(serialization.Encoding.PEM).decode()


def _rsa() -> str:
    """RS256 is what every client of OpenID Connect knows (Core 15.1)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


def _write(path: Path, text: str) -> None:
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="ascii") as file:
            file.write(text)


def read(folder: Path | None) -> Keys:
    """The keys of a folder; without one, keys that die with the process (tests, type checks). Raises `BadInput`."""
    if folder is None:
        drawn = {name: secrets.token_hex(32) for name in NAMES}
        return Keys(**drawn, consent=new_key("ecdsa-p256"), sign_on=(_rsa(),), document=own_document_key())
    try:
        own = [*(folder / name for name in (*NAMES, CONSENT, DOCUMENT)), *_sign_on(folder)]
        loose = [path for path in own if path.stat().st_mode & 0o077]
        if loose:
            raise BadInput(f"Expected {loose[0]} to be readable by its owner alone; run `chmod 600` on it.")
        consent = from_pem((folder / CONSENT).read_bytes(), str(folder / CONSENT))
        texts = {name: (folder / name).read_text(encoding="ascii").strip() for name in NAMES}
        sign_on = tuple(path.read_text(encoding="ascii") for path in _sign_on(folder))
        document = (
            (folder / DOCUMENT).read_text(encoding="ascii"),
            (folder / "document.crt").read_text(encoding="ascii"),
        )
        return Keys(**texts, consent=consent, sign_on=sign_on, document=document)
    except OSError as error:
        raise BadInput(
            f"Expected the portal's keys in {folder}: {error.strerror}. Run `terpadu portal init`."
        ) from None
