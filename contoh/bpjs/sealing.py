"""How a hospital proves itself to BPJS, and how BPJS seals what it answers: HMAC-SHA-256, AES-256-CBC, LZString."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from starlette.datastructures import Headers

from contoh.alat import credential
from contoh.bpjs.lzstring import pack

WINDOW = 300
"""Seconds by which a timestamp may be off (invented: BPJS names no number)."""


@dataclass(frozen=True)
class Unproven(Exception):
    """What BPJS answers to who does not prove itself; the code stands in metaData, inside HTTP 200."""

    message: str


def check(headers: Headers, now: int) -> str:
    """The timestamp of a call that proves itself. Raises Unproven."""
    stamp = headers.get("x-timestamp", "")
    if not stamp.isdecimal() or abs(now - int(stamp)) > WINDOW:
        raise Unproven("Timestamp tidak valid")
    wanted = {
        "x-cons-id": credential("BPJS_CONS_ID"),
        "user_key": credential("BPJS_USER_KEY"),
        "x-signature": signature(stamp),
    }
    if not all(hmac.compare_digest(headers.get(name, "").encode(), value.encode()) for name, value in wanted.items()):
        raise Unproven("Signature tidak sesuai")
    return stamp


def signature(stamp: str) -> str:
    """base64(HMAC-SHA-256(secret, cons-id & timestamp))"""
    text = f"{credential('BPJS_CONS_ID')}&{stamp}".encode()
    return base64.b64encode(hmac.digest(credential("BPJS_SECRET").encode(), text, "sha256")).decode()


def seal(response: object, stamp: str) -> str:
    """The JSON packed, then encrypted under a key of cons-id, secret and timestamp; its first half is the IV too."""
    key = hashlib.sha256(f"{credential('BPJS_CONS_ID')}{credential('BPJS_SECRET')}{stamp}".encode()).digest()
    padder = PKCS7(128).padder()
    packed = padder.update(pack(json.dumps(response)).encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(packed) + encryptor.finalize()).decode()
