"""The receipts checked by the stand-alone verifier, and the report for programs."""

from __future__ import annotations

import asyncio
import json
import sys

from demo.places import BUILD, ROOT
from demo.year import Row


async def verified(rows: list[Row]) -> int:
    """How many receipts verify/verify.py proves, each in a process of its own, with nothing but the file and the root."""
    return sum([await _proves(row) for row in rows])


async def _proves(row: Row) -> bool:
    if not row.receipt:
        return False
    verifier = await asyncio.create_subprocess_exec(
        *(sys.executable, "verify/verify.py", str(BUILD / row.receipt), str(BUILD / "root.json")),
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await verifier.wait() == 0


def write(rows: list[Row], removed: int, good: int) -> None:
    """build/demo/report.json; its paths are whole, so that they hold from any directory."""
    services = [
        {
            "ministry": row.place.ministry,
            "system": row.place.system,
            "protocol": row.protocol,
            "service": row.service,
            "status": row.status,
            "milliseconds": round(row.milliseconds, 1),
            "fields": {"released": row.released, "held": row.held},
            "receipt": str(BUILD / row.receipt) if row.receipt else "",
        }
        for row in rows
    ]
    report = {
        "services": services,
        "documents_removed": removed,
        "receipts_verified": good,
        "receipts_total": len(rows),
        "root": str(BUILD / "root.json"),
    }
    (BUILD / "report.json").write_text(json.dumps(report, indent=2) + "\n")
