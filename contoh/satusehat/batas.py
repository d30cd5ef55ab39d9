"""How often a caller may come: so many calls in a minute, and for some acts a pause in between."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable


class Batas:
    """`jam` gives seconds; `per_menit` 0 means that calls are not limited."""

    def __init__(self, jam: Callable[[], float], per_menit: int) -> None:
        self._jam, self._per_menit = jam, per_menit
        self._panggilan: defaultdict[str, deque[float]] = defaultdict(deque)
        self._terakhir: dict[str, float] = {}

    def tunggu(self, siapa: str) -> int:
        """Seconds to wait before the next call; 0 lets this one pass and counts it."""
        if not self._per_menit:
            return 0
        sekarang, jejak = self._jam(), self._panggilan[siapa]
        while jejak and jejak[0] <= sekarang - 60:
            jejak.popleft()
        if len(jejak) >= self._per_menit:
            return max(1, math.ceil(jejak[0] + 60 - sekarang))
        jejak.append(sekarang)
        return 0

    def jeda(self, hal: str, detik: int) -> int:
        """The same for one act on one thing, allowed once in `detik` seconds."""
        sekarang = self._jam()
        sisa = self._terakhir.get(hal, -math.inf) + detik - sekarang
        if sisa > 0:
            return math.ceil(sisa)
        self._terakhir[hal] = sekarang
        return 0
