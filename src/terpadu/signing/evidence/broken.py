"""How a check of the evidence ends: its number and a sentence."""

from __future__ import annotations

from terpadu.errors import EvidenceBroken


class Broken(EvidenceBroken):
    """Check `number` of protocol section 7 does not hold."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(f"Check {number}: {sentence}")
        self.number = number


def broken(number: int, sentence: str) -> Broken:
    """The end of a check."""
    return Broken(number, sentence)


def need(number: int, holds: bool, sentence: str) -> None:
    """Go on only if it holds."""
    if not holds:
        raise Broken(number, sentence)
