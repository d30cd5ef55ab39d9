"""Large bodies: 10 MiB replies against nginx, and the memory of both nodes while 100 MiB pass."""

from __future__ import annotations

import hashlib
import http.client
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import load, traffic
from bench.machine import Ports
from bench.nodes import LARGE
from bench.processes import MIB, Process
from bench.rounds import Contestant, measure

CONNECTIONS = 4
SIZES = (10, 100)


def write_files(folder: Path) -> None:
    """What the old system hands out."""
    folder.mkdir()
    for size in SIZES:
        with (folder / f"besar{size}.bin").open("wb") as file:
            for _ in range(size):
                file.write(os.urandom(MIB))


def path(size: int) -> str:
    """Where a file of so many MiB is asked for."""
    return f"/r1/{traffic.PROVIDER}/{LARGE}/besar{size}.bin"


def bulk(
    home: Path,
    ports: Ports,
    headers: dict[str, str],
    nodes: Sequence[Process],
    proxies: Sequence[Process],
    rounds: int,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """`bulk_ratio` and the memory, or the sentence that says why not."""
    try:
        memory = _memory(ports.door, headers, nodes)
        for size in SIZES:
            for port in (ports.door, ports.proxy):
                check_file(home / "system" / "files" / f"besar{size}.bin", port, path(size), headers)
        script = load.fetching(home / "fetch.lua", path(10), headers)
        level = measure(
            [Contestant("terpadu", ports.door, script, nodes), Contestant("nginx", ports.proxy, script, proxies)],
            CONNECTIONS, rounds, 3, tell,
        )  # fmt: skip
    except (OSError, http.client.HTTPException, ValueError) as error:
        tell(f"not measured: {error}")
        return {"bulk_ratio": None, "bulk": {"not_measured": str(error)}}
    if level.failures():
        tell(f"not measured: failures under load: {level.failures()}")
        return {"bulk_ratio": None, "bulk": {"not_measured": f"failures under load: {level.failures()}"}}
    rates = {name: round(level.rate(name) * 10, 1) for name in level.turns}
    return {"bulk_ratio": round(level.ratio("terpadu", "nginx"), 3), "bulk": {"mib_per_s": rates, **memory}}


def check_file(file: Path, port: int, target: str, headers: dict[str, str]) -> None:
    """The whole body, unaltered. Raises `ValueError` with what came instead."""
    status, digest, size, start = _fetch(port, target, headers)
    if status != 200:
        raise ValueError(f"expected 200 for {target}, got {status}: {start[:200]!r}")
    if digest != hashlib.sha256(file.read_bytes()).hexdigest():
        raise ValueError(f"expected the {file.stat().st_size} bytes of {file.name}, got {size} others")


def _fetch(port: int, target: str, headers: dict[str, str]) -> tuple[int, str, int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    hashed, size, start = hashlib.sha256(), 0, b""
    try:
        connection.request("GET", target, headers=headers)
        reply = connection.getresponse()
        while piece := reply.read(MIB):
            start = start or piece[:300]
            hashed.update(piece)
            size += len(piece)
        return reply.status, hashed.hexdigest(), size, start
    finally:
        connection.close()


def _memory(port: int, headers: dict[str, str], nodes: Sequence[Process]) -> dict[str, list[float]]:
    """Resident MiB of both nodes before, and at most while 100 MiB pass: the first large body that they meet."""
    before, most, done = [node.rss() for node in nodes], [node.rss() for node in nodes], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            most[:] = [max(held, node.rss()) for held, node in zip(most, nodes, strict=True)]

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        _fetch(port, path(100), headers)
    finally:
        done.set()
        watcher.join()
    return {
        "rss_mib_before_100_mib": [round(one, 1) for one in before],
        "rss_mib_most_while_100_mib": [round(one, 1) for one in most],
    }
