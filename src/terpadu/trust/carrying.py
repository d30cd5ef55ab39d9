"""A proposal on its way to the holders and back: what a holder's machine checks before it signs, how signatures come home.

A holder's machine has no network and no draft. It has the file that was carried there and `root.json`, whose keys it
believes. So it signs only where all texts of the file say the same: what a person reads is what the signature covers.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import structs
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from terpadu.errors import BadInput, Unverified
from terpadu.model.federation import Federation
from terpadu.signing import note
from terpadu.signing.keys import PrivateKey
from terpadu.trust import files, forms, proposal
from terpadu.trust.anchors import FIELD, read_anchors, signers_of
from terpadu.trust.metadata import DAY
from terpadu.trust.office import Office
from terpadu.trust.proposal import Proposal
from terpadu.trust.publish import pending

LARGEST = 64 * 1024 * 1024
"""Bytes of a carried proposal: 600 members with 20,000 agreements are about 12 MB."""


def prepare(office: Office, now: int) -> Proposal:
    """The proposal for the draft as it is, kept so that every holder gets the same; one that still fits stays.

    It counts from the day on which it was made: one that grew old without a signature, or ends within a day, is made anew.
    """
    with office.lock():
        ready = pending(office, now)
        federation = msgspec.json.decode(ready.federation, type=Federation)
        if (federation.made < now - DAY and not ready.lines) or federation.expires < now + DAY:
            (office.directory / "proposal.json").unlink(missing_ok=True)
            ready = pending(office, now)
        files.write_whole(office.directory / "proposal.json", forms.to_bytes(ready))
    return ready


def read(raw: bytes) -> Proposal:
    """A proposal from the bytes of its file. Raises `BadInput`."""
    if len(raw) > LARGEST:
        raise BadInput(f"Expected a proposal of at most {LARGEST} bytes, got {len(raw)}; take the registry's own file.")
    try:
        return msgspec.json.decode(raw, type=Proposal)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"Expected a proposal as the registry gives it out: {error}. Take the file again.") from None


def sign(carried: Proposal, key: PrivateKey, root: bytes) -> tuple[Proposal, Federation]:
    """A holder signs, away from the registry; also what was signed. Raises `BadInput` where the file is not one whole."""
    trusted = root_of(root)
    federation = check_whole(carried, trusted)
    own, holder = proposal.holder_of(read_anchors(list(trusted.unrecognized_fields[FIELD])), key)
    return proposal.sign(carried, own, holder), federation


def check_whole(carried: Proposal, trusted: Root) -> Federation:
    """Every text says the same federation, and no holder changes. Raises `BadInput`; gives that federation."""
    try:
        federation = forms.from_bytes(carried.federation.encode(), Federation, "the proposed federation")
        targets: Metadata[Targets] = Metadata.from_bytes(carried.targets.encode())
        told = {"federation.json": carried.federation.encode(), "registry/entries": carried.entries.encode()}
        if set(targets.signed.targets) != set(told) or targets.signed.version != federation.number:
            raise BadInput("Expected the list of files to name this federation alone; take the file again.")
        for name, raw in told.items():
            targets.signed.targets[name].verify_length_and_hashes(raw)
    except (Unverified, RepositoryError, KeyError, TypeError, ValueError) as error:
        raise BadInput(f"Expected a proposal whose texts agree, but {error}; take the file again.") from None
    anchors = read_anchors(list(trusted.unrecognized_fields[FIELD]))
    _same("the registry's log", carried.entries.encode(), forms.entries_file(federation.keys))
    _same("its state", carried.checkpoint.encode(), proposal.checkpoint_of(federation, anchors.origin).text())
    if carried.root:
        _check_root(root_of(carried.root.encode()), trusted)
    return federation


def _check_root(new: Root, trusted: Root) -> None:
    """The next root may bring online keys and a later end; its holders and their number stay."""
    for role in (Root.type, Targets.type):
        before, after = trusted.roles[role], new.roles[role]
        same = [trusted.keys[name] for name in sorted(before.keyids)] == [new.keys.get(n) for n in sorted(after.keyids)]
        if not same or before.threshold != after.threshold:
            raise BadInput("Expected a root with the same holders, got others; ask the other holders before you sign.")
    old, now = (read_anchors(list(root.unrecognized_fields[FIELD])) for root in (trusted, new))
    if old._replace(revoked=now.revoked) != now:
        raise BadInput("Expected a root with the same holders for verifiers, got others; ask the other holders first.")


def _same(what: str, told: bytes, meant: bytes) -> None:
    if told != meant:
        raise BadInput(f"Expected {what} to fit the federation in the file, it does not; take the file again.")


def root_of(raw: bytes) -> Root:
    """What a root says. Raises `BadInput`; whoever names the file has decided to trust it."""
    try:
        loaded: Metadata[Root] = Metadata.from_bytes(raw)
    except RepositoryError as error:
        raise BadInput(f"Expected root.json as the registry publishes it: {error}. Name that file.") from None
    return loaded.signed


def take_in(office: Office, carried: Proposal, now: int) -> Proposal:
    """Put the signatures that came back to those that are there. Raises `BadInput` for another proposal or no signature."""
    with office.lock():
        ours = pending(office, now)
        if _bare(ours) != _bare(carried):
            raise BadInput("Expected the proposal that waits now, got another; let the holder sign the present file.")
        joined = structs.replace(
            ours,
            targets=_joined(ours.targets, carried.targets),
            root=_joined(ours.root, carried.root) if ours.root else "",
            lines=tuple(sorted({*ours.lines, *carried.lines})),
        )
        _check_signed(joined, office)
        if joined == ours:
            raise BadInput("Expected a new holder's signature, this file brings none; sign it first.", "unsigned")
        files.write_whole(office.directory / "proposal.json", forms.to_bytes(joined))
    return joined


def signatures_of(carried: Proposal) -> Proposal:
    """What must come back: the signatures, without the texts whose hashes they cover; small enough for any page."""
    return structs.replace(carried, federation="", entries="")


def _bare(carried: Proposal) -> tuple[Any, ...]:
    unsigned = [_unsigned(text) for text in (carried.targets, carried.root)]
    return carried.basis, carried.checkpoint, *unsigned


def _unsigned(text: str) -> Any:
    try:
        return Metadata.from_bytes(text.encode()).signed if text else None
    except RepositoryError as error:
        raise BadInput(f"Expected a proposal as the registry gives it out: {error}. Take the file again.") from None


def _joined(ours: str, theirs: str) -> str:
    loaded, brought = (Metadata.from_bytes(text.encode()) for text in (ours, theirs))
    loaded.signatures.update({name: one for name, one in brought.signatures.items() if name not in loaded.signatures})
    return loaded.to_bytes().decode()


def _check_signed(joined: Proposal, office: Office) -> None:
    """Nothing but whole signatures of holders: a bad one must not stand in a good one's place."""
    root = office.root().signed
    for text, role in ((joined.targets, "targets"), (joined.root, "root")):
        if text:
            loaded: Metadata[Any] = Metadata.from_bytes(text.encode())
            found = root.get_verification_result(role, loaded.signed_bytes, loaded.signatures)
            if len(found.signed) != len(loaded.signatures) or len(found.signed) != len(joined.lines):
                raise BadInput("Expected whole signatures of holders alone, got another; sign the present file again.")
    if len(signers(joined, office)) != len(joined.lines):
        raise BadInput("Expected whole signatures of holders under the log's state, got another; sign it again.")


def signers(carried: Proposal, office: Office) -> list[str]:
    """The names of the holders who signed."""
    if not carried.lines:
        return []
    try:
        found = note.parse(proposal.signed_checkpoint(carried))
    except Unverified as error:
        raise BadInput(f"{error} Take the file again.") from None
    return sorted(holder.name for holder in signers_of(found, office.anchors()))
