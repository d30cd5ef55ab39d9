"""One node's part, alone in its process: take the published federation from a socket, verify it, index it; seconds and memory.

The registry that serves the files is a process of its own, so that its memory is not counted.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sys
import time
from pathlib import Path
from typing import Any

from terpadu.clock import system_clock
from terpadu.trust.fetch import Source
from terpadu.trust.keeper import Keeper
from terpadu.trust.office import Office
from terpadu.trust.serve import serve
from terpadu.trust.store import Store


def _serve(directory: str, told: Any) -> None:
    asyncio.run(serve(Office(Path(directory)), "127.0.0.1", 0, system_clock, told.put))


def main() -> None:
    """Print it as JSON."""
    place = Path(sys.argv[1])
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    server = context.Process(target=_serve, args=(str(place / "registri"), told), daemon=True)
    server.start()
    source = Source(f"http://127.0.0.1:{told.get(timeout=60)}")
    time.sleep(2)  # its first statement of freshness
    before = _megabytes()
    keeper = Keeper(Store(place / "trust", (place / "registri/public/root.json").read_bytes()), lambda: [source], system_clock)
    began = time.perf_counter()
    assert asyncio.run(keeper.refresh()), keeper.state().errors
    taken = time.perf_counter() - began
    began = time.perf_counter()
    assert asyncio.run(keeper.refresh()), keeper.state().errors
    again = time.perf_counter() - began
    server.terminate()
    found = {"node_takes_s": round(taken, 2), "node_same_again_s": round(again, 2), "node_memory_mb": _megabytes()}
    print(json.dumps(found | {"node_before_mb": before, "agreements": len(keeper.rights().agreements)}))


def _megabytes() -> float:
    """The most that this process ever held; `getrusage` would count what its parent held when it was made."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


if __name__ == "__main__":
    main()
