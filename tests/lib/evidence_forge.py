"""Makes true evidence files with invented keys, from the protocol's text alone: own hashing, own trees, only `cryptography`.

It shares no line with the nodes or with either verifier, so that their disagreement shows. Everything is deterministic:
a key is made from its name. Each part can be forged before it is signed (`Forge.head`, `Forge.seal`, `Forge.record`), and
the finished text is only pasted together by `Forge.file`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from tests.lib.evidence_keys import NOW, Key, b64, jcs, lines, member_of, path_of, root_of

SECOND = NOW // 1000 + 10
ASKER, PROVIDER = "ID/GOV/1/n1", "ID/GOV/9/n1"
APP, SERVICE = "ID/GOV/1/app", "ID/GOV/9/pop/x"
WITNESSES = ("ID/GOV/2/n1/witness", "ID/GOV/3/n1/witness", "ID/GOV/4/n1/witness")
REQUEST_ID = "00000000-0000-4000-8000-000000000001"
QUERY_ID = "00000000-0000-4000-8000-000000000002"


@dataclass(frozen=True)
class Sealed:
    """A head in its frame and turn, and what a record must say of them."""

    head: str
    text: str
    node: str
    receiver: str
    frame: bytes
    turn: bytes
    count: int

    @property
    def leaf(self) -> bytes:
        return leaf_of(self.head)


def leaf_of(head: str) -> bytes:
    return sha256(b"terpadu.head/1\n" + head.encode()).digest()


def frame_of(node: str, receiver: str, leaves: list[bytes]) -> bytes:
    start = f"terpadu.frame/1\nfrom {node}\nto {receiver}\nmessages {len(leaves)}\n"
    return sha256(b"\x00" + start.encode() + b"".join(leaves)).digest()


def content_of(part: bytes, body: bytes = b"", salt: bytes = bytes(range(16))) -> bytes:
    return salt + len(part).to_bytes(4, "big") + part + body


def commitment(kind: str, number: str, content: bytes) -> str:
    return b64(sha256(f"terpadu.content/1\n{kind} {number}\n".encode() + content).digest())


PART = content_of(b"GET\r\n/r1/ID/GOV/9/pop/x\r\n")
ANSWER = content_of(b"200\r\nOK\r\nContent-Type:application/json\r\n", b'{"ada":true}')
EMPTY = content_of(b"")


def noise(word: str, count: int) -> list[bytes]:
    """Other people's leaves: hashes of nothing in particular."""
    return [sha256(f"{word} {number}".encode()).digest() for number in range(count)]


@dataclass
class Forge:
    """A small invented federation: two nodes, three witnesses, a registry under two of three offline keys."""

    keys: dict[str, Key] = field(default_factory=dict)
    offline: list[Key] = field(default_factory=list)
    threshold: int = 2
    witnesses: int = 2
    revoked: list[str] = field(default_factory=list)
    others: int = 30

    def __post_init__(self) -> None:
        for node in (ASKER, PROVIDER):
            owner = (member_of(node),)
            self.add(Key(node, "frame", owner, "ecdsa-p256"))
            self.add(Key(f"{node}/journal/1", "journal", owner))
        for name in WITNESSES:
            self.add(Key(name, "witness", (member_of(name),)))
        if not self.offline:
            self.offline = [Key(f"ID/registry/{number}", "registry", ()) for number in (1, 2, 3)]

    def add(self, key: Key) -> Key:
        self.keys[key.name] = key
        return key

    # -- trust ---------------------------------------------------------------------------------------------------------

    def trust_lines(self) -> list[str]:
        start = ["terpadu.trust/1", f"registry ID/registry {self.threshold}"]
        return [*start, *(key.vkey for key in self.offline), f"witnesses {self.witnesses}", *self.revoked]

    def trust(self) -> str:
        return "".join(line + "\n" for line in self.trust_lines())

    def root_json(self) -> str:
        return json.dumps({"signatures": [], "signed": {"_type": "root", "x-terpadu-evidence": self.trust_lines()}})

    def revoke(self, key: Key, second: int) -> None:
        self.revoked.append(f"revoked {key.name} {key.key_id.hex()} {second}")

    # -- heads ---------------------------------------------------------------------------------------------------------

    def request(self, **changes: Any) -> str:
        fields = {"agreement": "A1/1", "case": "K-17", "content": commitment("request", REQUEST_ID, PART), "from": APP}
        fields |= {"id": REQUEST_ID, "kind": "request", "purpose": "uji", "time": NOW, "to": SERVICE}
        return jcs(_without_none(fields | {"until": NOW + 30_000, "v": 1} | changes))

    def reply(self, request: str, **changes: Any) -> str:
        asked = json.loads(request)
        fields = {
            "content": commitment("reply", asked["id"], ANSWER),
            "for": b64(leaf_of(request)),
            "from": asked["to"],
        }
        fields |= {"id": asked["id"], "kind": "reply", "rule": "r1", "status": 200, "time": asked["time"] + 40}
        return jcs(_without_none(fields | {"to": asked["from"], "v": 1} | changes))

    def refusal(self, request: str, **changes: Any) -> str:
        number = json.loads(request)["id"]
        return self.reply(request, code="never", status=410, content=commitment("reply", number, EMPTY), **changes)

    def end(self, streamed: str, **changes: Any) -> str:
        of = json.loads(streamed)
        fields = {"content": commitment("end", of["id"], content_of(b"", b"x" * 99)), "for": b64(leaf_of(streamed))}
        fields |= {
            "from": of["from"],
            "id": of["id"],
            "kind": "end",
            "size": 99,
            "time": of["time"] + 9,
            "to": of["to"],
        }
        return jcs(_without_none(fields | {"v": 1} | changes))

    def query(self, request: str, **changes: Any) -> str:
        fields = {"about": b64(leaf_of(request)), "from": APP, "id": QUERY_ID, "kind": "query", "time": NOW + 50}
        return jcs(_without_none(fields | {"to": SERVICE, "until": NOW + 30_050, "v": 1} | changes))

    def status(self, query: str, **changes: Any) -> str:
        empty = commitment("reply", QUERY_ID, EMPTY)
        return self.reply(query, **{"content": empty, "status": None, "state": "never-arrived"} | changes)

    # -- seals, records ------------------------------------------------------------------------------------------------

    def seal(
        self, head: str, node: str, receiver: str, *, key: Key | None = None, time: int = NOW + 1, company: int = 2,
        place: int = 1, frames: int = 3, index: int = 1, twin: bool = False, text_of: Any = None,
    ) -> Sealed:  # fmt: skip
        """The head among `company` other messages at `place`, in frame `index` of `frames` of one signed turn.

        `twin`: the turn's neighbouring frame carries the very same content. `text_of` may rewrite the turn before it is signed.
        """
        leaves = noise(f"company {time}", company)
        leaves.insert(min(place, company), leaf_of(head))
        frame = frame_of(node, receiver, leaves)
        tree = noise(f"frames {time}", frames)
        tree[index] = frame
        if twin:
            tree[(index + 1) % frames] = frame
        text = f"terpadu.turn/1\nnode {node}\ntime {time}\nframes {frames} {b64(root_of(tree))}\n"
        text += f"journal {node}/journal/1 7 {b64(root_of(noise('turn', 7)))}\ntrust 4 1 9\n"
        text = text_of(text) if text_of else text
        body = f"messages {len(leaves)} {min(place, company)} {receiver}\n{lines(leaves)}"
        body += f"frame {index}\n{lines(path_of(index, tree))}\n"
        body += text + "\n" + (key or self.keys[node]).line(text, node)
        return Sealed(head, body, node, receiver, frame, sha256(text.encode()).digest(), len(leaves))

    def record(
        self, sealed: Sealed, side: str, *, size: int = 5, index: int = 3, journal: str = "", key: Key | None = None,
        cosigned: list[tuple[Key, int]] | None = None, **changes: Any,
    ) -> str:  # fmt: skip
        """The section of a record at `index` in a journal of `size`; `side` is `in` or `out`."""
        origin = journal or (sealed.node if side == "out" else sealed.receiver) + "/journal/1"
        fields = {"at": NOW + 20, "dir": side, "frame": b64(sealed.frame), "kind": "frame", "n": sealed.count}
        line = jcs(_without_none(fields | {"trust": "4 1 9", "turn": b64(sealed.turn)} | changes))
        leaves = noise(origin, size)
        leaves[index] = sha256(b"\x00" + line.encode()).digest()
        text = f"{origin}\n{size}\n{b64(root_of(leaves))}\n"
        seen = (
            [(self.keys[name], SECOND + 7 * place) for place, name in enumerate(WITNESSES)]
            if cosigned is None
            else cosigned
        )
        signed = (key or self.keys[origin]).line(text, origin) + "".join(
            witness.cosign(text, second) for witness, second in seen
        )
        proof = f"c2sp.org/tlog-proof@v1\nindex {index}\n{lines(path_of(index, leaves))}\n"
        return f"record {line}\n{proof}{text}\n{signed}"

    # -- the file ------------------------------------------------------------------------------------------------------

    def registry(self, signers: list[Key] | None = None, extra: str = "") -> tuple[str, list[bytes], list[str]]:
        """The registry's signed checkpoint, its leaves and the lines that they are of (in the order of `keys`)."""
        entries = [key.entry for key in self.keys.values()]
        leaves = [sha256(b"\x00" + line.encode()).digest() for line in entries] + noise("registry", self.others)
        text = f"ID/registry\n{len(leaves)}\n{b64(root_of(leaves))}\n"
        signed = "".join(key.line(text) for key in (self.offline[: self.threshold] if signers is None else signers))
        return text + "\n" + signed + extra, leaves, entries

    def key_section(self, name: str) -> str:
        _, leaves, entries = self.registry()
        index = list(self.keys).index(name)
        return f"== key\n{entries[index]}\nindex {index}\n{lines(path_of(index, leaves))}"

    def file(
        self, sealed: dict[str, Sealed], records: list[str], *, contents: dict[str, bytes] | None = None,
        names: set[str] | None = None, signers: list[Key] | None = None,
    ) -> str:  # fmt: skip
        """The evidence file. `names`: whose keys are shown; otherwise those whose names stand on its signature lines."""
        text = "terpadu.evidence/1\n"
        for name, part in sealed.items():
            text += f"== head {name}\n{part.head}\n== seal {name}\n{part.text}"
        text += "".join(f"== journal\n{record}" for record in records)
        signed = {line.split(" ")[1] for line in text.split("\n") if line.startswith("— ")}
        text += "".join(self.key_section(name) for name in self.keys if name in (signed if names is None else names))
        text += f"== registry\n{self.registry(signers)[0]}"
        return text + "".join(f"== content {name}\n{b64(content)}\n" for name, content in (contents or {}).items())


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def exchange(forge: Forge, *, records: int = 4, contents: bool = False, **seal: Any) -> str:
    """The usual file: request and reply, up to four records (provider's reply first), contents if asked for."""
    request = forge.seal(forge.request(), ASKER, PROVIDER, **seal)
    reply = forge.seal(forge.reply(request.head), PROVIDER, ASKER, time=NOW + 42, **seal)
    kept = [(reply, "out"), (request, "in"), (request, "out"), (reply, "in")][:records]
    shown = {"request": PART, "reply": ANSWER} if contents else None
    written = [forge.record(part, side, index=place) for place, (part, side) in enumerate(kept)]
    return forge.file({"request": request, "reply": reply}, written, contents=shown)


def streamed(forge: Forge) -> str:
    """A streamed request with its last end, and a streamed reply with its own."""
    heads = {"request": forge.request(stream=True)}
    heads["request-end"] = forge.end(heads["request"])
    heads["reply"] = forge.reply(heads["request"], stream=True)
    heads["reply-end"] = forge.end(heads["reply"])
    ways = {"request": (ASKER, PROVIDER), "reply": (PROVIDER, ASKER)}
    sealed = {
        name: forge.seal(head, *ways[name.split("-")[0]], time=NOW + 1 + len(name)) for name, head in heads.items()
    }
    return forge.file(sealed, [forge.record(part, "out", index=place) for place, part in enumerate(sealed.values())])


def asked_after(forge: Forge, *, state: str = "never-arrived", request: bool = True) -> str:
    """A request without a reply, the query about it and the signed status."""
    asked = forge.request()
    query = forge.query(asked)
    sealed = {"request": forge.seal(asked, ASKER, PROVIDER)} if request else {}
    sealed["query"] = forge.seal(query, ASKER, PROVIDER, time=NOW + 51)
    sealed["status"] = forge.seal(forge.status(query, state=state), PROVIDER, ASKER, time=NOW + 60)
    return forge.file(sealed, [forge.record(sealed["status"], "out")])
