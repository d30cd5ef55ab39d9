"""Running a feed from its file: the description, its secrets, the door of the node, and what is told at the end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from terpadu.connectors.feed.description import FeedDescription, read
from terpadu.connectors.feed.door import Door
from terpadu.connectors.feed.feed import Feed, Report
from terpadu.errors import BadInput


async def run(file: Path, secrets: Mapping[str, str], again: bool = False) -> Report:
    """Once through, by way of the node that the description names. Raises BadInput, and Refused as `Feed.run` does."""
    described = read(file)
    if described.node is None:
        raise BadInput(f"{file}: expected a table [node] that says through which node Bundles go, got none; add it.")
    own = _secrets(described, secrets, file)
    door = Door(described.node, own.get("token", ""))
    feed = Feed(described, file.parent, door.send, own.get("password"))
    try:
        return await feed.run(again)
    finally:
        await feed.close()
        await door.close()


def told(report: Report) -> str:
    """What a run did, for who runs it; refused rows with their RuleNumber."""
    lines = [
        f"Dibaca {report.read} baris, dikirim {report.sent} (sumber daya baru: {report.created}); "
        f"seluruhnya terkirim {report.sent_in_all}, ditolak {len(report.refused)}."
    ]
    lines += [f"  ditolak {row.stream} {row.id}: {row.rule or '-'} {row.sentence}" for row in report.refused]
    return "\n".join(lines)


def _secrets(described: FeedDescription, given: Mapping[str, str], file: Path) -> dict[str, str]:
    missing = [entry for entry in described.secrets.values() if not given.get(entry)]
    if missing:
        raise BadInput(
            f"{file}: expected the secret entries {', '.join(missing)}, got none of that name; provide them."
        )
    return {name: given[entry] for name, entry in described.secrets.items()}
