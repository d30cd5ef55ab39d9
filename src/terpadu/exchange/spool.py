"""Where a large request waits until its last mark is verified: a file without a name, encrypted under a key in memory.

The old system sees nothing of a command before all of it is proven; a node that dies leaves nothing that can be read.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_TAG = 16
PIECE = 65536


class Spool:
    """A body on disk (a `Large`). Pieces of at most 64 KiB, AES-256-GCM, nonce = number of the piece."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it lives as long as the body
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._lengths: list[int] = []
        self._sha512 = hashlib.sha512()
        self.size: int | None = 0

    async def append(self, piece: bytes) -> None:
        """One more piece."""
        await asyncio.to_thread(self._append, piece)

    def _append(self, piece: bytes) -> None:
        self._sha512.update(piece)
        self._file.write(self._cipher.encrypt(self._nonce(len(self._lengths)), piece, None))
        self._lengths.append(len(piece))
        self.size = (self.size or 0) + len(piece)

    @property
    def sha512(self) -> bytes:
        """Digest of all pieces, for X-Road's request hash."""
        return self._sha512.digest()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body from its beginning."""
        at = 0
        for number, length in enumerate(self._lengths):
            encrypted = await asyncio.to_thread(os.pread, self._file.fileno(), length + _TAG, at)
            at += length + _TAG
            yield self._cipher.decrypt(self._nonce(number), encrypted, None)

    def flush(self) -> None:
        """Hand buffered bytes to the file, before it is read."""
        self._file.flush()

    def close(self) -> None:
        """Let it go; the file has no name and is gone with it."""
        self._file.close()

    @staticmethod
    def _nonce(number: int) -> bytes:
        return number.to_bytes(12, "big")
