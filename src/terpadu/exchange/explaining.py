"""What decided one exchange, and what was missing: `terpadu explain`. For who holds the node's journal, or its receipt."""

from __future__ import annotations

from typing import NamedTuple

from terpadu.errors import BadInput
from terpadu.journal.index import Row
from terpadu.journal.reading import Reading
from terpadu.model.heads import Head, ReplyHead, RequestHead
from terpadu.model.rights import Rights
from terpadu.policy.explain import explain
from terpadu.signing import canonical, evidence


class Told(NamedTuple):
    """An exchange as far as it went: the request, and the rule and code that ended it (`rule` None: no end yet)."""

    request: RequestHead
    rule: str | None
    code: str | None


def explain_file(text: bytes, root: bytes, rights: Rights) -> list[str]:
    """Sentences on an evidence file, once it is proven. Raises `EvidenceBroken` and `BadInput`."""
    evidence.verify(text, root)
    sides = {side.name: canonical.decode_head(side.head) for side in evidence.parse(text).sides}
    return _sentences(_told(sides.get("request"), sides.get("reply")), rights)


def explain_number(number: str, reading: Reading, rights: Rights) -> list[str]:
    """Sentences on an exchange in a node's own journal, refused ones included. Raises `BadInput`."""
    rows = reading.index().rows("number = ?", number)
    asked = [row for row in rows if row.kind == "request"]
    if not asked:
        raise BadInput(
            f"Expected an evidence file, or a message number that this journal holds; {number!r} is neither."
        )
    request = reading.head(asked[0])
    if asked[0].direction == "refused" and isinstance(request, RequestHead):
        return _sentences(Told(request, asked[0].rule, asked[0].code), rights)
    return _sentences(_told(request, _answer(reading, rows)), rights)


def _answer(reading: Reading, rows: list[Row]) -> Head | None:
    return next((reading.head(row) for row in rows if row.kind == "reply" and row.state is None), None)


def _told(request: Head | None, reply: Head | None) -> Told:
    if not isinstance(request, RequestHead):
        raise BadInput(
            "Expected a request in this receipt; it only shows what was asked after one. Show the whole file."
        )
    if not isinstance(reply, ReplyHead):
        return Told(request, None, None)
    return Told(request, reply.rule, reply.code)


def _sentences(told: Told, rights: Rights) -> list[str]:
    if told.rule is None:
        asked = f"{told.request.source} meminta {told.request.to}."
        return [asked, "Belum ada jawaban yang tercatat. Langkah: tanyakan keadaannya lewat GET /exchanges/<nomor>."]
    return explain(told.rule, told.code, rights, told.request)
