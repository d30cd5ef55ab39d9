"""The hashed bytes of every name (protocol section 3). Each kind begins with bytes of its own, so none can pass for another."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Sequence
from hashlib import blake2s, sha256, sha512

EMPTY = sha256(b"").digest()
"""Root of an empty tree (RFC 6962 section 2.1)."""


def b64(raw: bytes) -> str:
    """Standard base64, padded; hashes are compared as this text."""
    return b2a_base64(raw, newline=False).decode()


def leaf(head: bytes) -> bytes:
    """A message's name in every proof (32 bytes)."""
    return sha256(b"terpadu.head/1\n" + head).digest()


def commitment(kind: str, number: str, content: bytes) -> str:
    """What a head holds of its content: bound to kind and number, so that it can't be lent to another message."""
    return b64(sha256(f"terpadu.content/1\n{kind} {number}\n".encode() + content).digest())


def frame(sender: str, receiver: str, leaves: Sequence[bytes]) -> bytes:
    """The hash of a frame: a listing of its leaves, which is a leaf of the turn's tree (32 bytes)."""
    head = f"terpadu.frame/1\nfrom {sender}\nto {receiver}\nmessages {len(leaves)}\n".encode()
    return sha256(b"\x00" + head + b"".join(leaves)).digest()


def record(line: bytes) -> bytes:
    """Leaf hash of a journal record or registry entry: RFC 6962, of its canonical line (32 bytes)."""
    return sha256(b"\x00" + line).digest()


def inner(left: bytes, right: bytes) -> bytes:
    """An inner node (RFC 6962)."""
    return sha256(b"\x01" + left + right).digest()


def turn(text: bytes) -> bytes:
    """A turn's name in records (32 bytes)."""
    return sha256(text).digest()


def xroad_request_hash(part: bytes, body: bytes, streamed: bytes | None = None) -> str:
    """X-Road-Request-Hash (PR-REST 1.0.4): base64 of SHA-512 over the digests of the header part and, if any, the body.

    `streamed` is the SHA-512 of a body that was never in memory.
    """
    if not body and streamed is None:
        return b64(sha512(part).digest())
    return b64(sha512(sha512(part).digest() + (streamed or sha512(body).digest())).digest())


def keyed(key: bytes, *parts: bytes) -> bytes:
    """BLAKE2s-128 under a key of at most 32 bytes: 16 bytes that only holders of the key can connect with the value."""
    return blake2s(b"\x00".join(parts), digest_size=16, key=key).digest()
