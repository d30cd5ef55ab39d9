"""What a restart must not forget, read back from a real journal: promises never to serve, the day's use, the key's answer."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from terpadu.exchange.repetition import Memory, Verdict
from terpadu.exchange.restoring import Restoring
from terpadu.journal.entries import Local
from terpadu.journal.journal import Journal
from terpadu.model.heads import RequestHead
from terpadu.model.message import Message
from terpadu.policy.usage import Usage
from terpadu.signing.writing import Outcome, write_query, write_reply
from tests.lib.journals import CONSUMER, NOW, PROVIDER, TRUST, Keyring, open_journal, reply, request, seal

AGREED = Local("agreement A1/1", b"w" * 16, None, "")
QUERY = Local("query", None, None, "")


class Past:
    """A provider's journal with a past, and what a node remembers of it after a restart."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.ring, self.memory, self.usage = directory, Keyring(), Memory(), Usage()

    async def record(self, journal: Journal, came: Message | None, left: Message | None, local: Local) -> None:
        """A frame that came, then one that left, each with one message."""
        for message, signer, to, way in ((came, CONSUMER, PROVIDER, "in"), (left, PROVIDER, CONSUMER, "out")):
            if message is not None:
                frame = seal(self.ring.signer(signer, "frame"), [(to, [message])])[0]
                await journal.settle(journal.record_frame(way, frame, [local], TRUST))  # type: ignore[arg-type]

    def open(self) -> Journal:
        """As a start opens it."""
        return open_journal(self.directory, self.ring, PROVIDER)

    def restart(self) -> None:
        """Read everything back."""

        async def run() -> None:
            journal = self.open()
            Restoring(journal, self.memory, self.usage).read(NOW)
            await journal.close()

        asyncio.run(run())

    def meets(self, message: Message) -> Verdict:
        """What the restarted node makes of a message."""
        assert isinstance(message.head, RequestHead)
        return self.memory.meet(message, message.head, b"", CONSUMER)


def test_a_promise_never_to_serve_outlives_a_restart(tmp_path: Path) -> None:
    past, late = Past(tmp_path), request(b"terlambat")

    async def run() -> None:
        journal = past.open()
        query = write_query(late, "11111111-1111-4111-8111-111111111111", NOW, NOW + 30_000)
        promise = write_reply(query, Outcome(rule="query", state="never-arrived"), NOW, os.urandom(16))
        await past.record(journal, query, promise, QUERY)
        await journal.close()

    asyncio.run(run())
    past.restart()
    assert past.meets(late) == "never"
    assert past.meets(request(b"lain")) == "new"


def test_what_was_answered_counts_and_what_is_in_doubt_is_counted_when_decided_again(tmp_path: Path) -> None:
    past, answered, doubtful = Past(tmp_path), request(b"satu"), request(b"dua")

    async def run() -> None:
        journal = past.open()
        await past.record(journal, answered, reply(answered), AGREED)
        await past.record(journal, doubtful, None, AGREED)
        await journal.close()

    asyncio.run(run())
    past.restart()
    assert past.usage.calls("A1/1", NOW) == 1
    assert [message.leaf for message, _ in past.memory.unanswered()] == [doubtful.leaf]
    assert past.meets(answered) == "again"
