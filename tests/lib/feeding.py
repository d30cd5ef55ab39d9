"""A hospital's database, a SATUSEHAT and the feed between them; run as a program, it can be killed at a chosen Bundle.

python -m tests.lib.feeding FOLDER URL [KILL_AT before|after]
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from contoh.alat import credential
from contoh.alat.credentials import DEFAULTS
from terpadu.connectors.feed.description import read
from terpadu.connectors.feed.feed import Feed, Report, Send
from terpadu.connectors.loading import load
from terpadu.model.federation import WHOLE_BODY
from terpadu.model.message import Answer
from tests.lib.admitting import admitted

FEED = Path("demo/simpul/simrs/satusehat-feed.toml")
SATUSEHAT = Path("demo/simpul/satusehat/connector.toml")


def place(folder: Path, url: str) -> None:
    """The demo's two files in a folder, pointed at a stand-in."""
    folder.mkdir(exist_ok=True)
    (folder / "feed.toml").write_text(FEED.read_text())
    (folder / "connector.toml").write_text(SATUSEHAT.read_text().replace("http://127.0.0.1:9103", url))


async def feed(folder: Path, around: Any = None, again: bool = False) -> Report:
    """One run through the fhir connector; `around(send)` may stand between."""
    connectors = load(folder / "connector.toml", {name: credential(name) for name in DEFAULTS})

    async def send(bundle: bytes, key: str) -> Answer:
        subsystem = "ID/GOV/KEMENKES/SATUSEHAT"
        return await connectors.ask(
            admitted("kirim-bundel", bundle, fields=(WHOLE_BODY,), effect="keyed", key=key, subsystem=subsystem)
        )

    running = Feed(read(folder / "feed.toml"), folder, around(send) if around else send)
    try:
        return await running.run(again)
    finally:
        await running.close()
        await connectors.close()


def killing(number: int, when: str) -> Any:
    """Kill the own process at the n-th Bundle, before it leaves or after it was taken."""

    def around(send: Send) -> Send:
        left = number

        async def deadly(bundle: bytes, key: str) -> Answer:
            nonlocal left
            left -= when == "before"
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = await send(bundle, key)
            left -= when == "after"
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return deadly

    return around


if __name__ == "__main__":
    asyncio.run(feed(Path(sys.argv[1]), killing(int(sys.argv[2]), sys.argv[3])))
