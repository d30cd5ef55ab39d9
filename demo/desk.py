"""The Dukcapil office's own task system: set up once, so that its officers' verdicts come back through the exchange.

It can only POST to an address. The address is an alias at Kemendagri's node (demo/simpul/dukcapil/alias.toml); the portal's
node brings it on.
"""

from __future__ import annotations

import asyncio
import urllib.request

import msgspec

from contoh.alat import credential
from demo.places import HOST, TOGETHER, place_named

VERDICTS = "/dorong/putusan"


async def register() -> None:
    """Tell it where verdicts go."""
    await asyncio.to_thread(_post, {"url": place_named("dukcapil").address + VERDICTS})


def _post(body: dict[str, str]) -> None:
    headers = {"Content-Type": "application/json", "X-Kunci": credential("LOKET_KEY")}
    request = urllib.request.Request(f"http://{HOST}:{TOGETHER}/loket/penerima", msgspec.json.encode(body), headers)
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
        reply.read()
