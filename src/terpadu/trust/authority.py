"""The registry's small authority for nodes' TLS certificates.

A certificate alone opens nothing: a peer's key is pinned by its `tls` entry in the registry's log, which needs the
holders' signatures. The certificate carries the node's name as the URI `terpadu://<node>`.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from terpadu.errors import BadInput
from terpadu.model.identifiers import NodeId
from terpadu.signing.keys import PrivateKey

_DAY = 86_400_000
_AUTHORITY = 3650 * _DAY
_SHA256 = hashes.SHA256()


def create(instance: str, now: int) -> tuple[ec.EllipticCurvePrivateKey, str]:
    """A new authority: its key and its certificate in PEM, good for ten years from `now` (Unix ms)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{instance} registry")])
    builder = _builder(name, name, key.public_key(), now, now + _AUTHORITY)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(authority=True), critical=True)
    return key, _pem(builder.sign(key, _SHA256))


def issue(key: PrivateKey, authority: str, *, node: NodeId, public: str, since: int, until: int) -> str:
    """A node's certificate in PEM for its public key (base64 SPKI). Times are Unix ms. Raises `BadInput`."""
    issuer = load(authority)
    builder = _builder(x509.Name([]), issuer.subject, _p256(public), since, until)
    uri = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"terpadu://{node}")])
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    builder = builder.add_extension(uri, critical=True).add_extension(both, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(authority=False), critical=True)
    return _pem(builder.sign(key, _SHA256))


def _p256(public: str) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(base64.b64decode(public))
    except ValueError:
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise BadInput("Expected a P-256 key for a TLS certificate; make it with `terpadu node init`.")
    return key


def load(pem: str) -> x509.Certificate:
    """A certificate from PEM. Raises `BadInput`."""
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        raise BadInput("Expected a certificate in PEM; take the one that the registry issued.") from None


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, since: int, until: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_moment(since))
        .not_valid_after(_moment(until))
    )


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds // 1000, UTC)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
