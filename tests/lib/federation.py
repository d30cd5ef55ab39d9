"""A whole federation in a directory, for tests: a registry with its keys, nodes with theirs, signed and published.

    made = make_federation(tmp_path, members=..., nodes=..., subsystems=..., services=..., purposes=..., agreements=...)
    made.root                 root.json, the trust anchor that a node (and `terpadu verify`) starts from
    made.office.public        the folder to serve: `async with listening(made.office.public, "127.0.0.1", 0) as port`
    made.keys[node_id]        NodeKeys of each node, its folder with tls-1.crt too
    made.publish(now)         sign the changed draft with two holders and publish it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from terpadu.clock import system_clock
from terpadu.model.federation import Agreement, Federation, Member, Node, Purpose, Service, Subsystem
from terpadu.model.identifiers import NodeId
from terpadu.signing.keys import PrivateKey
from terpadu.trust import draft, keys, publish, request
from terpadu.trust.office import Office, load_key


class Made(NamedTuple):
    """A published federation and all private keys in it."""

    office: Office
    root: bytes
    keys: dict[NodeId, keys.NodeKeys]

    @property
    def holders(self) -> tuple[PrivateKey, ...]:
        """The three offline keys."""
        return tuple(load_key(self.office.directory / f"offline/{number}.pem") for number in (1, 2, 3))

    def change(self, how: Callable[[Federation], Federation]) -> None:
        """Change the draft."""
        self.office.save_draft(how(self.office.draft()))

    def publish(self, now: int, holders: Iterable[int] = (0, 1)) -> Federation:
        """Let these holders sign, and publish."""
        for number in holders:
            publish.sign(self.office, self.holders[number], now)
        return publish.publish(self.office, now)


def make_federation(
    directory: Path,
    *,
    instance: str = "ID",
    now: int | None = None,
    members: Iterable[Member] = (),
    nodes: Iterable[Node] = (),
    subsystems: Iterable[Subsystem] = (),
    services: Iterable[Service] = (),
    purposes: Iterable[Purpose] = (),
    agreements: Iterable[Agreement] = (),
    witnesses: int = 1,
) -> Made:
    """Make and publish it under `directory`/registry, nodes under `directory`/nodes/<number>. `now` is Unix ms."""
    now = system_clock() if now is None else now
    office = publish.create(directory / "registry", instance, now, witnesses)
    made = Made(office, (office.public / "root.json").read_bytes(), {})
    made.change(
        lambda empty: structs.replace(
            empty,
            members=tuple(members),
            subsystems=tuple(subsystems),
            services=tuple(services),
            purposes=tuple(purposes),
            agreements=tuple(agreements),
        )
    )
    for number, node in enumerate(nodes, 1):
        made.keys[node.id] = add_node(made, node, directory / "nodes" / str(number), now)
    made.publish(now)
    return made


def add_node(made: Made, node: Node, folder: Path, now: int) -> keys.NodeKeys:
    """Make a node's keys, list them in the draft, and give it its certificate."""
    own = keys.create(folder, node.id)
    asked = request.read_request(request.ask(node, own.keys), "request.json")
    made.change(lambda before: draft.with_node(before, asked, now))
    own.certificate(1).write_text(publish.certificate_for(made.office, asked))
    return own
