"""Kept contents: AES-256-GCM under a key that is used once and can be destroyed (protocol section 6).

A segment's key slots are random bytes, filled and synced when the segment is made, so a key costs no sync of its own.
"""

from __future__ import annotations

import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SLOT = 32
SLOTS = 4096
"""Slots a segment begins with."""
_NONCE = bytes(12)
DESTROYED = bytes(SLOT)


def new_slots() -> bytes:
    """Random slots for a new segment."""
    return os.urandom(SLOT * SLOTS)


def _key(store: bytes, slot: bytes) -> AESGCM:
    return AESGCM(sha256(b"terpadu.contentkey/1\n" + store + slot).digest())


def encrypt(store: bytes, slot: bytes, leaf: bytes, content: bytes) -> bytes:
    """The content under the slot's key; nonce 0, since a slot is used once; bound to its leaf."""
    return _key(store, slot).encrypt(_NONCE, content, leaf)


def decrypt(store: bytes, slot: bytes, leaf: bytes, encrypted: bytes) -> bytes | None:
    """The content, or None where it was altered or belongs to another key."""
    try:
        return _key(store, slot).decrypt(_NONCE, encrypted, leaf)
    except InvalidTag:
        return None
