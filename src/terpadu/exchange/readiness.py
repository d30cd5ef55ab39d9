"""Why a node should not be given calls: each state in which it would refuse them, in a sentence (attack A29)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

from terpadu.clock import Clock
from terpadu.errors import TerpaduError
from terpadu.exchange.own_keys import OwnKeys
from terpadu.journal.journal import Journal
from terpadu.model.rights import Rights


class Readiness:
    """Looks anew each time that it is asked: what was good a second ago may have ended."""

    def __init__(
        self, journal: Journal, own: OwnKeys, rights: Callable[[], Rights], clock: Clock, free_bytes: int
    ) -> None:
        self._journal, self._own, self._rights, self._clock = journal, own, rights, clock
        self._free = free_bytes

    def why_not(self) -> list[str]:
        """The sentences; empty when the node is ready."""
        return [*self._evidence(), *self._disk(), *self._trust(), *self._frame_key(), *self._certificate()]

    def _evidence(self) -> Iterator[str]:
        if self._journal.state != "serving":
            yield f"The journal is {self._journal.state}: {self._journal.reason}"

    def _disk(self) -> Iterator[str]:
        try:
            free = shutil.disk_usage(self._journal.place.directory).free
        except OSError as error:
            yield f"Expected the journal's disk to be readable: {error.strerror}."
            return
        if free < self._free:
            yield f"Expected {self._free} bytes free on the journal's disk; {free} are left. Make room."

    def _trust(self) -> Iterator[str]:
        try:
            self._rights()
        except TerpaduError as error:
            yield error.sentence

    def _frame_key(self) -> Iterator[str]:
        try:
            self._own.signer("frame")  # looked up now: the one in use may have ended since
        except TerpaduError as error:
            yield error.sentence

    def _certificate(self) -> Iterator[str]:
        try:
            if self._own.certificate_ends() <= self._clock():
                yield "Expected a TLS certificate that is still valid; it has ended. Install the registry's new one."
        except (TerpaduError, OSError, ValueError) as error:
            yield str(error)
