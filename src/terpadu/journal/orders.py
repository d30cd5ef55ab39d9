"""What an operator orders of a node that runs: it holds the journal, so it does it. One file an order, in `orders/`.

Who can write there could stop the node and write the journal itself: the folder has its owner's rights alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from terpadu.journal.journal import Journal

FOLDER = "orders"


class Order(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Destroy the contents of these message numbers; of none named: all whose days are over."""

    numbers: tuple[str, ...] = ()
    rule: str = "operator"


def give(directory: Path, order: Order) -> Path:
    """Lay an order down, whole or not at all; its file goes when it is done, and `answer` tells how many."""
    folder = directory / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{uuid.uuid4()}.json"
    _write(path, msgspec.json.encode(order))
    return path


def waiting(directory: Path) -> Iterator[tuple[Path, Order]]:
    """What is to be done. A file that is no order is put aside under another name."""
    for path in sorted((directory / FOLDER).glob("*.json")):
        try:
            yield path, msgspec.json.decode(path.read_bytes(), type=Order)
        except msgspec.DecodeError:
            path.rename(path.with_suffix(".unread"))


def done(path: Path, count: int) -> None:
    """An order is done; who gave it finds how many contents were destroyed."""
    _write(path.with_suffix(".done"), f"{count}\n".encode())
    path.unlink()


async def follow(order: Order, journal: Journal) -> int:
    """Do it; returns how many contents were destroyed."""
    if not order.numbers:
        return await journal.destroy_expired()
    rows = [row for one in order.numbers for row in await asyncio.to_thread(journal.index.rows, "number = ?", one)]
    return await journal.destroy([row.leaf for row in rows], order.rule)


def answer(path: Path) -> int | None:
    """How many contents an order destroyed, None while it is not done; told once."""
    with contextlib.suppress(FileNotFoundError):
        count = int(path.with_suffix(".done").read_text("ascii"))
        path.with_suffix(".done").unlink()
        return count
    return None


def _write(path: Path, raw: bytes) -> None:
    beside = path.with_suffix(".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
