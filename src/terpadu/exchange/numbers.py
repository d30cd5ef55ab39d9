"""Random bytes in bulk: salts and message numbers, a system call for two hundred and fifty-six of them."""

from __future__ import annotations

import os

_SIZE = 16
_POOL = 256 * _SIZE


class _Pool:
    """Bytes of the system's generator, each given out once. A forked child would share them: nodes do not fork."""

    __slots__ = ("_at", "_bytes")

    def __init__(self) -> None:
        self._bytes = b""
        self._at = 0

    def take(self) -> bytes:
        """16 fresh random bytes."""
        if self._at >= len(self._bytes):
            self._bytes, self._at = os.urandom(_POOL), 0
        at = self._at
        self._at = at + _SIZE
        return self._bytes[at : at + _SIZE]


_pool = _Pool()
salt = _pool.take
"""16 fresh random bytes."""


def message_number() -> str:
    """A lower-case UUIDv4 (RFC 9562)."""
    text = _pool.take().hex()
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
