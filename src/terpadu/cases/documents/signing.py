"""The electronic signature of a paper: PAdES (ETSI EN 319 142-1, baseline B-B) by the portal's document key.

In Indonesia a certified signature comes from a provider listed by the ministry (PP 71/2019 article 60), for government BSrE:
put its key and certificates into the portal's `keys` folder. The key that `terpadu portal init` makes vouches for itself alone.
"""

from __future__ import annotations

import io
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "TandaTangan"


def signer(key: str, chain: str) -> Any:
    """A signer of a PKCS 8 key and its certificates (PEM), the own one first."""
    certificates = [x509.Certificate.load(raw) for _, _, raw in pem.unarmor(chain.encode(), multiple=True)]
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(certificates[1:])
    private = asn1_keys.PrivateKeyInfo.load(pem.unarmor(key.encode())[2])
    return signers.SimpleSigner(signing_cert=certificates[0], signing_key=private, cert_registry=store)


def sign(drawn: bytes, by: Any, reason: str) -> bytes:
    """The paper with its signature; what was drawn stays as it was, the signature is added behind it."""
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", reason=reason, subfilter=fields.SigSeedSubFilter.PADES
    )
    signed = io.BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(drawn)), meta, by, output=signed)
    return signed.getvalue()
