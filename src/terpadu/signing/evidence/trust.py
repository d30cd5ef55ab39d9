"""Whom an offline verifier believes: the lines of `terpadu.trust/1`, alone or in root.json (protocol section 7)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import NamedTuple

import msgspec

from terpadu.errors import BadInput

FIELD = "x-terpadu-evidence"
FORM = "terpadu.trust/1"
KeyName = tuple[str, bytes]
"""A key's name and note key id (4 bytes)."""


class Trust(NamedTuple):
    """The registry's origin, its offline keys (32 bytes in base64, as entries write them) and how many must sign;
    witnesses needed; revoked keys (Unix seconds)."""

    registry: str
    threshold: int
    keys: dict[KeyName, str]
    witnesses: int
    revoked: dict[KeyName, int]


def read_root(raw: bytes) -> Trust:
    """The anchor from root.json or from a plain text of the same lines. Raises `BadInput`."""
    try:
        return _read(_lines(raw))
    except (ValueError, KeyError, TypeError, IndexError, binascii.Error):
        sentence = f"Expected root.json with {FIELD}, or the lines of {FORM}, as the trust anchor; take the registry's."
        raise BadInput(sentence) from None


def _lines(raw: bytes) -> list[str]:
    if not raw.lstrip().startswith(b"{"):
        return raw.decode().rstrip("\n").split("\n")
    lines = msgspec.json.decode(raw)["signed"][FIELD]
    return msgspec.convert(lines, list[str])


def _read(lines: list[str]) -> Trust:
    form, registry, *rest = lines
    word, origin, threshold = registry.split(" ")
    at = [line.split(" ")[0] for line in rest].index("witnesses")
    keys = dict(map(_vkey, rest[:at]))
    trust = Trust(origin, int(threshold), keys, int(rest[at].split(" ")[1]), dict(map(_revoked, rest[at + 1 :])))
    if (form, word) != (FORM, "registry") or not 0 < trust.threshold <= len(keys) or trust.witnesses < 0:
        raise ValueError
    return trust


def _vkey(line: str) -> tuple[KeyName, str]:
    """C2SP signed-note: name, key id in hex, base64 of 01 and 32 bytes of Ed25519."""
    name, key_id, encoded = line.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if len(raw) != 33 or raw[0] != 1 or hashlib.sha256(f"{name}\n".encode() + raw).hexdigest()[:8] != key_id:
        raise ValueError
    return (name, bytes.fromhex(key_id)), base64.b64encode(raw[1:]).decode()


def _revoked(line: str) -> tuple[KeyName, int]:
    """`revoked <name> <key id hex> <second>`"""
    word, name, key_id, second = line.split(" ")
    if word != "revoked" or len(key_id) != 8:
        raise ValueError
    return (name, bytes.fromhex(key_id)), int(second)
