"""The receipts checked by the stand-alone verifier, and the report for programs."""

from __future__ import annotations

import json
import subprocess
import sys

from demo.places import BUILD, ROOT
from demo.year import Row


def verified(rows: list[Row]) -> int:
    """How many receipts verify/verify.py proves, each in a process of its own, with nothing but the file and the root."""
    return sum(_proves(row) for row in rows)


def _proves(row: Row) -> bool:
    if not row.receipt:
        return False
    command = [sys.executable, "verify/verify.py", str(BUILD / row.receipt), str(BUILD / "root.json")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60).returncode == 0


def write(rows: list[Row], removed: int, good: int) -> None:
    """build/demo/report.json"""
    services = [
        {
            "ministry": row.place.ministry,
            "system": row.place.system,
            "protocol": row.protocol,
            "service": row.service,
            "status": row.status,
            "milliseconds": round(row.milliseconds, 1),
            "fields": {"released": row.released, "held": row.held},
            "receipt": row.receipt,
        }
        for row in rows
    ]
    report = {
        "services": services,
        "documents_removed": removed,
        "receipts_verified": good,
        "receipts_total": len(rows),
        "root": "root.json",
    }
    (BUILD / "report.json").write_text(json.dumps(report, indent=2) + "\n")
