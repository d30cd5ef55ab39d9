"""What the disk of a node says after everything: its journal by the shipped checker, and every message recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from terpadu.cli.node import plan_of
from terpadu.journal.layout import Generation, generations
from terpadu.journal.reading import Reading
from terpadu.journal.secrets import Secrets
from terpadu.journal.stored import read_segment
from terpadu.model.heads import EndHead, QueryHead, ReplyHead, RequestHead
from terpadu.model.rights import rights_of
from terpadu.signing import canonical, evidence, hashes
from terpadu.signing.keys import Check, check_of
from terpadu.trust import keys as node_keys
from terpadu.trust.registry import registry_of
from terpadu.trust.store import Store
from tests.lib.fault_nodes import NodeProcess


class Line(NamedTuple):
    """One message as one record holds it. `at` is the record's time (Unix ms), `leaf` base64."""

    record: int
    at: int
    direction: str
    head: RequestHead | ReplyHead | QueryHead | EndHead
    leaf: str


class Ledger(NamedTuple):
    """A node's journal: what the checker complains of, and all messages in the order of their records."""

    node: str
    problems: tuple[str, ...]
    lines: tuple[Line, ...]

    def requests(self, direction: str) -> dict[str, Line]:
        """Requests that went this way, by leaf."""
        return {one.leaf: one for one in self.lines if one.direction == direction and isinstance(one.head, RequestHead)}

    def replies(self, direction: str) -> dict[str, Line]:
        """Replies to requests and queries that went this way, by their leaf (the first record of each)."""
        found: dict[str, Line] = {}
        for one in self.lines:
            if one.direction == direction and isinstance(one.head, ReplyHead):
                found.setdefault(one.leaf, one)
        return found

    def never(self) -> set[str]:
        """Leaves of requests that the other node promised, in a recorded report, never to serve."""
        asked = {one.leaf: one.head.about for one in self.lines if isinstance(one.head, QueryHead)}
        replies = (
            one.head for one in self.lines if isinstance(one.head, ReplyHead) and one.head.state == "never-arrived"
        )
        return {asked[head.about] for head in replies if head.about in asked}


def read_ledger(node: NodeProcess) -> Ledger:
    """Check the whole journal, then read it."""
    reports = reading(node).check()
    problems = tuple(problem for report in reports for problem in report.problems)
    return Ledger(node.name, problems, tuple(read_lines(node)))


def read_lines(node: NodeProcess) -> Iterator[Line]:
    """Every readable head of every frame recorded."""
    directory = plan_of(node.settings).journal
    for number in generations(directory):
        for segment in Generation(directory, node.name, number).segments():
            for stored in read_segment(segment):
                if stored.record.kind != "frame":
                    continue
                for raw in stored.heads():
                    head = canonical.decode_head(raw)
                    if isinstance(head, RequestHead | ReplyHead | QueryHead | EndHead):
                        leaf = hashes.b64(hashes.leaf(raw))
                        yield Line(stored.index, stored.record.at, str(stored.record.direction), head, leaf)


def reading(node: NodeProcess) -> Reading:
    """The node's journal as `terpadu journal` looks at it."""
    plan = plan_of(node.settings)
    taken = Store(plan.trust, plan.root.read_bytes()).load()
    assert taken is not None
    rights = rights_of(taken.federation, taken.narrowing, taken.revocations)

    def key_of(name: str, key_id: bytes) -> Check | None:
        listed = rights.key(name, key_id)
        return check_of(listed.entry.alg, listed.entry.key) if listed else None

    return Reading(plan.journal, node_keys.load(plan.keys).node, Secrets(plan.keys / "journal").store, key_of)


def prove(node: NodeProcess, numbers: list[str]) -> list[str]:
    """Write the evidence file of each message number and verify it offline; what fails, in sentences."""
    plan = plan_of(node.settings)
    taken = Store(plan.trust, plan.root.read_bytes()).load()
    assert taken is not None
    registry = registry_of(taken.files)
    prover, root, failures = reading(node).prover(), plan.root.read_bytes(), []
    for number in numbers:
        try:
            evidence.verify(prover.exchange(number, registry), root)
        except Exception as error:
            failures.append(f"I1: {node.name} can't prove {number}: {error}")
    return failures
