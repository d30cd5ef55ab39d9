"""The journal's two kinds of secret, kept elsewhere than the journal: the store key, and an index key for each year.

Destroying a year's index key ends the connection between persons and that year's records; destroying the store key ends
all kept contents.
"""

from __future__ import annotations

import os
import time
from functools import lru_cache
from pathlib import Path

from terpadu.errors import BadInput

_SIZE = 32


class Secrets:
    """Secrets in a directory of their own, made when first asked for: `store.key`, `index-<year>.key`."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._directory = directory
        self._index: dict[int, bytes] = {}
        self.store = self._secret("store.key")

    def index(self, year: int) -> bytes:
        """The index key of a UTC year (32 bytes)."""
        if year not in self._index:
            self._index[year] = self._secret(f"index-{year}.key")
        return self._index[year]

    def known_index(self, year: int) -> bytes | None:
        """The index key of a year, or None where there never was one or it was destroyed."""
        return self.index(year) if (self._directory / f"index-{year}.key").exists() else None

    def _secret(self, name: str) -> bytes:
        path = self._directory / name
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
        if len(secret) != _SIZE:
            raise BadInput(f"Expected {_SIZE} bytes in {path}, found {len(secret)}; restore it from backup.")
        return secret


def _make(path: Path) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(fd, "wb") as file:
        file.write(os.urandom(_SIZE))
        file.flush()
        os.fsync(fd)
    beside.rename(path)


def year_of(milliseconds: int) -> int:
    """The UTC year of a Unix time in milliseconds."""
    return _year(milliseconds // 86_400_000)


@lru_cache(maxsize=64)
def _year(day: int) -> int:
    return time.gmtime(day * 86_400).tm_year
