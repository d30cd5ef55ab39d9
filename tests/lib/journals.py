"""Small real things for the journal's tests: invented nodes with keys, frames that verify, journals in a directory."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec import structs

from terpadu.journal.entries import Local
from terpadu.journal.journal import Journal
from terpadu.journal.secrets import Secrets
from terpadu.model.federation import KeyEntry, KeyUse
from terpadu.model.heads import EndHead, QueryHead, ReplyHead, RequestHead
from terpadu.model.identifiers import AgreementId, MemberId, NodeId, ServiceId, SubsystemId
from terpadu.model.message import Frame, Message, Seal
from terpadu.model.rights import TrustNumbers
from terpadu.signing import canonical, hashes, keys, note, tree
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.keys import Signer
from terpadu.signing.turn import Turn

NOW = 1_790_000_000_000
YEAR = 365 * 86_400_000
CONSUMER, PROVIDER = NodeId("ID/GOV/1/n1"), NodeId("ID/GOV/9/n1")
APP, SERVICE = SubsystemId("ID/GOV/1/app"), ServiceId("ID/GOV/9/pop/x")
TRUST = TrustNumbers(1, 1, 1)


class Keyring:
    """Keys by name, made when asked for, with the entries that a registry would list."""

    def __init__(self) -> None:
        self.entries: dict[str, KeyEntry] = {}
        self._private: dict[str, keys.PrivateKey] = {}

    def signer(self, name: str, use: KeyUse, since: int = NOW - YEAR, until: int = NOW + YEAR) -> Signer:
        """The signer of a name; P-256 for frames, Ed25519 for the rest."""
        if name not in self.entries:
            alg = "ecdsa-p256" if use == "frame" else "ed25519"
            private = self._private[name] = keys.new_key(alg)  # type: ignore[arg-type]
            member = MemberId("/".join(name.split("/")[:3]))
            self.entries[name] = KeyEntry(
                alg=alg,  # type: ignore[arg-type]
                members=(member,),
                since=since,
                key=keys.public_text(private),
                kind="key",
                name=name,
                until=until,
                use=use,
            )
        return keys.signer(self.entries[name], self._private[name])

    def twin(self, name: str, other: str) -> None:
        """List the key of a name under another name too, which a registry must not."""
        member = MemberId("/".join(other.split("/")[:3]))
        self.entries[other] = structs.replace(self.entries[name], name=other, members=(member,))
        self._private[other] = self._private[name]

    def public(self, name: str) -> bytes:
        """The raw public key of an Ed25519 name."""
        return base64.b64decode(self.entries[name].key)

    def check(self, name: str, key_id: bytes) -> Callable[[bytes, bytes], bool] | None:
        """The listed check of a name."""
        entry = self.entries.get(name)
        return keys.check_of(entry.alg, entry.key) if entry else None


def content_of(body: bytes, part: bytes = b"GET\r\n/r1/x\r\n", salt: bytes | None = None) -> bytes:
    """Content bytes: salt, part, body."""
    return (os.urandom(16) if salt is None else salt) + len(part).to_bytes(4, "big") + part + body


def request(body: bytes = b"", time: int = NOW, number: str | None = None, **more: Any) -> Message:
    """A request from APP to SERVICE."""
    number, content = number or str(uuid.uuid4()), content_of(body)
    head = RequestHead(
        agreement=AgreementId("A1/1"),
        content=hashes.commitment("request", number, content),
        source=APP,
        id=number,
        kind="request",
        purpose="uji",
        time=time,
        to=SERVICE,
        until=time + 30_000,
        v=1,
        **more,
    )
    raw = canonical.encode_head(head)
    return Message(head, raw, hashes.leaf(raw), content)


def reply(asked: Message, body: bytes = b"{}", time: int = NOW + 5, **more: Any) -> Message:
    """The answer to a request."""
    content = content_of(body, b"200\r\nOK\r\n")
    head = ReplyHead(
        about=hashes.b64(asked.leaf),
        content=hashes.commitment("reply", asked.head.id, content),
        source=SERVICE,
        id=asked.head.id,
        kind="reply",
        rule="agreement",
        status=more.pop("status", 200),
        time=time,
        to=APP,
        v=1,
        **more,
    )
    raw = canonical.encode_head(head)
    return Message(head, raw, hashes.leaf(raw), content)


def query(asked: Message, time: int = NOW + 40_000) -> Message:
    """The asker's question what became of a request."""
    head = QueryHead(
        about=hashes.b64(asked.leaf),
        source=APP,
        id=str(uuid.uuid4()),
        kind="query",
        time=time,
        to=SERVICE,
        until=time + 30_000,
        v=1,
    )
    raw = canonical.encode_head(head)
    return Message(head, raw, hashes.leaf(raw), b"")


def end(streamed: Message, size: int, more: bool | None = None) -> Message:
    """A mark of a streamed body."""
    head = EndHead(
        about=hashes.b64(streamed.leaf),
        content=hashes.commitment("end", streamed.head.id, bytes(size)),
        source=streamed.head.source,
        id=streamed.head.id,
        kind="end",
        more=more,
        size=size,
        time=streamed.head.time + 1,
        to=streamed.head.to,
        v=1,
    )
    raw = canonical.encode_head(head)
    return Message(head, raw, hashes.leaf(raw), b"")


def seal(
    signer: Signer,
    receivers: Sequence[tuple[NodeId, Sequence[Message]]],
    time: int = NOW,
    journal: Checkpoint | None = None,
) -> list[Frame]:
    """One signed turn: a frame for each receiver."""
    sender = NodeId(signer.name)
    leaves = [hashes.frame(sender, to, [message.leaf for message in messages]) for to, messages in receivers]
    checkpoint = journal or Checkpoint(f"{sender}/journal/1", 0, hashes.EMPTY)
    text = Turn(sender, time, len(leaves), tree.root(leaves), checkpoint, TRUST).text()
    signed = note.sign(text, signer)
    return [
        Frame(
            Seal(sender, to, signed, hashes.turn(text), index, tree.path(leaves, index), leaves[index]), tuple(messages)
        )
        for index, (to, messages) in enumerate(receivers)
    ]


def frame(ring: Keyring, count: int = 1, body: bytes = b"", time: int = NOW, numbers: Sequence[str] = ()) -> Frame:
    """A frame of requests from the consumer to the provider."""
    asked = [request(body, time, numbers[i] if i < len(numbers) else None) for i in range(count)]
    return seal(ring.signer(CONSUMER, "frame"), [(PROVIDER, asked)], time)[0]


def notes(count: int, who: bytes | None = None, kept: str = "") -> list[Local]:
    """Local notes for a frame's messages."""
    return [Local("agreement", who, None, kept) for _ in range(count)]


def open_journal(
    directory: Path,
    ring: Keyring,
    node: NodeId = CONSUMER,
    generation: int = 1,
    clock: Callable[[], int] = lambda: NOW,
    **more: Any,
) -> Journal:
    """A journal with small segments."""
    return Journal.open(
        directory / "journal",
        origin_node=node,
        signer=ring.signer(f"{node}/journal/{generation}", "journal"),
        secrets=Secrets(directory / "secrets"),
        clock=clock,
        **{"segment_bytes": 1 << 16, **more},
    )
