"""`make bench-spbe`: time the scores, check a sample against fractions, write build/bench/spbe.json. Exit 1: too slow or wrong.

One process, one core, a fixed seed. Seconds are those of this process's CPU, which hold also where others use the machine; those
of the clock stand beside them. Assessments are made outside the clock; what is timed is `score.compute`, with its tree of
figures, and for the nation also reading the file and writing JSON as the command does.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import random
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from terpadu.spbe import assessments, instrument, score, telling
from terpadu.spbe.instrument import Instrument

REPORT = Path("build/bench/spbe.json")
INSTANSI, YEARS = 640, range(2021, 2026)
MILLION = 1_000_000
CHUNK = 10_000
NATION_LIMIT, MILLION_LIMIT = 2.0, 60.0


class Seconds(NamedTuple):
    """What something took: of this process's CPU, and by the clock."""

    cpu: float
    clock: float

    @classmethod
    def now(cls) -> Seconds:
        return cls(time.process_time(), time.perf_counter())

    def since(self, began: Seconds) -> Seconds:
        return Seconds(round(self.cpu - began.cpu, 2), round(self.clock - began.clock, 2))

    def plus(self, other: Seconds) -> Seconds:
        return Seconds(round(self.cpu + other.cpu, 2), round(self.clock + other.clock, 2))

    def __str__(self) -> str:
        return f"{self.cpu} s of CPU, {self.clock} s by the clock"


def main() -> int:
    """Both measurements, and what they are held to."""
    found, dice, machine = instrument.by_id("permenpanrb-59-2020"), random.Random(59), _machine()
    nation, million = _nation(found, dice), _million(found, dice)
    report = {"nation": nation._asdict(), "million": million._asdict(), **machine}
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"{INSTANSI} instansi x {len(YEARS)} years from CSV to JSON: {nation}")
    print(f"{MILLION} random assessments: {million}")
    return 1 if nation.cpu > NATION_LIMIT or million.cpu > MILLION_LIMIT else 0


def _nation(found: Instrument, dice: random.Random) -> Seconds:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nasional.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file)
            lines.writerow(["instansi", "tahun", *(f"i{number}" for number in found.indicators)])
            for number in range(INSTANSI):
                lines.writerows([f"Instansi {number}", year, *_levels(dice).values()] for year in YEARS)
        began = Seconds.now()
        table = assessments.read(path)
        json.dumps([telling.as_object(one, score.compute(one.instrument, one.levels)) for one in table.assessments])
        assert len(table.assessments) == INSTANSI * len(YEARS)
        return Seconds.now().since(began)


def _million(found: Instrument, dice: random.Random) -> Seconds:
    total = Seconds(0.0, 0.0)
    for _ in range(MILLION // CHUNK):
        chunk = [_levels(dice) for _ in range(CHUNK)]
        began = Seconds.now()
        scores = [score.compute(found, one) for one in chunk]
        total = total.plus(Seconds.now().since(began))
        _check(found, chunk[0], scores[0])
    return total


def _check(found: Instrument, levels: dict[int, int], scored: score.Score) -> None:
    """The first of each ten thousand, by fractions."""
    exact = sum(Fraction(levels[number]) * Fraction(one.weight) for number, one in found.indicators.items()) / 100
    assert scored.index.value is not None
    assert Fraction(scored.index.value) == exact


def _levels(dice: random.Random) -> dict[int, int]:
    return dict(enumerate(dice.choices(range(1, 6), k=47), 1))


def _machine() -> dict[str, object]:
    return {"python": platform.python_version(), "cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 1)}


if __name__ == "__main__":
    sys.exit(main())
