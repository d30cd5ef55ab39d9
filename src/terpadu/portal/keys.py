"""The portal's own secrets: files of a folder that only its owner may read; made once, never in the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from msgspec import Struct

from terpadu.errors import BadInput

NAMES = ("django", "seal", "index")
"""Session signing; sealing of personal data at rest; the keyed hash under which persons are found."""


class Keys(Struct, frozen=True):
    """Three independent secrets of 32 bytes, as hex."""

    django: str
    seal: str
    index: str

    def __repr__(self) -> str:
        return "Keys(…)"


def make(folder: Path) -> None:
    """Write what is missing; what is there stays."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in NAMES:
        path = folder / name
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))


def read(folder: Path | None) -> Keys:
    """The keys of a folder; without one, keys that die with the process (tests, type checks). Raises `BadInput`."""
    if folder is None:
        return Keys(*(secrets.token_hex(32) for _ in NAMES))
    try:
        loose = [name for name in NAMES if (folder / name).stat().st_mode & 0o077]
        if loose:
            raise BadInput(f"Expected {folder / loose[0]} to be readable by its owner alone; run `chmod 600` on it.")
        return Keys(*((folder / name).read_text(encoding="ascii").strip() for name in NAMES))
    except OSError as error:
        raise BadInput(
            f"Expected the portal's keys in {folder}: {error.strerror}. Run `terpadu portal init`."
        ) from None
