"""The demo's registry: serves the published files and signs their freshness, as `terpadu federation publish --serve` does."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from terpadu.clock import system_clock
from terpadu.trust.office import Office
from terpadu.trust.serve import serve


async def main(folder: Path, host: str, port: int) -> None:
    """Until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    serving = asyncio.create_task(
        serve(Office(folder), host, port, system_clock, lambda _: print("siap registri", flush=True))
    )
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait((serving, waiting), return_when=asyncio.FIRST_COMPLETED)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
