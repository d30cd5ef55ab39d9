"""`python -m bench.portal`: 50 signed-on people at a portal on SQLite and one on PostgreSQL, alternating in one run.

The demo (moved by `TERPADU_DEMO_PORTS`, else 23000) gives nodes, stand-ins and the portal on SQLite; a second portal beside it
stands on PostgreSQL. Under four minutes; needs Debian's wrk. Absolute figures belong to the machine and to a quiet one;
CPU a page is steadier.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
from typing import Any

from bench.machine import Unfit
from bench.portal import measuring, portals

PAGE_P95_MS = 300
"""Goal for pages that ask no agency, while each of the people reads for a second between two pages."""
FORM_MORE_MS = 150
"""Goal for the prefilled form beyond its slowest authority, in the median."""
REPORT = portals.HOME.parent / "portal.json"


def main() -> int:
    """Start, measure, tell, write build/bench/portal.json. Ends with 1 where a page failed, 2 where nothing can be measured."""
    reading = argparse.ArgumentParser(prog="python -m bench.portal")
    reading.add_argument("--rounds", type=int, default=3)
    reading.add_argument("--seconds", type=int, default=4)
    asked = reading.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended then, too
    try:
        report = _measured(asked.rounds, asked.seconds)
    except Unfit as error:
        print(error, file=sys.stderr)
        return 2
    REPORT.write_text(json.dumps(report, indent=1) + "\n")
    _tell(report)
    return int(report["failed"] > 0)


def _measured(rounds: int, seconds: int) -> dict[str, Any]:
    if not shutil.which("wrk"):
        raise Unfit("wrk is needed: apt-get install wrk")
    portals.HOME.mkdir(parents=True, exist_ok=True)
    with portals.both() as found:
        forms = {portal.name: measuring.forms(portal) for portal in found}
        pages = measuring.pages(found, rounds, seconds)
    failed = sum(kind["failed"] for by_page in pages.values() for kinds in by_page.values() for kind in kinds.values())
    return {"people": portals.PEOPLE, "pages": pages, "form": forms, "failed": failed, "goals": _goals(pages, forms)}


def _goals(pages: dict[str, Any], forms: dict[str, Any]) -> dict[str, bool]:
    """Whether this run reached them; a busy machine does not."""
    slowest = max(kinds["thinking"]["p95_ms"] for by_page in pages.values() for kinds in by_page.values())
    most = max(row["more_ms"] for rows in forms.values() for row in rows.values())
    return {f"every page's p95 < {PAGE_P95_MS} ms": slowest < PAGE_P95_MS,
            f"form <= slowest authority + {FORM_MORE_MS} ms": most <= FORM_MORE_MS}  # fmt: skip


def _tell(report: dict[str, Any]) -> None:
    print(
        f"{report['people']} people, ms           thinking: p50    p95   restless: p50    p95  pages/s  CPU ms a page"
    )
    for name, by_page in report["pages"].items():
        for page, kinds in by_page.items():
            calm, fast = kinds["thinking"], kinds["restless"]
            print(f"{name:<11} {page:<20} {calm['p50_ms']:>8} {calm['p95_ms']:>6} {fast['p50_ms']:>15} {fast['p95_ms']:>6}"
                  f" {fast['pages_a_second']:>8} {calm['cpu_ms_a_page']:>8}")  # fmt: skip
    for name, rows in report["form"].items():
        for kind, row in rows.items():
            print(f"{name:<11} prefilled form, {kind:<6} p50 {row['page_p50_ms']}, p95 {row['page_p95_ms']};"
                  f" slowest authority {row['slowest_authority_ms']}; more {row['more_ms']}")  # fmt: skip
    for goal, reached in report["goals"].items():
        print(f"{goal}: {'reached' if reached else 'missed'}")
    print(f"failed: {report['failed']:g}; all of it in {REPORT}")


if __name__ == "__main__":
    sys.exit(main())
