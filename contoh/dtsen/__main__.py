"""`python -m contoh.dtsen`: prints `kunci <public host key>` and `siap sftp://host:port`, ends at SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from contoh.dtsen.batch import Kantor
from contoh.dtsen.server import Layanan, layani
from contoh.orang import make


def main() -> None:
    minta = _argumen()
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
    with TemporaryDirectory(prefix="contoh-dtsen-") as sementara:
        folder = (minta.folder or Path(sementara)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            asyncio.run(_layani(minta, folder))
        except OSError as masalah:
            sys.exit(
                f"expected port {minta.port} on {minta.host} to be free: {masalah.strerror}; give another with --port"
            )


async def _layani(minta: Namespace, folder: Path) -> None:
    def siap(layanan: Layanan) -> None:
        for nomor in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(nomor, layanan.tutup)
        if minta.kunci_publik:
            minta.kunci_publik.write_text(layanan.kunci_publik + "\n")
        print(f"kunci {layanan.kunci_publik}", flush=True)
        print(f"siap sftp://{minta.host}:{layanan.port}", flush=True)

    penduduk = make(minta.seed, minta.families)
    await layani(Kantor(folder), penduduk, (minta.host, minta.port), siap, minta.hitungan)


def _argumen() -> Namespace:
    pembaca = ArgumentParser(prog="python -m contoh.dtsen", description="Stand-in for dtsen (invented people).")
    pembaca.add_argument("--host", default="127.0.0.1")
    pembaca.add_argument("--port", type=int, default=9106, help="0 takes a free one and prints it")
    pembaca.add_argument("--seed", type=int, default=2026)
    pembaca.add_argument("--families", type=int, default=1312)
    pembaca.add_argument("--folder", type=Path, help="where batches, answers and the host key are kept")
    pembaca.add_argument("--kunci-publik", type=Path, help="write the public host key into this file")
    pembaca.add_argument("--hitungan", type=Path, help="write the counters into this JSON file")
    return pembaca.parse_args()


if __name__ == "__main__":
    main()
