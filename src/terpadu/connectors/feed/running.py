"""Running a feed from its file: the description, its secrets, and what is told at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from terpadu.connectors.feed.description import FeedDescription, Node, read
from terpadu.connectors.feed.feed import Feed, Report, Send
from terpadu.errors import BadInput

Through = Callable[[Node, str], Send]
"""(the node of the description, the subsystem's token or "") -> the way through that node."""


async def run(file: Path, secrets: Mapping[str, str], through: Through, again: bool = False) -> Report:
    """Once through, by way of the node that the description names. Raises BadInput, and Refused as `Feed.run` does."""
    described = read(file)
    if described.node is None:
        raise BadInput(f"{file}: expected a table [node] that says through which node Bundles go, got none; add it.")
    own = _secrets(described, secrets, file)
    feed = Feed(described, file.parent, through(described.node, own.get("token", "")), own.get("password"))
    try:
        return await feed.run(again)
    finally:
        await feed.close()


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
