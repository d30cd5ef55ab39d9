"""Record lines: canonical JSON, the only leaves of the tree (protocol section 6). Times are Unix milliseconds."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Sequence

from terpadu.signing import canonical
from terpadu.signing.hashes import b64

_FRAME = b'{"at":%d,"dir":"%b","frame":"%b","kind":"frame",%b"n":%d,%b"trust":"%b","turn":"%b"}'


def _text(raw: bytes) -> bytes:
    return b2a_base64(raw, newline=False)


def frame_line(
    at: int,
    direction: bytes,
    frame: bytes,
    local: bytes | None,
    n: int,
    trust: bytes,
    turn: bytes,
    recovered: bool = False,
) -> bytes:
    """The record of one frame; written by hand since it is the hot path, and tested to be the canonical form."""
    noted = b"" if local is None else b'"local":"%b",' % _text(local)
    mark = b'"recovered":true,' if recovered else b""
    return _FRAME % (at, direction, _text(frame), noted, n, mark, trust, _text(turn))


def refused_line(at: int, leaf: bytes, rule: str, code: str, local: bytes) -> bytes:
    """Our own system's request was denied; `local` is the hash of the local note before it."""
    record = {"at": at, "code": code, "head": b64(leaf), "kind": "refused", "local": b64(local), "rule": rule}
    return canonical.line(record)


def destroy_line(at: int, leaves: Sequence[bytes], rule: str) -> bytes:
    """Contents are destroyed; the record is durable before they are."""
    return canonical.line({"at": at, "heads": [b64(leaf) for leaf in leaves], "kind": "destroy", "rule": rule})


def open_line(at: int, former: str, size: int, root: str) -> bytes:
    """A generation begins: the origin of the former one and what was last known of it."""
    return canonical.line({"at": at, "former": former, "kind": "open", "root": root, "size": size})
