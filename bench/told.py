"""What is told at the end: a table for people, a file for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.rounds import Level

XROAD_USERS = 110
"""Exchanges a second that users of X-Road report for one security server."""
PEERS_AT = 64
"""Connections at which one and eight peers are set side by side in `peers`."""

Levels = Mapping[int, Level]


def figures(one: Levels, eight: Levels) -> dict[str, Any]:
    """The report's keys about messages."""
    sides = {1: one, 8: eight}
    return {
        "ratio": _by(one, lambda level: level.ratio("terpadu", "nginx"), 3),
        "p50_ms": _by(one, lambda level: level.p50("terpadu"), 3),
        "peers": {
            str(peers): round(levels[PEERS_AT].ratio("terpadu", "nginx"), 3)
            for peers, levels in sides.items()
            if PEERS_AT in levels
        },
        "ratio_8_peers": _by(eight, lambda level: level.ratio("terpadu", "nginx"), 3),
        "ratio_strict": _by(one, lambda level: level.ratio("strict", "nginx"), 3),
        "ratio_rounds": {str(n): [round(r, 3) for r in level.ratios("terpadu", "nginx")] for n, level in one.items()},
        "requests_per_s": {str(peers): _all(levels, Level.rate, 0) for peers, levels in sides.items()},
        "p50_ms_all": {str(peers): _all(levels, Level.p50, 3) for peers, levels in sides.items()},
        "p99_ms_all": {str(peers): _all(levels, Level.p99, 3) for peers, levels in sides.items()},
        "cpu_us_per_exchange": {str(peers): _all(levels, Level.cpu, 0) for peers, levels in sides.items()},
        "times_xroad_users": round(max((level.rate("terpadu") for level in one.values()), default=0) / XROAD_USERS, 1),
        "failures": {
            f"{peers} peers, {n} connections": level.failures()
            for peers, levels in sides.items()
            for n, level in levels.items()
            if level.failures()
        },
    }


def _by(levels: Levels, what: Any, digits: int) -> dict[str, float]:
    return {str(n): round(what(level), digits) for n, level in levels.items()}


def _all(levels: Levels, what: Any, digits: int) -> dict[str, dict[str, float]]:
    return {str(n): {name: round(what(level, name), digits) for name in level.turns} for n, level in levels.items()}


def table(report: Mapping[str, Any]) -> str:
    """The report for people."""
    head = f"{'':>7}{'connections':>12}{'terpadu/s':>11}{'strict/s':>10}{'nginx/s':>10}"
    head += f"{'ratio':>8}{'strict':>8}{'p50 ms':>9}{'nginx':>8}{'CPU us':>9}{'nginx':>8}"
    lines = [head]
    for peers, rates in report["requests_per_s"].items():
        for n, rate in rates.items():
            p50, cpu = report["p50_ms_all"][peers][n], report["cpu_us_per_exchange"][peers][n]
            ratio = report["ratio" if peers == "1" else "ratio_8_peers"][n]
            strict = report["ratio_strict"].get(n) if peers == "1" else None
            lines.append(
                f"{peers:>2} peer{'s' if peers != '1' else ' '}{n:>11}{rate['terpadu']:>11,.0f}"
                f"{_or_dash(rate.get('strict'), ',.0f', 10)}{rate['nginx']:>10,.0f}{ratio:>8.2f}"
                f"{_or_dash(strict, '.2f', 8)}{p50['terpadu']:>9.2f}{p50['nginx']:>8.2f}"
                f"{cpu['terpadu']:>9.0f}{cpu['nginx']:>8.0f}"
            )
    return "\n".join([*lines, "", *_rest(report)])


def _or_dash(value: float | None, form: str, width: int) -> str:
    return f"{'-' if value is None else format(value, form):>{width}}"


def _rest(report: Mapping[str, Any]) -> list[str]:
    lines = [f"memory of both nodes after the last level: {report['rss_mib']} MiB"]
    bulk = report.get("bulk", {})
    if report.get("bulk_ratio") is not None:
        lines.append(f"10 MiB replies: {report['bulk_ratio']:.2f} of nginx, MiB/s: {bulk['mib_per_s']}")
        before, most = bulk["rss_mib_before_100_mib"], bulk["rss_mib_most_while_100_mib"]
        lines.append(f"100 MiB reply: both nodes before {before} MiB, at most {most} MiB")
    else:
        lines.append(f"large bodies: not measured: {bulk.get('not_measured', 'left out')}")
    if report["growth"]:
        (first, cheap), (last, dear) = report["growth"][0], report["growth"][-1]
        lines.append(f"a record costs {cheap} us of CPU at {first:,} entries, {dear} us at {last:,}")
    lines.append(f"best rate: {report['times_xroad_users']} times the {XROAD_USERS}/s that users of X-Road report")
    lines.extend(f"FAILURES at {where}: {counted}" for where, counted in report["failures"].items())
    return lines


def write(report: Mapping[str, Any], file: Path) -> None:
    """For programs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=1) + "\n")
