"""Changes of the draft: each returns the next draft; nothing is public before enough holders have signed it."""

from __future__ import annotations

from typing import TypeVar

from msgspec import structs

from terpadu.errors import BadInput
from terpadu.model.federation import Agreement, Federation, KeyEntry, Member, Node, Purpose, Service, Subsystem
from terpadu.model.identifiers import member_id, subsystem_id
from terpadu.trust.keys import DAY, OVERLAP
from terpadu.trust.request import AskedKey, JoiningRequest

Item = TypeVar("Item", Member, Node, Subsystem, Service, Purpose)

LIFE = 365 * DAY
"""How long a key entry is good."""


def with_member(draft: Federation, name: str, title: str, country: str = "ID") -> Federation:
    """A new member, or another title for it."""
    added = Member(id=member_id(name), name=title, country=country)
    return structs.replace(draft, members=_placed(draft.members, added))


def with_subsystem(draft: Federation, name: str, title: str, application: str = "") -> Federation:
    """A system of a member, and the inventory entry that it stands on."""
    added = Subsystem(id=subsystem_id(name), name=title, application=application)
    return structs.replace(draft, subsystems=_placed(draft.subsystems, added))


def with_service(draft: Federation, service: Service) -> Federation:
    """A service, or its new description."""
    return structs.replace(draft, services=_placed(draft.services, service))


def with_purpose(draft: Federation, name: str, title: str, basis: str) -> Federation:
    """An entry of the purpose register."""
    return structs.replace(draft, purposes=_placed(draft.purposes, Purpose(id=name, title=title, basis=basis)))


def with_agreement(draft: Federation, agreement: Agreement) -> Federation:
    """An agreement; a version that is published can't change (the check of the draft says so)."""
    kept = tuple(other for other in draft.agreements if other.name != agreement.name)
    return structs.replace(draft, agreements=(*kept, agreement))


def with_node(draft: Federation, request: JoiningRequest, now: int) -> Federation:
    """A node with the keys of its request. The first keys of a use count at once; later ones after the overlap."""
    keys = draft.keys
    for asked in request.keys:
        keys = (*keys, *_entries(keys, asked, request, now))
    return structs.replace(draft, nodes=_placed(draft.nodes, request.node), keys=keys)


def _entries(keys: tuple[KeyEntry, ...], asked: AskedKey, request: JoiningRequest, now: int) -> tuple[KeyEntry, ...]:
    if any(entry.key == asked.key and entry.name == asked.name and entry.use == asked.use for entry in keys):
        return ()
    older = [entry for entry in keys if entry.name == asked.name and entry.use == asked.use and entry.until > now]
    since = now + OVERLAP if older else now
    new = KeyEntry(
        alg=asked.alg, members=(request.node.member,), since=since, key=asked.key, kind="key", name=asked.name,
        until=since + LIFE, use=asked.use,
    )  # fmt: skip
    return (*_prolonged(older, since + OVERLAP), new)


def _prolonged(older: list[KeyEntry], until: int) -> tuple[KeyEntry, ...]:
    """The key in use must outlast the change: list it again with a later end where it would not."""
    newest = max(older, key=lambda entry: entry.until, default=None)
    return (structs.replace(newest, until=until),) if newest and newest.until < until else ()


def with_consent_signer(draft: Federation, name: str, member: str, key: str, now: int) -> Federation:
    """Who asks people for their consent and signs the receipts; `key` is a public P-256 key, base64 of its SPKI."""
    if not name.isascii() or " " in name or not name:
        raise BadInput(f"Expected a consent signer's name in ASCII without spaces, got {name[:60]!r}.")
    new = KeyEntry(
        alg="ecdsa-p256", members=(member_id(member),), since=now, key=key, kind="key", name=name,
        until=now + LIFE, use="consent",
    )  # fmt: skip
    return structs.replace(draft, keys=(*draft.keys, new))


def certificate_file(request: JoiningRequest) -> str:
    """The name by which the node looks for the certificate of a request's TLS key; empty where it asks for none."""
    return next((f"tls-{asked.generation}.crt" for asked in request.keys if asked.use == "tls"), "")


def tls_entry(draft: Federation, request: JoiningRequest) -> KeyEntry | None:
    """The entry of a request's TLS key, for which a certificate is issued; None where it asks for none."""
    wanted = {asked.key for asked in request.keys if asked.use == "tls"}
    return next((entry for entry in reversed(draft.keys) if entry.key in wanted), None)


def known(draft: Federation, what: str) -> str:
    """A member, node, subsystem, service or agreement that the federation lists. Raises `BadInput`."""
    names: set[str] = {agreement.name for agreement in draft.agreements}
    names.update(member.id for member in draft.members)
    names.update(node.id for node in draft.nodes)
    names.update(subsystem.id for subsystem in draft.subsystems)
    names.update(service.id for service in draft.services)
    if what not in names:
        raise BadInput(f"Expected the name of something listed (an agreement as ID/VERSION), got {what[:80]!r}.")
    return what


def _placed(items: tuple[Item, ...], added: Item) -> tuple[Item, ...]:
    """In place of the one with the same id, or at the end."""
    placed = [added if item.id == added.id else item for item in items]
    if added not in placed:
        placed.append(added)
    return tuple(placed)
