"""Asking other nodes by HTTP on their peers' port: the other side of `doors/neighbours.py`."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from terpadu.errors import Refused, TerpaduError, Unverified
from terpadu.exchange.handing import Cursor, Given, read_frames
from terpadu.exchange.link import HTTP_LANE, check_pinned
from terpadu.exchange.own_keys import OwnKeys
from terpadu.exchange.seen import Held, read_held
from terpadu.journal.witness import Answered
from terpadu.model.identifiers import NodeId
from terpadu.model.rights import Rights
from terpadu.signing import evidence
from terpadu.signing.evidence import Entry
from terpadu.trust.fetch import Source

ANSWER_LIMIT = 8 * 1024 * 1024
_HEAD_LIMIT = 16 * 1024
RELAYS = 3
"""Peers that are asked for the federation in one round, where the registry does not answer."""


class Told(NamedTuple):
    """Status, content type and body of an answer."""

    status: int
    type: str
    body: bytes


class Neighbours:
    """All other nodes, each by its name and its listed TLS key."""

    def __init__(
        self,
        own: OwnKeys,
        rights: Callable[[], Rights],
        clock: Callable[[], int],
        last_good: Callable[[], Rights | None],
    ) -> None:
        self._own, self._rights, self._clock, self._last_good = own, rights, clock, last_good

    def relays(self) -> Iterator[Source]:
        """Some peers' relays of the federation, by the last one that was good: after its 7 days they are the only way
        back. What they serve proves itself; none where no key of ours is good."""
        known = self._last_good()
        if known is None:
            return
        try:
            context = self._own.tls(server=False, protocols=[HTTP_LANE], rights=known)
        except (TerpaduError, OSError):
            return
        others = [node for node in known.nodes.values() if node.id != self._own.keys.node]
        for node in random.sample(others, min(RELAYS, len(others))):
            host = f"[{node.host}]" if ":" in node.host else node.host
            yield Source(f"https://{host}:{node.port}/federation/", context)

    async def cosignature(self, name: str, submission: bytes) -> Answered:
        """Bring a submission to a witness (`<node>/witness`). Raises `OSError` where it is not there."""
        node = NodeId(name.removesuffix("/witness"))
        try:
            told = await self.ask(node, "POST", "/add-checkpoint", submission, 3)
        except TerpaduError as error:
            raise ConnectionError(error.sentence) from None
        return Answered(told.status, told.type, told.body)

    async def entries(self, node: NodeId, number: str, seconds: float) -> tuple[Entry, ...]:
        """The records of an exchange in the other end's journal. Raises `Refused` and `EvidenceBroken`."""
        told = await self.ask(node, "GET", f"/proof?number={quote(number)}", b"", seconds)
        return evidence.parse_entries(_good(told, node))

    async def hour(self, node: NodeId, hour: int) -> str:
        """The other end's `<count> <digest>` of a closed hour. Raises `Refused`."""
        return _good(await self.ask(node, "GET", f"/hour?at={hour}", b"", 10), node).decode("ascii", "replace").strip()

    async def leaves(self, node: NodeId, hour: int, after: str) -> list[str]:
        """A page of the other end's leaves of a closed hour, base64. Raises `Refused`."""
        told = await self.ask(node, "GET", f"/leaves?at={hour}&after={quote(after, safe='')}", b"", 10)
        return _good(told, node).decode("ascii", "replace").split()

    async def hours(self, node: NodeId, since: int) -> dict[int, str]:
        """The hours since then in which the other end holds messages with us, each with `<count> <digest>`.

        Raises `Refused`.
        """
        told = _good(await self.ask(node, "GET", f"/hours?since={since}", b"", 60), node)
        lines = (line.partition(" ") for line in told.decode("ascii", "replace").splitlines())
        return {int(hour): rest for hour, _, rest in lines if hour.isdigit() and len(hour) < 16}

    async def frames(self, node: NodeId, hour: int, after: Cursor) -> tuple[Cursor, list[Given]]:
        """A page of the frames of an hour that the other end holds. Raises `Refused`, `EvidenceBroken`, `BadInput`."""
        target = f"/frames?at={hour}&after={after[0]}+{after[1]}"
        return read_frames(_good(await self.ask(node, "GET", target, b"", 60), node))

    async def held(self, node: NodeId, seconds: float) -> Held:
        """What the other node holds of our journal. Raises `Refused` and `Unverified`."""
        return read_held(_good(await self.ask(node, "GET", "/seen", b"", seconds), node))

    async def ask(self, node: NodeId, verb: str, target: str, body: bytes, seconds: float) -> Told:
        """One call on a connection of its own. Raises `Refused("peer-unreachable")`."""
        try:
            async with asyncio.timeout(seconds):
                return await self._ask(node, verb, target, body)
        except (OSError, EOFError, asyncio.LimitOverrunError, ValueError, IndexError, Unverified) as error:
            sentence = (
                f"Expected {node} to answer {verb} {target.partition('?')[0]}: {type(error).__name__}. Try later."
            )
            raise Refused("peer-unreachable", sentence) from None

    async def _ask(self, node: NodeId, verb: str, target: str, body: bytes) -> Told:
        entry = self._rights().nodes.get(node)
        if entry is None:
            raise Unverified(f"Expected a node that the federation lists; {node} is not.", "identity")
        context = self._own.tls(server=False, protocols=[HTTP_LANE])
        reader, writer = await asyncio.open_connection(entry.host, entry.port, ssl=context, limit=_HEAD_LIMIT)
        try:
            check_pinned(writer.transport, node, self._rights(), self._clock())
            head = (
                f"{verb} {target} HTTP/1.1\r\nHost: {node}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode("ascii") + body)
            return await _read(reader)
        finally:
            writer.transport.abort()


def _good(told: Told, node: NodeId) -> bytes:
    if told.status != 200:
        said = told.body[:200].decode("ascii", "replace").strip()
        raise Refused("not-found", f"Expected an answer of {node}; it said {told.status}: {said}")
    return told.body


async def _read(reader: asyncio.StreamReader) -> Told:
    """An answer of our own door: a status, few headers, a body of a told length. Raises `ValueError`, `EOFError`."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers["content-length"]) if "content-length" in headers else 0
    if not 0 <= length <= ANSWER_LIMIT:
        raise ValueError(f"a body of {length} bytes")
    return Told(int(first.split(" ")[1]), headers.get("content-type", ""), await reader.readexactly(length))
