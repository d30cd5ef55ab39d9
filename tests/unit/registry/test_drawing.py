"""The picture: every consumer has a box and a line, none lies on another, what may not pass is dashed."""

from __future__ import annotations

import itertools

import pytest

from terpadu.registry.drawing import SHOWN, WIDTH, Consumer, draw


@pytest.mark.parametrize("count", [0, 1, 3, SHOWN, SHOWN + 5])
def test_boxes_and_lines(count: int) -> None:
    consumers = [Consumer(f"Sistem {n}", "Instansi", n % 2 * 100) for n in range(count)]
    picture = draw(consumers, "n1", "Cek NIK", "Kependudukan", "Dukcapil")
    shown = min(count, SHOWN)
    assert picture.more == count - shown
    assert len(picture.boxes) == shown + 3
    assert len(picture.lines) == shown + 2
    assert [line.dashed for line in picture.lines[:shown]] == [n % 2 == 0 for n in range(shown)]
    assert all(box.x + box.width <= WIDTH and box.y >= 0 and box.y + 56 <= picture.height for box in picture.boxes)
    ys = sorted(box.y for box in picture.boxes[:shown])
    assert all(later - earlier >= 56 for earlier, later in itertools.pairwise(ys))


def test_long_names_are_cut_before_they_leave_the_box() -> None:
    picture = draw([Consumer("x" * 300, "y" * 300, 1)], "n" * 300, "t" * 300, "s" * 300, "m" * 300)
    assert all(len(box.title) * 7 <= box.width for box in picture.boxes)
    assert all(box.title.endswith("…") for box in picture.boxes)
