"""Whole exchanges in real journals of two nodes, and the registry and witnesses that prove them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, NamedTuple

from terpadu.journal.entries import Local
from terpadu.journal.journal import Journal
from terpadu.journal.prove import Prover
from terpadu.model.message import Frame, Message
from terpadu.signing import canonical, hashes, note, tree
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.evidence import Registry
from tests.lib.journals import CONSUMER, NOW, PROVIDER, TRUST, Keyring, open_journal, reply, request, seal

HOLDERS = ("ID/registry/1", "ID/registry/2", "ID/registry/3")
WITNESSES = ("ID/GOV/3/n1/witness", "ID/GOV/4/n1/witness")
COSIGNED = NOW // 1000 + 9


class Exchange(NamedTuple):
    """A request and its reply, as both nodes hold them, in a frame with others."""

    asked: Message
    answered: Message
    request: Frame
    reply: Frame


def exchange(ring: Keyring, **more: Any) -> Exchange:
    """One exchange among three in its frames."""
    asked = [request(b"pertanyaan", **more) for _ in range(3)]
    answered = [reply(one, b'{"nama":"A"}') for one in asked]
    there = seal(ring.signer(CONSUMER, "frame"), [(PROVIDER, asked), (PROVIDER, asked[:1])], NOW + 1)[0]
    back = seal(ring.signer(PROVIDER, "frame"), [(CONSUMER, answered[:1]), (CONSUMER, answered)], NOW + 6)[1]
    return Exchange(asked[1], answered[1], there, back)


async def record(journal: Journal, one: Exchange, ours: bool, keep: bool = False, who: bytes | None = None) -> None:
    """Both records of the exchange in one node's journal."""
    kept = [Local("A1/1", who, None, "30" if keep else "") for _ in range(3)]
    keeping = [True] * 3 if keep else None
    await journal.settle(journal.record_frame("out" if ours else "in", one.request, kept, TRUST, keeping))
    await journal.settle(journal.record_frame("in" if ours else "out", one.reply, kept, TRUST, keeping))


def registry(ring: Keyring, holders: tuple[str, ...] = HOLDERS[:2]) -> Registry:
    """The registry's log over all keys of the ring, signed by these offline keys."""
    for name in HOLDERS:
        ring.signer(name, "journal")
    lines = [canonical.line(entry) for name, entry in ring.entries.items() if name not in HOLDERS]
    text = Checkpoint("ID/registry", len(lines), tree.root([hashes.record(line) for line in lines])).text()
    signatures = b""
    for name in holders:
        signer = ring.signer(name, "journal")
        signatures += note.signature_line(name, signer.key_id, signer.sign(text))
    return Registry(lines, text + b"\n" + signatures)


def root(ring: Keyring, witnesses: int = 2, revoked: tuple[str, ...] = ()) -> bytes:
    """The trust anchor as plain lines: two of three offline keys."""
    vkeys = []
    for name in HOLDERS:
        key_id, raw = ring.signer(name, "journal").key_id, hashes.b64(b"\x01" + ring.public(name))
        vkeys.append(f"{name}+{key_id.hex()}+{raw}")
    lines = ["terpadu.trust/1", "registry ID/registry 2", *vkeys, f"witnesses {witnesses}", *revoked]
    return "\n".join((*lines, "")).encode()


def cosign(ring: Keyring, journal: Journal, names: tuple[str, ...] = WITNESSES) -> None:
    """Witnesses' lines under the newest own checkpoint, as `submit` keeps them."""
    raw = journal.place.checkpoint.read_bytes()
    text = note.parse(raw).text
    lines = [note.cosign(text, ring.signer(name, "witness"), COSIGNED + i) for i, name in enumerate(names)]
    journal.place.cosigned.write_bytes(raw + b"".join(lines))


def evidence_of(
    directory: Path, ring: Keyring, *, keep: bool = False, witnessed: bool = True
) -> tuple[bytes, Exchange]:
    """The evidence file of one exchange from the consumer's journal, with the provider's records added."""

    async def run() -> tuple[bytes, Exchange]:
        ours = open_journal(directory / "c", ring, CONSUMER)
        theirs = open_journal(directory / "p", ring, PROVIDER)
        one = exchange(ring)
        for journal in (ours, theirs):
            await record(journal, exchange(ring), journal is ours)
            await record(journal, one, journal is ours, keep)
            await journal.sign()
            if witnessed:
                cosign(ring, journal)
        others = Prover(theirs.place, theirs.tiles, theirs.index).entries(one.asked.head.id)
        contents = [("request", one.asked.content), ("reply", one.answered.content)] if keep else []
        us = Prover(ours.place, ours.tiles, ours.index)
        text = us.exchange(one.asked.head.id, registry(ring), contents, others)
        for journal in (ours, theirs):
            await journal.close()
        return text, one

    return asyncio.run(run())
