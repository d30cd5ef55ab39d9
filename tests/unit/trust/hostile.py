"""What an attacker does with the published files, and a node that is offered them."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from terpadu.model.federation import Federation
from terpadu.trust import draft, proposal, verify
from terpadu.trust.fetch import FilesFetcher
from terpadu.trust.office import Office
from terpadu.trust.store import Store
from terpadu.trust.verify import Taken, take
from tests.lib.federation import Made

Files = dict[str, bytes]


def published(office: Office) -> Files:
    """All that a registry serves, by name."""
    found = (path for path in office.public.rglob("*") if path.is_file())
    return {str(path.relative_to(office.public)): path.read_bytes() for path in found}


def offer(store: Store, files: Files, now: int) -> Taken:
    """One round of a node with these files. Raises what the node would report."""
    verify._membership.cache_clear()  # what a weakened build believed must not help
    taken = take(FilesFetcher(files), "", store.memory, store.root, now)
    store.keep(taken)
    return taken


def node(folder: Path, made: Made) -> Store:
    """A node's store, still empty."""
    return Store(folder, made.root)


def publish_alone(made: Made, now: int, holders: tuple[int, ...]) -> Federation:
    """The operator of the publishing machine, who holds the online keys, publishes without enough holders."""
    with patch.object(proposal, "check_threshold"):
        return made.publish(now, holders)


def add_member(made: Made) -> None:
    """Draft a member that nobody asked for."""
    made.change(lambda before: draft.with_member(before, "ID/GOV/PALSU", "Instansi palsu"))
