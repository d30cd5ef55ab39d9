"""A node's joining request: its public halves and the names that it wants, each key proving itself.

One file goes from the node's owner to the registry; the private keys stay where they were made.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable

import msgspec

from terpadu.errors import BadInput
from terpadu.model.federation import Algorithm, File, KeyEntry, KeyUse, Node
from terpadu.model.identifiers import NodeId, member_of
from terpadu.signing.keys import algorithm, check_of, signer
from terpadu.trust import forms
from terpadu.trust.check import PROTOCOLS
from terpadu.trust.keys import OwnKey


class AskedKey(File, frozen=True):
    """A public key that asks to be listed; `proof` is its own signature over `proof_text`, in base64.

    `generation` only names the file that a certificate is kept in.
    """

    alg: Algorithm
    generation: int
    key: str
    name: str
    proof: str
    use: KeyUse


class JoiningRequest(File, frozen=True):
    """A node and the keys that it wants listed."""

    node: Node
    keys: tuple[AskedKey, ...]


def node_of(node: NodeId, host: str, port: int, protocols: tuple[str, ...] = PROTOCOLS) -> Node:
    """A node as it asks to be listed."""
    return Node(id=node, member=member_of(node), host=host, port=port, protocols=protocols)


def proof_text(node: str, use: str, name: str, key: str) -> bytes:
    """What a key signs to prove that its owner holds it and means this use."""
    return f"terpadu.request/1\n{node}\n{use} {name}\n{key}\n".encode()


def ask(node: Node, keys: Iterable[OwnKey]) -> bytes:
    """The request file (JSON)."""
    asked = JoiningRequest(node=node, keys=tuple(_asked(node, own) for own in keys))
    return msgspec.json.format(forms.to_bytes(asked), indent=2) + b"\n"


def _asked(node: Node, own: OwnKey) -> AskedKey:
    alg = algorithm(own.key)
    entry = KeyEntry(
        alg=alg, members=(node.member,), since=0, key=own.public, kind="key", name=own.name, until=1, use=own.use
    )
    proof = signer(entry, own.key).sign(proof_text(node.id, own.use, own.name, own.public))
    return AskedKey(
        alg=alg,
        generation=own.generation,
        key=own.public,
        name=own.name,
        proof=base64.b64encode(proof).decode(),
        use=own.use,
    )


def read_request(raw: bytes, name: str) -> JoiningRequest:
    """A request whose every key proves itself; `name` is how the error speaks of the file. Raises `BadInput`."""
    try:
        asked = msgspec.json.decode(raw, type=JoiningRequest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"Expected a joining request in {name}: {error}. Make it with `terpadu node init`.") from None
    for key in asked.keys:
        if not _proven(asked.node, key):
            raise BadInput(f"Expected the {key.use} key in {name} to prove itself; ask for a new request.")
    return asked


def _proven(node: Node, key: AskedKey) -> bool:
    try:
        check = check_of(key.alg, key.key)
        return check(base64.b64decode(key.proof), proof_text(node.id, key.use, key.name, key.key))
    except (ValueError, BadInput):
        return False
