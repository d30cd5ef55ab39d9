"""A weakened node, to see that its weakness is found: `UJI_WEAK=<name> python -m tests.lib.fault_weak node run SETTINGS`.

Each weakness takes away one line on which a promise stands.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from terpadu import crash
from terpadu.__main__ import main
from terpadu.exchange import turns
from terpadu.exchange.restoring import Restoring
from terpadu.journal.journal import Durable, Journal
from tests.lib import fault_disk
from tests.lib.fault_nodes import NodeProcess

_CHOICE = "UJI_WEAK"


def weaken(which: NodeProcess, name: str) -> None:
    """From its next launch on the node lacks this."""
    which.module, which.environment[_CHOICE] = "tests.lib.fault_weak", name


def _never_waits_for_its_disk() -> None:
    async def settle(self: Journal, recorded: Any) -> Durable:
        return Durable(recorded)

    Journal.settle = settle  # type: ignore[method-assign]


def _replies_before_it_recorded() -> None:
    def send(self: turns.Turns, bundle: turns.Bundle, sealed: Any) -> None:
        bundle.link.write(turns.packed_frame(sealed))
        crash.point("p9")

    turns.Turns._send = send  # type: ignore[method-assign]


def _remembers_nothing() -> None:
    Restoring.read = lambda *_: None  # type: ignore[method-assign]


def _asks_after_nothing() -> None:
    Restoring.unheard = lambda *_: ()  # type: ignore[method-assign]


WEAKNESSES: dict[str, Callable[[], None]] = {
    "never waits for its disk": _never_waits_for_its_disk,
    "replies before it recorded": _replies_before_it_recorded,
    "remembers nothing": _remembers_nothing,
    "asks after nothing": _asks_after_nothing,
}

if __name__ == "__main__":
    WEAKNESSES[os.environ[_CHOICE]]()
    fault_disk.install()
    main()
