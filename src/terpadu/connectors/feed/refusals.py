"""What a refusal of a Bundle says about its rows: which of them it names, and by which rule."""

from __future__ import annotations

import re
from collections.abc import Sequence

from terpadu.connectors.feed.bundle import Part

ABOUT_ROWS = frozenset({"business-rule", "mismatch", "not-found", "content"})
"""Codes that speak of what was sent. With any other the feed stops and goes on later."""
NOT_KNOWN = frozenset({
    "in-doubt", "running", "busy", "recovering", "peer-unreachable", "peer-timeout", "log-unavailable", "stale",
})  # fmt: skip
"""Codes after which the same act is asked again under the same key; after others the next try is a new act."""

_PLACE = re.compile(r"Bundle\.entry\[(\d+)\]")
_RULE = re.compile(r"RuleNumber:\s*(\d+)")


def named(sentence: str, parts: Sequence[Part]) -> dict[str, tuple[str, str]]:
    """Row -> (RuleNumber or "", its part of the sentence), for each row that the sentence names by its place."""
    found: dict[str, tuple[str, str]] = {}
    for piece in sentence.split("; "):
        place = _PLACE.search(piece)
        if place and int(place[1]) < len(parts):
            found.setdefault(parts[int(place[1])].row, (rule(piece), piece.rstrip(".")))
    return found


def rule(sentence: str) -> str:
    """The RuleNumber in a sentence, empty for none."""
    found = _RULE.search(sentence)
    return found[1] if found else ""
