"""The way to agencies: one event loop beside the web threads, one client of the portal's node, asked like by everyone.

Django's views are plain functions; facts are gathered in parallel. So questions run on a loop of their own, in one thread
per process, and a view waits for its answer with a deadline.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings

from terpadu.clock import system_clock
from terpadu.errors import Refused
from terpadu.exchange.client import NodeClient, Told, Why
from terpadu.facts import vocabulary
from terpadu.facts.gathering import Gathered, gather
from terpadu.model.identifiers import ServiceId, SubsystemId

T = TypeVar("T")
LONGEST = 60.0
"""Seconds that a page waits at most."""


class Agencies:
    """A client of one node, for threads."""

    def __init__(self, node: str, subsystem: str, token: str = "") -> None:
        self.vocabulary = vocabulary.load()
        self._where = (node, SubsystemId(subsystem), token)
        self._client: NodeClient | None = None
        self._agreements: tuple[float, list[dict[str, Any]]] = (-60.0, [])
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="agencies", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go of the node and end the thread; nobody may ask afterwards."""
        asyncio.run_coroutine_threadsafe(self._let_go(), self._loop).result(LONGEST)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def ask(self, service: ServiceId, question: object, why: Why) -> Told:
        """One question or act. Raises `Refused` with the exchange's code and sentence."""
        return self.run(self.put(service, question, why))

    def gather(self, facts: Iterable[str], known: dict[str, Any], why: Why) -> Gathered:
        """Facts, asked in parallel; what is missing carries its code."""
        return self.run(gather(self.vocabulary, facts, known, why, self.put, system_clock))

    def evidence(self, number: str) -> str:
        """The evidence file of an exchange of ours. Raises `Refused`."""
        return self.run(self._evidence(number))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Anything on the loop, waited for at most `LONGEST` seconds."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(LONGEST)
        except TimeoutError:
            future.cancel()
            raise Refused("peer-timeout", f"Expected an answer within {LONGEST:g} s; go on later.") from None

    def agreements(self) -> list[dict[str, Any]]:
        """What the portal may use, as its node knows it; a minute old at most. Raises `Refused`."""
        if time.monotonic() > self._agreements[0] + 60:
            self._agreements = time.monotonic(), self.run(self._node_agreements())
        return self._agreements[1]

    async def _node_agreements(self) -> list[dict[str, Any]]:
        return await self._node().agreements()

    async def put(self, service: ServiceId, question: object, why: Why) -> Told:
        """One question, for coroutines on this loop. Raises `Refused`."""
        return await self._node().ask(service, question, why)

    async def _let_go(self) -> None:
        if self._client is not None:
            self._client.close()
        await asyncio.sleep(0)  # the connections are told in the next turn

    async def _evidence(self, number: str) -> str:
        return await self._node().evidence(number)

    def _node(self) -> NodeClient:
        if self._client is None:
            self._client = NodeClient(*self._where)
        return self._client


@lru_cache(maxsize=1)
def agencies() -> Agencies:
    """The one of this process, made after gunicorn has forked."""
    return Agencies(settings.PORTAL.node, settings.PORTAL.subsystem, settings.NODE_TOKEN)
