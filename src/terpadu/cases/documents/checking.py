"""Is this paper ours, and does it still count? Anybody may ask, with its code or with the file."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, NamedTuple

from terpadu.cases.documents.codes import spelled
from terpadu.cases.documents.models import Document

LIMIT = 5 * 1024 * 1024
"""Bytes of a file to compare."""


class Verdict(NamedTuple):
    """`document` is None for an unknown code; `same` says whether a file given is the one that was issued (None: none given)."""

    document: Document | None
    same: bool | None


def by_code(typed: str, file: BinaryIO | None = None) -> Verdict:
    """Look a code up; compare a file to what was issued under it."""
    document = Document.objects.filter(code=spelled(typed)).first() if spelled(typed) else None
    if document is None or file is None:
        return Verdict(document, None)
    raw = file.read(LIMIT + 1)
    return Verdict(document, hashlib.sha256(raw).hexdigest() == document.digest)


def hidden(name: str) -> str:
    """A name that its bearer recognises and a stranger does not learn: `A•••• K•••••`."""
    return " ".join(word[:1] + "•" * (len(word) - 1) for word in name.split())
