"""Promises never to serve: kept a day, oldest forgotten first, and bounded."""

from __future__ import annotations

import pytest

from terpadu.exchange import repetition
from terpadu.exchange.repetition import NEVER_KEPT, Memory


def test_promises_are_bounded_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repetition, "NEVER_LIMIT", 3)
    memory = Memory()
    assert [memory.promise_never(bytes([number]) * 32, number) for number in range(4)] == [True, True, True, False]
    assert memory.promise_never(b"\0" * 32, 5)
    memory.sweep(NEVER_KEPT + 1)
    assert memory.promise_never(b"\7" * 32, 6)
