"""The picture of who exchanges with whom, as numbers for an SVG; its table stands beside it on the page."""

from __future__ import annotations

from itertools import pairwise

from msgspec import Struct

from terpadu.pages.words import count

SHOWN = 7
"""Consumers drawn one by one; the others share a box."""
WIDTH, _BOX, _STEP, _TOP = 1080, 56, 74, 8
_CONSUMER = (4, 300)
_NODE, _SERVICE, _SYSTEM = (450, 180), (690, 190), (940, 136)


class Box(Struct, frozen=True):
    """A box with two lines of words, and one number or word at its right."""

    x: int
    y: int
    width: int
    title: str
    note: str
    right: str = ""
    inner: int = 0
    end: int = 0

    @property
    def middle(self) -> int:
        """Where lines meet it."""
        return self.y + _BOX // 2


class Line(Struct, frozen=True):
    """A line; dashed where nothing may pass yet or any more."""

    path: str
    dashed: bool


class Picture(Struct, frozen=True):
    """All of it."""

    height: int
    boxes: list[Box]
    lines: list[Line]
    more: int


class Consumer(Struct, frozen=True):
    """One system that uses the service: by all of its agreements together `quota` calls a day; 0: nothing may pass."""

    name: str
    note: str
    quota: int


def draw(consumers: list[Consumer], node: str, title: str, system: str, member: str) -> Picture:
    """Consumers at the left, then the node, the service, the system."""
    shown, more = consumers[:SHOWN], max(0, len(consumers) - SHOWN)
    left = [
        _box(_CONSUMER, row, one.name, one.note, count(one.quota) if one.quota else "") for row, one in enumerate(shown)
    ]
    height = _TOP * 2 + max(1, len(left) + bool(more)) * _STEP
    middle = (height - _BOX) // 2
    right = [Box(x, middle, width, *_short(words, width), inner=x + 14, end=x + width) for (x, width), words in (
        (_NODE, (node or "-", member)), (_SERVICE, (title, "")), (_SYSTEM, (system, "")))]  # fmt: skip
    meet = right[0]
    lines = [_curve(box, meet, not one.quota) for box, one in zip(left, shown, strict=True)]
    lines += [Line(f"M{a.end} {a.middle} H{b.x}", False) for a, b in pairwise(right)]
    return Picture(height, left + right, lines, more)


def _box(place: tuple[int, int], row: int, title: str, note: str, right: str) -> Box:
    x, width = place
    title, note = _short((title, note), width - 90)
    return Box(x, _TOP + row * _STEP, width, title, note, right, x + 14, x + width)


def _short(words: tuple[str, str], width: int) -> tuple[str, str]:
    """As much as the box holds: about 8 px a letter."""
    most = width // 8 - 2
    first, second = (text if len(text) <= most else text[: most - 1] + "…" for text in words)
    return first, second


def _curve(box: Box, meet: Box, dashed: bool) -> Line:
    half = (box.end + meet.x) // 2
    return Line(f"M{box.end} {box.middle} C{half} {box.middle} {half} {meet.middle} {meet.x} {meet.middle}", dashed)
