"""What every connector can do, whatever its system speaks."""

from __future__ import annotations

from typing import Protocol

from terpadu.model.message import Admitted, Answer


class Connector(Protocol):
    """One existing system. It is asked with admitted requests only, and fails in the normal form only (`errors.py`)."""

    async def ask(self, admitted: Admitted) -> Answer:
        """Ask the system and return its answer uncut; raises `Refused` with a code of the normal form.

        May be cancelled when the deadline has passed: it then leaves nothing behind that a later call would meet.
        """
        ...

    async def check(self) -> str:
        """One sentence for `terpadu doctor`; raises `Refused` when the system is ill. Has no effect on the system."""
        ...

    async def close(self) -> None:
        """Let go of connections and threads."""
        ...
