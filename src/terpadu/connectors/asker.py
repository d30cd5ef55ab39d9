"""Whose request this is, where a connector keeps something of it: two offices may well choose the same key.

The name is X-Road-Client, which the node has held against the signed head before anything was admitted.
"""

from __future__ import annotations

import hashlib
from urllib.parse import unquote

from terpadu.errors import Refused
from terpadu.model.message import Admitted


def asker(admitted: Admitted) -> str:
    """The asking subsystem in one spelling; empty where a request names none."""
    named = [value for name, value in admitted.headers if name.lower() == b"x-road-client"]
    return unquote(named[0].decode("latin-1")) if named else ""


def act(admitted: Admitted) -> str:
    """SHA-256 (hex) of asker and idempotency key: one act of one office. Raises Refused("key-needed") without a key."""
    if not admitted.key:
        raise Refused("key-needed", "Expected an Idempotency-Key: without one, a repetition would be another act.")
    return hashlib.sha256(f"{asker(admitted)}\n{admitted.key}".encode()).hexdigest()
