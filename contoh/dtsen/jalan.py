"""Running the stand-in: in a thread for a test, or until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from contoh.dtsen.batch import Kantor
from contoh.dtsen.server import Layanan, layani
from contoh.orang import Population


@contextmanager
def serve(penduduk: Population, folder: Path, hitungan: Path | None = None) -> Iterator[Layanan]:
    """The stand-in on a free port of 127.0.0.1, in a thread: `with serve(people, folder) as dtsen:`."""
    kabar: SimpleQueue[Layanan | BaseException] = SimpleQueue()

    def bekerja() -> None:
        try:
            asyncio.run(layani(Kantor(folder), penduduk, ("127.0.0.1", 0), kabar.put, hitungan))
        except BaseException as masalah:
            kabar.put(masalah)
            raise

    utas = Thread(target=bekerja, daemon=True)
    utas.start()
    layanan = kabar.get(timeout=15)
    if isinstance(layanan, BaseException):
        raise RuntimeError("expected the stand-in to listen, it did not") from layanan
    try:
        yield layanan
    finally:
        layanan.tutup()
        utas.join(15)
