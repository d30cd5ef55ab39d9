"""The picture that the README shows: share of nginx by connections, and the cost of a record as the journal grows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

INK, SOFT, ACCENT = "#1f2933", "#9aa5b1", "#b3261e"


def draw(report: Mapping[str, Any], file: Path) -> None:
    """Write it (PNG)."""
    mpl.use("Agg")
    from matplotlib import pyplot  # after the choice of the backend

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(8, 3), width_ratios=(3, 2), dpi=110)
    _shares(left, report)
    _growth(right, report)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
        axes.set_ylim(bottom=0)
    figure.tight_layout()
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Software": None})
    pyplot.close(figure)


def _shares(axes: Any, report: Mapping[str, Any]) -> None:
    lines = (
        ("ratio", "1 peer", ACCENT, "o-"), ("ratio_8_peers", "8 peers", INK, "s-"),
        ("ratio_strict", "1 peer, strict", SOFT, "^-"),
    )  # fmt: skip
    ticks = list(report["ratio"])
    for key, label, colour, mark in lines:
        shares = report[key]
        if shares:
            places = [ticks.index(n) for n in shares]
            axes.plot(places, list(shares.values()), mark, color=colour, label=label, markersize=4, linewidth=1.4)
    axes.axhline(1, color=SOFT, linewidth=0.8, linestyle=":")
    axes.text(0, 1.01, "nginx: two proxies, mutual TLS", fontsize=7, color=INK, va="bottom")
    axes.set_xticks(range(len(ticks)), ticks)
    axes.set_xlabel("connections", fontsize=8)
    axes.set_title("Exchanges a second, as a share of nginx", fontsize=9, loc="left")
    axes.legend(frameon=False, fontsize=7, loc="best")


def _growth(axes: Any, report: Mapping[str, Any]) -> None:
    points = report["growth"]
    axes.plot([n / 1e6 for n, _ in points], [us for _, us in points], "-", color=ACCENT, linewidth=1.4)
    axes.set_xlabel("million entries in the journal", fontsize=8)
    axes.set_title("CPU µs to record one", fontsize=9, loc="left")
