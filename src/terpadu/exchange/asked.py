"""What was asked of another node and waits: for its reply, for a report on it, or for somebody to ask after it."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from terpadu.errors import Refused, TerpaduError
from terpadu.exchange.turns import Slot
from terpadu.journal.gathering import Recorded
from terpadu.model.message import Message
from terpadu.signing.hashes import b64
from terpadu.signing.opening import OpenedReply


class Heard(NamedTuple):
    """A reply that is about what was asked, and the record that it stands in."""

    reply: OpenedReply
    recorded: Recorded


class Asked:
    """A message that waits for its reply."""

    __slots__ = ("future", "keep", "message", "slot", "until")

    def __init__(self, message: Message, until: int, keep: bool, future: asyncio.Future[Heard]) -> None:
        self.message = message
        self.until = until
        self.keep = keep
        self.future = future
        self.slot: Slot | None = None

    def fail(self, error: Exception) -> None:
        """End the waiting with an error."""
        if not self.future.done():
            self.future.set_exception(error)


class Unresolved(TerpaduError):
    """The provider's report on a request: it never arrived, or its outcome can't be told again."""

    def __init__(self, state: str) -> None:
        super().__init__(f"The other node reports: {state}.", "in-doubt")
        self.state = state


def name_of(message: Message) -> str:
    """How a reply names the message that it is about."""
    return b64(message.leaf)


def tell(outcomes: list[tuple[Asked | None, OpenedReply | Refused]], recorded: Recorded | None) -> None:
    """Whoever waits hears its reply, or what kept it back."""
    for asked, outcome in outcomes:
        if asked is None or asked.future.done():
            continue
        if isinstance(outcome, OpenedReply) and recorded is not None:
            asked.future.set_result(Heard(outcome, recorded))
        elif isinstance(outcome, Refused):
            asked.future.set_exception(outcome)
