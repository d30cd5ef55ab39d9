"""The secret by which a member's nodes hash idempotency keys: alike on all of them, so that a repeat is known as one at each.

It goes from node to node as one line, through a pipe (`ssh`), and never onto a screen or into a file of its own.

    terpadu.secret/1 ID/GOV/DUK/n1 <base64> <fingerprint>
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path

from terpadu.errors import BadInput, Refused
from terpadu.model.identifiers import NodeId, member_of, node_id
from terpadu.trust import files, keys

FORM = "terpadu.secret/1"
LIMIT = 512
"""Characters of the line; more is something else."""


def fingerprint(secret: bytes) -> str:
    """Eight hex digits by which people compare two nodes' secrets; they tell nothing of it."""
    return hashlib.sha256(b"terpadu.secret/1\n" + secret).hexdigest()[:8]


def line(own: keys.NodeKeys) -> str:
    """The secret on its way to another node of the member."""
    secret = own.idempotency_secret
    return f"{FORM} {own.node} {base64.b64encode(secret).decode()} {fingerprint(secret)}"


def take(folder: Path, text: str) -> tuple[NodeId, str]:
    """Let a node have another's secret; returns whose, and the fingerprint. Raises `BadInput`; then nothing changed."""
    own = keys.load(folder)
    giver, secret = _read(text)
    if member_of(giver) != member_of(own.node):
        raise BadInput(f"Expected the secret of a node of {member_of(own.node)}; {giver} is another member's.")
    files.write_whole(folder / keys.KEYING, secret, files.SECRET)
    return giver, fingerprint(secret)


def _read(text: str) -> tuple[NodeId, bytes]:
    pieces = text.split()
    if len(text) > LIMIT or len(pieces) != 4:
        raise _not_one()
    form, giver, encoded, mark = pieces
    try:
        secret, name = base64.b64decode(encoded, validate=True), node_id(giver)
    except (ValueError, binascii.Error, Refused):
        raise _not_one() from None
    if form != FORM or len(secret) != 32 or mark != fingerprint(secret):
        raise _not_one()
    return name, secret


def _not_one() -> BadInput:
    return BadInput("Expected the whole line of `terpadu node secret give DIRECTORY` on standard input; pipe it again.")
