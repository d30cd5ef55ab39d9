"""The publisher's side: make a registry, let its holders sign, publish what enough of them signed (ARCHITECTURE.md).

Everything lies in one directory (`office.py`). Two of three offline keys decide who belongs and who may what; the keys
on the publishing machine can only take away, revoke, and say that it is fresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import structs

from terpadu.errors import BadInput
from terpadu.model.federation import Federation, Narrowing, Revocations
from terpadu.signing.keys import PrivateKey, new_key, public_text, to_pem
from terpadu.trust import authority, check, draft, files, forms, online, proposal
from terpadu.trust.anchors import Anchors, Holder
from terpadu.trust.metadata import DELEGATED, ONLINE, ROOT, Standing, public_key, root_of, signed, version_of
from terpadu.trust.office import Office, load_key
from terpadu.trust.proposal import Proposal
from terpadu.trust.request import JoiningRequest

HOLDERS = 3
THRESHOLD = 2
_INSTANCE = re.compile(r"[A-Za-z0-9._-]+")


def create(directory: Path, instance: str, now: int, witnesses: int = 1) -> Office:
    """A new registry: three offline keys, the online keys, its small authority, root number 1 and an empty draft."""
    if not _INSTANCE.fullmatch(instance):
        raise BadInput(f"Expected an instance of letters, digits, dot, dash and underscore, got {instance[:40]!r}.")
    if directory.exists() and any(directory.iterdir()):
        raise BadInput(f"Expected an empty directory, {directory} holds files; name another, nothing was changed.")
    office = Office(directory)
    offline = [new_key("ed25519") for _ in range(HOLDERS)]
    machine = {role: new_key("ed25519") for role in ONLINE}
    _keep_keys(directory, offline, machine)
    ca_key, ca = authority.create(instance, now)
    files.write_whole(directory / "ca.pem", to_pem(ca_key), files.SECRET)
    origin = f"{instance}/registry"
    holders = tuple(Holder(f"{origin}/{number}", public_text(key)) for number, key in enumerate(offline, 1))
    _first_root(office, now, offline, machine, Anchors(origin, THRESHOLD, holders, witnesses))
    office.save_draft(Federation(instance=instance, number=0, made=0, expires=0, authorities=(ca,)))
    office.save("narrowing.json", Narrowing(number=1))
    office.save("revocations.json", Revocations(number=1))
    return office


def _keep_keys(directory: Path, offline: list[PrivateKey], machine: dict[str, PrivateKey]) -> None:
    named = {f"offline/{number}": key for number, key in enumerate(offline, 1)}
    named |= {f"online/{role}": key for role, key in machine.items()}
    for name, key in named.items():
        files.write_whole(directory / f"{name}.pem", to_pem(key), files.SECRET)


def _first_root(
    office: Office, now: int, offline: list[PrivateKey], machine: dict[str, PrivateKey], anchors: Anchors
) -> None:
    standing = Standing(
        tuple(map(public_key, offline)), THRESHOLD, {role: public_key(key) for role, key in machine.items()}
    )
    _publish_root(office, 1, signed(root_of(1, standing, now + ROOT, anchors.lines()), *offline))


def _publish_root(office: Office, version: int, raw: bytes) -> None:
    files.write_whole(office.metadata("root", version), raw)
    files.write_whole(office.public / "root.json", raw)


def amend(office: Office, change: Callable[[Federation], Federation]) -> Federation:
    """Change the draft. Raises `BadInput` where the change brings something that could never be signed."""
    with office.lock():
        before, published = office.draft(), office.federation()
        after = change(before)
        known = set(check.problems(before, published))
        new = [problem for problem in check.problems(after, published) if problem not in known]
        if new:
            raise BadInput(" ".join(new))
        office.save_draft(after)
    return after


def certificate_for(office: Office, asked: JoiningRequest) -> str:
    """The TLS certificate of a node that was just drafted (PEM). Raises `BadInput` where it asks for no TLS key."""
    entry = draft.tls_entry(office.draft(), asked)
    if entry is None:
        raise BadInput(f"Expected a tls key in the request of {asked.node.id}, found none; make the request again.")
    key, ca = load_key(office.directory / "ca.pem"), office.draft().authorities[-1]
    return authority.issue(key, ca, node=asked.node.id, public=entry.key, since=entry.since, until=entry.until)


def pending(office: Office, now: int) -> Proposal:
    """The proposal that holders are signing, if it still fits the draft; else a new one without signatures."""
    drafted, published = office.draft(), office.federation()
    check.check_draft(drafted, published)
    standing, anchors = office.standing(), wanted_anchors(office)
    number = (published.number if published else 0) + 1
    kept = _kept(office)
    if kept and kept.basis == proposal.basis_of(drafted, standing, anchors, number):
        return kept
    root = office.root().signed
    return proposal.propose(drafted, number=number, now=now, standing=standing, anchors=anchors, root=root)


def wanted_anchors(office: Office) -> Anchors:
    """The evidence lines with all revocations so far: an offline verifier has root.json alone."""
    return office.anchors()._replace(revoked=office.revocations().keys)


def _kept(office: Office) -> Proposal | None:
    path = office.directory / "proposal.json"
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Proposal)
    except msgspec.DecodeError as error:
        raise BadInput(f"Expected a proposal in {path}: {error}. Remove it and let the holders sign again.") from None


def sign(office: Office, key: PrivateKey, now: int) -> Proposal:
    """One holder signs the draft. Returns the proposal with the signatures so far; nothing is published."""
    with office.lock():
        own, holder = proposal.holder_of(office.anchors(), key)
        signed_by_one_more = proposal.sign(pending(office, now), own, holder)
        files.write_whole(office.directory / "proposal.json", forms.to_bytes(signed_by_one_more))
    return signed_by_one_more


def publish(office: Office, now: int) -> Federation:
    """Publish what enough holders signed. Raises `BadInput` below the threshold; then nothing is published."""
    with office.lock():
        ready = pending(office, now)
        proposal.check_threshold(ready, office.root().signed)
        federation = forms.from_bytes(ready.federation.encode(), Federation, "the proposed federation")
        _put_offline_part(office, ready, federation.number)
        _put_online_part(office, now, federation.number)
        (office.directory / "proposal.json").unlink()
        # The next proposal continues what is published, so the draft keeps no number of its own.
        office.save_draft(structs.replace(federation, number=0, made=0, expires=0))
    return federation


def publish_signed(office: Office, now: int) -> Federation | None:
    """Publish what is signed; None where nothing waits and the published federation stands."""
    if (office.directory / "proposal.json").exists():
        return publish(office, now)
    if office.federation() is None:
        raise BadInput(
            "Expected a signed draft; let two holders run `terpadu federation sign --key FILE` first.", "unsigned"
        )
    return None


def rekey(office: Office, role: str) -> None:
    """A new key for an online role, in force once the holders have signed and it is published.

    After a theft rekey `snapshot` and `timestamp` too: then nodes accept lower numbers than the thief's.
    """
    if role not in ONLINE:
        raise BadInput(f"Expected an online role ({', '.join(ONLINE)}), got {role[:40]!r}.")
    files.write_whole(office.directory / "online" / f"{role}.next.pem", to_pem(new_key("ed25519")), files.SECRET)


def _put_offline_part(office: Office, ready: Proposal, number: int) -> None:
    if ready.root:
        _publish_root(office, version_of(ready.root.encode()), ready.root.encode())
    office.put_target("federation.json", ready.federation.encode())
    office.put_target("registry/entries", ready.entries.encode())
    files.write_whole(office.metadata("targets", number), ready.targets.encode())
    files.write_whole(office.directory / "checkpoint", proposal.signed_checkpoint(ready))


def _put_online_part(office: Office, now: int, number: int) -> None:
    office.use_next_keys()
    online.advance_all(office)
    online.restate(office, now, tuple(DELEGATED), targets=number)
