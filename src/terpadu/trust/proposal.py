"""What the holders sign: the next federation, its registry log, and a new root where keys or evidence lines changed.

A proposal is one file that can be carried to a machine without a network. Signatures gather in it; below the threshold
nothing can be published. Any change of the draft makes another proposal, without signatures.
"""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct, structs
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Targets

from terpadu.errors import BadInput, Unverified
from terpadu.model.federation import Federation
from terpadu.signing import hashes, note, tree
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.keys import PrivateKey, public_text
from terpadu.trust import forms
from terpadu.trust.anchors import FIELD, Anchors, Holder, read_anchors, verify_checkpoint
from terpadu.trust.metadata import DAY, RIGHTS, ROOT, Standing, root_of, targets_of


class Proposal(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Texts that holders sign, with the signatures so far. `basis` names the draft that it was made from."""

    basis: str
    federation: str
    entries: str
    targets: str
    checkpoint: str
    lines: tuple[str, ...] = ()
    root: str = ""


def basis_of(draft: Federation, standing: Standing, anchors: Anchors, number: int) -> str:
    """A name for all that a proposal follows from, so that a stale one is noticed.

    Revocations are left out: one that comes between two holders must not void the first signature; the next proposal
    brings it into the root.
    """
    keys = "".join(sorted(key.keyid for key in standing.online.values()))
    text = forms.to_bytes([draft, anchors._replace(revoked=()).lines(), number])
    return hashlib.sha256(text + keys.encode()).hexdigest()


def propose(draft: Federation, *, number: int, now: int, standing: Standing, anchors: Anchors, root: Root) -> Proposal:
    """The unsigned proposal: federation `number`, good for 7 days from `now`."""
    federation = structs.replace(draft, number=number, made=now, expires=now + RIGHTS)
    contents = {"federation.json": forms.to_bytes(federation), "registry/entries": forms.entries_file(federation.keys)}
    targets = targets_of(number, standing, federation.expires, contents)
    return Proposal(
        basis=basis_of(draft, standing, anchors, number),
        federation=contents["federation.json"].decode(),
        entries=contents["registry/entries"].decode(),
        targets=Metadata(targets).to_bytes().decode(),
        checkpoint=checkpoint_of(federation, anchors.origin).text().decode(),
        root=_next_root(root, standing, anchors, now),
    )


def checkpoint_of(federation: Federation, origin: str) -> Checkpoint:
    """The registry log's state with all entries of this federation."""
    leaves = [hashes.record(line) for line in forms.entry_lines(federation.keys)]
    return Checkpoint(origin, len(leaves), tree.root(leaves))


def _next_root(root: Root, standing: Standing, anchors: Anchors, now: int) -> str:
    """A root of the next version where anything in it changed or it ends within 90 days; else empty."""
    wanted = root_of(root.version + 1, standing, now + ROOT, anchors.lines())
    same = (root.keys, root.roles, root.unrecognized_fields) == (wanted.keys, wanted.roles, wanted.unrecognized_fields)
    lasting = root.expires.timestamp() * 1000 > now + 90 * DAY
    return "" if same and lasting else Metadata(wanted).to_bytes().decode()


def sign(proposal: Proposal, key: Ed25519PrivateKey, holder: Holder) -> Proposal:
    """Add a holder's signatures. Signing twice changes nothing: a holder counts once."""
    line = note.signature_line(holder.name, holder.key_id, key.sign(proposal.checkpoint.encode())).decode()
    return structs.replace(
        proposal,
        targets=_with_signature(proposal.targets, key),
        root=_with_signature(proposal.root, key) if proposal.root else "",
        lines=tuple(sorted({*proposal.lines, line})),
    )


def _with_signature(metadata: str, key: Ed25519PrivateKey) -> str:
    loaded: Metadata[Targets] = Metadata.from_bytes(metadata.encode())
    loaded.sign(CryptoSigner(key), append=True)
    return loaded.to_bytes().decode()


def holder_of(anchors: Anchors, key: PrivateKey) -> tuple[Ed25519PrivateKey, Holder]:
    """Which holder this key is. Raises `BadInput` for a key that is none of theirs."""
    for holder in anchors.holders:
        if isinstance(key, Ed25519PrivateKey) and holder.key == public_text(key):
            return key, holder
    raise BadInput("Expected one of the offline keys that root.json lists, got another key; name a holder's key file.")


def signed_checkpoint(proposal: Proposal) -> bytes:
    """The registry's checkpoint as a note with all its signatures."""
    return (proposal.checkpoint + "\n" + "".join(proposal.lines)).encode()


def check_threshold(proposal: Proposal, root: Root) -> None:
    """Raise `BadInput` unless enough distinct holders signed everything, under the present root and under the next."""
    targets: Metadata[Targets] = Metadata.from_bytes(proposal.targets.encode())
    rules = root
    if proposal.root:
        new: Metadata[Root] = Metadata.from_bytes(proposal.root.encode())
        _enough(len(root.get_verification_result("root", new.signed_bytes, new.signatures).signed), root)
        _enough(len(new.signed.get_verification_result("root", new.signed_bytes, new.signatures).signed), new.signed)
        rules = new.signed
    _enough(len(rules.get_verification_result("targets", targets.signed_bytes, targets.signatures).signed), rules)
    try:
        verify_checkpoint(signed_checkpoint(proposal), read_anchors(list(rules.unrecognized_fields[FIELD])))
    except Unverified as error:
        raise BadInput(f"{error} Let more holders sign.", "unsigned") from None


def _enough(signed: int, root: Root) -> None:
    threshold = root.roles["root"].threshold
    if signed < threshold:
        sentence = f"Expected signatures of {threshold} holders, found {signed}; let more holders sign first."
        raise BadInput(sentence, "unsigned")
