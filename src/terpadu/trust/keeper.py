"""What the node asks: the rights in force and how old they are. Refreshed every 20 seconds; swapped whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Literal, NamedTuple

import structlog

from terpadu.clock import Clock
from terpadu.errors import Refused, Unverified
from terpadu.model.rights import Rights, TrustNumbers, rights_of
from terpadu.trust.acquire import SECONDS, Attempt, attempt
from terpadu.trust.aside import aside
from terpadu.trust.fetch import Source
from terpadu.trust.store import Store
from terpadu.trust.verify import Taken

EVERY = 20.0
"""Seconds between rounds."""
FIRST_PAUSE = 0.5
"""Seconds before a starting node without a federation asks again; doubled each time, up to a round's."""
START_SECONDS = 2.0
"""How long a source may keep a starting node that holds a good federation from serving."""

_log = structlog.get_logger("terpadu.trust")


class TrustState(NamedTuple):
    """For `ready` and doctor. Ages are milliseconds; `errors` are the last round's, a sentence a failed source.

    fresh: a statement of the last 60 seconds is held. stale: none can be had, the last good federation serves.
    expired: that one has ended too, or there never was one; nothing is served.
    """

    word: Literal["fresh", "stale", "expired"]
    numbers: TrustNumbers | None
    membership_age: int | None
    freshness_age: int | None
    expires: int | None
    errors: tuple[str, ...]


class Keeper:
    """Holds the view in force. `sources` is asked each round: the registry's address first, then peers' relays."""

    def __init__(
        self, store: Store, sources: Callable[[], Iterable[Source]], clock: Clock, every: float = EVERY
    ) -> None:
        self._store, self._sources, self._clock, self._every = store, sources, clock, every
        self._view: Rights | None = None
        self._expires = 0
        self._errors: tuple[str, ...] = ()
        self._listeners: list[Callable[[Rights], None]] = []
        self._word: str = ""
        if taken := store.load():
            self._swap(taken, None)

    def rights(self) -> Rights:
        """The frozen view in force. Raises `Refused("trust-expired")` after its own expiry."""
        view = self._view
        if view is None or self._clock() >= self._expires:
            raise Refused("trust-expired", self._why_not(view))
        return view

    def last_good(self) -> Rights | None:
        """The last view, also after its expiry: to find peers that may relay a newer one. It decides nothing."""
        return self._view

    def _why_not(self, view: Rights | None) -> str:
        if view is None:
            return "Expected a federation, none could be fetched yet; see `terpadu doctor` for what each source said."
        return "Expected a federation within its 7 days; this one has ended and no source gives a newer one."

    def on_change(self, listener: Callable[[Rights], None]) -> None:
        """Call `listener` (in the event loop) whenever membership, narrowing or revocations changed."""
        self._listeners.append(listener)

    def relay(self) -> Mapping[str, bytes]:
        """The verified files by the name under which a source serves them, for peers; empty before the first."""
        return self._store.last.files if self._store.last else {}

    def state(self) -> TrustState:
        """How good the view is."""
        now, taken = self._clock(), self._store.last
        if taken is None:
            return TrustState("expired", None, None, None, None, self._errors)
        word: Literal["fresh", "stale"] = "fresh" if now < taken.fresh_until else "stale"
        return TrustState(
            word="expired" if now >= self._expires else word,
            numbers=_numbers(taken),
            membership_age=now - taken.federation.made,
            freshness_age=now - taken.at,
            expires=self._expires,
            errors=self._errors,
        )

    async def run(self) -> None:
        """Refresh for ever; ends only by cancellation."""
        while True:
            try:
                await self.refresh()
            except Exception as error:  # a listener's fault must not end the only loop that hears of revocations
                _log.error("trust-round-failed", error=str(error))
            self._tell_state()
            await asyncio.sleep(self._every)

    async def start(self) -> None:
        """The first round, before anything is served; a short one where the last good federation can serve meanwhile.

        A node that holds none waits for one: what a registry answers while it is being put up ends no node. Ends by
        cancellation only, or with a federation.
        """
        await self.refresh(START_SECONDS if self._holds() else SECONDS)
        pause = FIRST_PAUSE
        while not self._holds():
            _log.warning("trust-awaited", waits_for="a federation, from any source", seconds=pause, errors=self._errors)
            await asyncio.sleep(pause)
            await self.refresh()
            pause = min(2 * pause, self._every)

    def _holds(self) -> bool:
        return self._view is not None and self._clock() < self._expires

    async def refresh(self, seconds: float = SECONDS) -> bool:
        """One round through the sources until one gives a fresh federation. Never raises for what a source does."""
        errors: list[str] = []
        for source in self._sources():
            memory, root = self._store.memory, self._store.root
            tried = await aside(partial(attempt, source, memory, root, self._clock(), seconds))
            error = await self._accept(tried)
            if not error:
                self._errors = tuple(errors)
                return True
            errors.append(error)
            _log.warning("trust-source-refused", source=source.url, error=error)
        self._errors = tuple(errors)
        return False

    async def _accept(self, tried: Attempt) -> str:
        """Keep what was taken; the sentence says why not."""
        if tried.taken is None:
            return tried.error
        before = self._store.last
        try:
            await asyncio.to_thread(self._store.keep, tried.taken)
        except (Unverified, OSError) as error:
            return f"{error} It came from {tried.source}; the last good federation is kept."
        self._swap(tried.taken, before)
        return ""

    def _swap(self, taken: Taken, before: Taken | None) -> None:
        changed = before is None or _content(before) != _content(taken)
        if changed or self._view is None:
            self._view = rights_of(taken.federation, taken.narrowing, taken.revocations, taken.freshness)
        else:
            self._view = self._view._replace(numbers=_numbers(taken))
        self._expires = taken.federation.expires
        if changed:
            for listener in self._listeners:
                listener(self._view)

    def _tell_state(self) -> None:
        state = self.state()
        if state.word != self._word:
            tell = _log.info if state.word == "fresh" else _log.warning
            tell("trust-state", before=self._word or "starting", now=state.word, numbers=state.numbers)
            self._word = state.word


def _content(taken: Taken) -> tuple[object, ...]:
    return taken.federation.number, taken.narrowing, taken.revocations, taken.root


def _numbers(taken: Taken) -> TrustNumbers:
    return TrustNumbers(taken.federation.number, taken.revocations.number, taken.freshness)
