"""Is a draft fit to be signed? References exist, nothing is empty, nobody speaks for another, one key has one use.

`problems` names all that is wrong, a sentence each; `check_draft` raises with them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from terpadu.errors import BadInput, Refused
from terpadu.model.federation import Agreement, Algorithm, Federation, KeyEntry, KeyUse, Node, Service
from terpadu.model.identifiers import NodeId, member_id, member_of, node_id, service_id, subsystem_id, subsystem_of
from terpadu.signing.keys import check_of

PROTOCOLS = ("http/1.1", "terpadu-bulk/1", "terpadu/1")
_NEEDED = ("tls", "frame", "journal")
ALGORITHM: dict[KeyUse, Algorithm] = {
    "tls": "ecdsa-p256",
    "frame": "ecdsa-p256",
    "journal": "ed25519",
    "witness": "ed25519",
}
"""A node's keys by use; a consent signer may use either."""


def check_draft(draft: Federation, published: Federation | None) -> None:
    """Raise `BadInput` with everything that is wrong in the draft."""
    found = list(problems(draft, published))
    if found:
        raise BadInput("The draft can't be signed. " + " ".join(found))


def problems(draft: Federation, published: Federation | None = None) -> Iterator[str]:
    """Everything that is wrong, one sentence each."""
    if not draft.authorities:
        yield "Expected at least one certificate authority; make the registry with `terpadu federation init`."
    yield from _names(draft)
    yield from _nodes(draft)
    yield from _services(draft)
    yield from _purposes(draft)
    yield from _agreements(draft)
    yield from key_problems(draft.keys)
    yield from _key_owners(draft)
    if published:
        yield from _history(draft, published)


def _names(draft: Federation) -> Iterator[str]:
    kinds: list[tuple[str, Callable[[str], str], list[str]]] = [
        ("member", member_id, [member.id for member in draft.members]),
        ("node", node_id, [node.id for node in draft.nodes]),
        ("subsystem", subsystem_id, [subsystem.id for subsystem in draft.subsystems]),
        ("service", service_id, [service.id for service in draft.services]),
    ]
    for kind, form, names in kinds:
        yield from _twice(kind, names)
        for name in names:
            yield from _form(kind, form, name)
            if name.split("/")[0] != draft.instance:
                yield f"Expected names of instance {draft.instance}, got the {kind} {name}."
    yield from _twice("purpose", [purpose.id for purpose in draft.purposes])
    yield from _twice("agreement", [agreement.name for agreement in draft.agreements])
    members = {member.id for member in draft.members}
    yield from (
        f"Subsystem {subsystem.id} belongs to no member; add {member_of(subsystem.id)} first."
        for subsystem in draft.subsystems
        if member_of(subsystem.id) not in members
    )
    yield from (f"Member {member.id} has no name." for member in draft.members if not member.name.strip())


def _form(kind: str, form: Callable[[str], str], name: str) -> Iterator[str]:
    try:
        form(name)
    except Refused as error:
        yield f"{error.sentence} It names a {kind}."


def _twice(kind: str, names: list[str]) -> Iterator[str]:
    yield from (f"The {kind} {name} is listed twice." for name, times in Counter(names).items() if times > 1)


def _nodes(draft: Federation) -> Iterator[str]:
    members = {member.id for member in draft.members}
    uses = _uses(draft)
    for node in draft.nodes:
        if node.member not in members:
            yield f"Node {node.id} belongs to {node.member}, which is no member; add the member first."
        if member_of(node.id) != node.member:
            yield f"Node {node.id} claims to belong to {node.member}; its name says {member_of(node.id)}."
        if not node.host or not node.protocols or not set(node.protocols) <= set(PROTOCOLS):
            yield f"Node {node.id} needs a host and protocols out of {', '.join(PROTOCOLS)}."
        yield from _node_keys(node, uses)


def _uses(draft: Federation) -> dict[str, set[str]]:
    """Node -> the uses of the keys that are listed under its name or a longer one. A node's name has four parts."""
    uses: dict[str, set[str]] = defaultdict(set)
    for entry in draft.keys:
        uses["/".join(entry.name.split("/")[:4])].add(entry.use)
    return uses


def _node_keys(node: Node, uses: dict[str, set[str]]) -> Iterator[str]:
    for use in _NEEDED:
        if use not in uses.get(node.id, ()):
            yield f"Node {node.id} has no {use} key; add it with its request from `terpadu node init`."


def _services(draft: Federation) -> Iterator[str]:
    subsystems = {subsystem.id for subsystem in draft.subsystems}
    nodes = {node.id: node for node in draft.nodes}
    for service in draft.services:
        if subsystem_of(service.id) not in subsystems:
            yield f"Service {service.id} is of an unknown subsystem; add {subsystem_of(service.id)} first."
        if not service.endpoints or not all(point.method and point.path.startswith("/") for point in service.endpoints):
            yield f"Service {service.id} needs endpoints, each a method and a path that begins with /."
        yield from _service_nodes(service, nodes)


def _service_nodes(service: Service, nodes: dict[NodeId, Node]) -> Iterator[str]:
    if not service.nodes:
        yield f"Service {service.id} names no node that serves it."
    if service.effect != "safe" and len(service.nodes) > 1:
        yield f"Service {service.id} has effects ({service.effect}), so exactly one node may serve it."
    for name in service.nodes:
        if name not in nodes:
            yield f"Service {service.id} names the unknown node {name}; add the node first."
        elif nodes[name].member != member_of(service.id):
            yield f"Service {service.id} names {name} of another member; a member answers with its own nodes alone."


def _purposes(draft: Federation) -> Iterator[str]:
    for purpose in draft.purposes:
        if not (purpose.id.strip() and purpose.title.strip() and purpose.basis.strip()):
            yield f"Purpose {purpose.id!r} needs an id, a title and its legal basis."


def _agreements(draft: Federation) -> Iterator[str]:
    subsystems = {subsystem.id for subsystem in draft.subsystems}
    services = {service.id: service for service in draft.services}
    purposes = {purpose.id for purpose in draft.purposes}
    for agreement in draft.agreements:
        name = f"Agreement {agreement.name}"
        if agreement.consumer not in subsystems:
            yield f"{name} names the unknown consumer {agreement.consumer}; add the subsystem first."
        if agreement.service not in services:
            yield f"{name} names the unknown service {agreement.service}; add the service first."
        yield from (
            f"{name} names the unknown purpose {purpose!r}; add the purpose first."
            for purpose in agreement.purposes
            if purpose not in purposes
        )
        yield from _agreement_alone(name, agreement, services.get(agreement.service))


def _agreement_alone(name: str, agreement: Agreement, service: Service | None) -> Iterator[str]:
    for what in ("id", "purposes", "endpoints", "fields", "quota"):
        if not getattr(agreement, what):
            yield f"{name} leaves {what} empty, so it would let nothing through; fill it in."
    if service and service.subject and not agreement.persons:
        yield f"{name} leaves persons at 0, so it would let nothing through; set a daily ceiling of distinct persons."
    if agreement.default_purpose and agreement.default_purpose not in agreement.purposes:
        yield f"{name} has the default purpose {agreement.default_purpose!r}, which is not among its purposes."
    if agreement.since >= agreement.until:
        yield f"{name} ends before it begins."


def key_problems(keys: tuple[KeyEntry, ...]) -> Iterator[str]:
    """One public key, one name, one use, ever (protocol section 3); entries in a form that can be used."""
    first: dict[str, KeyEntry] = {}
    for entry in keys:
        before = first.setdefault(entry.key, entry)
        if (before.name, before.use, before.alg) != (entry.name, entry.use, entry.alg):
            yield (
                f"The {entry.use} key of {entry.name} is already the {before.use} key of {before.name}; "
                "one public key has one use, make another."
            )
        if entry.since >= entry.until:
            yield f"The {entry.use} key of {entry.name} ends before it begins."
        if not _usable(entry):
            yield f"The {entry.use} key of {entry.name} is not a key of {entry.alg}."


def _usable(entry: KeyEntry) -> bool:
    try:
        check_of(entry.alg, entry.key)
    except (ValueError, BadInput):
        return False
    return True


def _key_owners(draft: Federation) -> Iterator[str]:
    members = {member.id for member in draft.members}
    nodes = {str(node.id): node for node in draft.nodes}
    for entry in draft.keys:
        if not entry.members or not set(entry.members) <= members:
            yield f"The {entry.use} key of {entry.name} speaks for no member or for an unknown one."
        if entry.use != "consent":
            yield from _node_key(nodes, entry)


def _node_key(nodes: dict[str, Node], entry: KeyEntry) -> Iterator[str]:
    node = nodes.get("/".join(entry.name.split("/")[:4]))
    if node is None or entry.name not in (node.id, *_parts(node, entry)):
        yield f"The {entry.use} key of {entry.name} belongs to no listed node."
    elif entry.members != (node.member,):
        yield f"The {entry.use} key of {entry.name} may speak for {node.member} alone."
    if entry.alg != ALGORITHM[entry.use]:
        yield f"The {entry.use} key of {entry.name} must be of {ALGORITHM[entry.use]}, not {entry.alg}."


def _parts(node: Node, entry: KeyEntry) -> tuple[str, ...]:
    """The longer names that a node's journal and witness keys go by."""
    generation = entry.name.rpartition("/")[2]
    longer = {"journal": f"{node.id}/journal/{generation}", "witness": f"{node.id}/witness"}
    return (longer[entry.use],) if entry.use in longer else ()


def _history(draft: Federation, published: Federation) -> Iterator[str]:
    if draft.instance != published.instance:
        yield f"Expected a draft of instance {published.instance}, got {draft.instance}."
    if draft.keys[: len(published.keys)] != published.keys:
        yield "The registry's log only grows: published key entries may be neither changed nor removed."
    kept = {agreement.name: agreement for agreement in published.agreements}
    for agreement in draft.agreements:
        if kept.get(agreement.name, agreement) != agreement:
            yield f"Agreement {agreement.name} is published and can't change; add version {agreement.version + 1}."
