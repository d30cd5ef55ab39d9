"""What is compared, and what comes of it. `THRESHOLD` was chosen on one half of the labelled pairs and measured on the other."""

from __future__ import annotations

from typing import NamedTuple

THRESHOLD = 0.47
WEIGHTS: dict[str, float] = {"function": 0.5, "codes": 0.3, "data": 0.15, "name": 0.05}
"""Part -> its weight."""
DOMAINS = ("process_code", "service_code", "data_code", "application_code")


class Text(NamedTuple):
    """What is compared of an application or a proposal: `codes` in the order of DOMAINS, empty where there is none."""

    key: str
    name: str
    function: str
    data: str
    codes: tuple[str, ...]


class Likeness(NamedTuple):
    """How alike: the whole and its parts; None where one side says nothing."""

    key: str
    score: float
    parts: dict[str, float | None]
