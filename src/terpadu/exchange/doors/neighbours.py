"""The door for other nodes beside the message lanes: HTTP/1.1 on the peers' port, by mutual TLS, the key pinned.

GET  /federation/<file>                the verified federation, relayed: any peer may (ARCHITECTURE.md)
POST /add-checkpoint                   C2SP tlog-witness: cosign another journal's checkpoint
GET  /checkpoint                       the newest own one
GET  /proof?number=<message number>    this journal's records of an exchange, for its other end alone
GET  /hour?at=<ms>                     one hash over the leaves exchanged with the asking node in a closed hour
GET  /hours?since=<ms>                 `<hour> <count> <digest>` of each hour in which something was exchanged with it
GET  /frames?at=<ms>&after=<cursor>    a page of the frames of that hour, for an end that lost its journal
GET  /seen                             what this node holds of the asking node's journal, in notes signed by that node
GET  /leaves?at=<ms>&after=<base64>    those leaves, sorted, a line each, at most `PAGE`
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs

import msgspec

from terpadu.clock import Clock
from terpadu.errors import CODES, BadInput, EvidenceBroken, Refused, TerpaduError
from terpadu.exchange import handing
from terpadu.exchange.doors.call import Call, Limits, Response
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.link import node_of
from terpadu.exchange.own_keys import OwnKeys
from terpadu.exchange.searching import WITNESS_SECONDS, Files, Witnessed
from terpadu.exchange.seen import Held
from terpadu.journal import compare
from terpadu.journal.prove import Prover
from terpadu.journal.witness import Witness
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Headers
from terpadu.model.rights import Rights, note_key_id
from terpadu.signing import evidence
from terpadu.signing.hashes import b64
from terpadu.signing.keys import Check, Signer, check_of

LIMITS = Limits(url=2048, headers=8192, header_count=30, memory=65_536, body=65_536)
PAGE = 10_000
"""Leaves in one answer."""
SETTLED = 120_000
"""Milliseconds after an hour until all of it is recorded at both ends: skew, and the time that a frame is under way."""
_TEXT: Headers = ((b"content-type", b"text/plain;charset=utf-8"),)
_BYTES: Headers = ((b"content-type", b"application/octet-stream"),)
Query = Mapping[str, list[str]]


class NeighbourDoor:
    """Answers listed nodes; what it gives to which one, its table says."""

    def __init__(self, ground: Ground, witness: Witness, files: Files, witnessed: Witnessed) -> None:
        self._ground, self._witness, self._files, self._witnessed = ground, witness, files, witnessed
        self._one = ThreadPoolExecutor(1, "witness")
        self._table: dict[tuple[bytes, str], Callable[[NodeId, Query, bytes], Awaitable[Response]]] = {
            (b"POST", "/add-checkpoint"): self._cosign,
            (b"GET", "/checkpoint"): self._checkpoint,
            (b"GET", "/proof"): self._proof,
            (b"GET", "/hour"): self._hour,
            (b"GET", "/leaves"): self._leaves,
            (b"GET", "/hours"): self._hours,
            (b"GET", "/frames"): self._frames,
            (b"GET", "/seen"): self._seen,
        }

    async def handle(self, call: Call) -> Response:
        """One call of another node."""
        try:
            ground = self._ground
            peer = node_of(call.certificate, ground.rights(), ground.clock())
            return await self._answer(peer, call)
        except TerpaduError as error:
            return self.complain(error)
        except Exception:
            log.exception("neighbour.failed")
            return self.complain(Refused("internal", "A fault of this node; its operator can see it."))

    def complain(self, error: TerpaduError) -> Response:
        """A refusal as text; the code alone is for programs."""
        status = CODES[error.code].status if error.code in CODES else 400
        headers = (*_TEXT, (b"x-road-error", error.code.encode()))
        return Response(status, b"", headers, f"{error.sentence}\n".encode())

    async def _answer(self, peer: NodeId, call: Call) -> Response:
        path, _, query = call.target.decode("ascii").partition("?")
        if call.verb == b"GET" and path.startswith("/federation/"):
            return self._relayed(path.removeprefix("/federation/"))
        answer = self._table.get((call.verb, path))
        if answer is None:
            raise Refused("not-found", "Expected one of the few calls that nodes answer each other.")
        return await answer(peer, parse_qs(query), call.body)

    def close(self) -> None:
        """Let go of the witness's file."""
        self._one.submit(self._witness.close)
        self._one.shutdown()

    # what is public among nodes

    def _relayed(self, name: str) -> Response:
        found = self._files().get(name)
        if found is None:
            raise Refused("not-found", "Expected the name of a file of the federation that this node holds.")
        return Response(200, b"OK", _BYTES, found)

    async def _cosign(self, peer: NodeId, query: Query, body: bytes) -> Response:
        run = asyncio.get_running_loop().run_in_executor
        answered = await run(self._one, self._witness.add_checkpoint, body)
        self._ground.counters[f"witness.{answered.status}"] += 1
        return Response(answered.status, b"", ((b"content-type", answered.type.encode()),), answered.body)

    async def _checkpoint(self, peer: NodeId, query: Query, body: bytes) -> Response:
        path = self._ground.journal.place.checkpoint
        if not path.exists():
            raise Refused("not-found", "Expected a checkpoint; this journal has no record yet.")
        return Response(200, b"OK", _TEXT, path.read_bytes())

    # what only the other end may see

    async def _proof(self, peer: NodeId, query: Query, body: bytes) -> Response:
        number = query.get("number", [""])[0]
        await asyncio.to_thread(self._check_shared, peer, number)
        await self._witnessed(WITNESS_SECONDS)
        return Response(200, b"OK", _TEXT, await asyncio.to_thread(self._entries, number))

    def _check_shared(self, peer: NodeId, number: str) -> None:
        rows = self._ground.journal.index.rows("number = ? AND direction IN ('in', 'out')", number)
        if not rows or any(row.peer != peer for row in rows):
            raise Refused("not-found", "Expected the number of an exchange with the asking node.")

    def _entries(self, number: str) -> bytes:
        journal = self._ground.journal
        try:
            return evidence.render_entries(Prover(journal.place, journal.tiles, journal.index).entries(number))
        except (BadInput, EvidenceBroken) as error:
            raise Refused("not-found", error.sentence) from None

    async def _hour(self, peer: NodeId, query: Query, body: bytes) -> Response:
        found = await asyncio.to_thread(self._exchanged, peer, query)
        return Response(200, b"OK", _TEXT, f"{len(found)} {compare.digest(found)}\n".encode())

    async def _leaves(self, peer: NodeId, query: Query, body: bytes) -> Response:
        found = await asyncio.to_thread(self._exchanged, peer, query)
        after = _leaf(query.get("after", [""])[0])
        page = [leaf for leaf in found if leaf > after][:PAGE]
        return Response(200, b"OK", _TEXT, "".join(f"{b64(leaf)}\n" for leaf in page).encode())

    async def _hours(self, peer: NodeId, query: Query, body: bytes) -> Response:
        since = _number(query.get("since", [""])[0])
        told = await asyncio.to_thread(handing.hours, self._ground.journal, peer, since)
        return Response(200, b"OK", _TEXT, told.encode())

    async def _frames(self, peer: NodeId, query: Query, body: bytes) -> Response:
        """Also of the hour that is not over: who lost its journal needs all of it, before it serves again."""
        hour, after = _number(query.get("at", [""])[0]), handing.read_cursor(query.get("after", [""])[0])
        page = await asyncio.to_thread(handing.frames, self._ground.journal, peer, hour, after)
        return Response(200, b"OK", _BYTES, page)

    async def _seen(self, peer: NodeId, query: Query, body: bytes) -> Response:
        run = asyncio.get_running_loop().run_in_executor
        notes = await run(self._one, self._witness.all_of, peer)
        held = Held(tuple(one.decode() for one in notes), self._ground.known(peer))
        return Response(200, b"OK", _TEXT, msgspec.json.encode(held))

    def _exchanged(self, peer: NodeId, query: Query) -> list[bytes]:
        text = query.get("at", [""])[0]
        hour = int(text) if text.isdigit() and len(text) < 16 else -1
        if hour % compare.HOUR or hour + compare.HOUR + SETTLED > self._ground.clock():
            raise Refused("bad-request", "Expected ?at= with the beginning of an hour (Unix ms) that is over.")
        return compare.leaves_of(self._ground.journal.index, peer, hour)


def witness_of(path: Path, own: OwnKeys, rights: Callable[[], Rights], clock: Clock) -> Witness:
    """This node as a witness: it signs with its own witness key, for journals whose keys the federation lists now."""

    def keys_of(origin: str) -> dict[bytes, Check]:
        listed = rights().current_keys(origin, "journal", clock())
        return {note_key_id(entry): check_of(entry.alg, entry.key) for entry in listed}

    def signer() -> Signer:
        """A cosignature tells whole seconds: one in the key's first second would be dated before the key."""
        _, entry = own.keys.current("witness", rights(), clock())
        if entry.since > clock() // 1000 * 1000:
            raise Refused("busy", "Expected a witness key that is at least a second old; come again in a moment.")
        return own.signer("witness")

    return Witness(path, signer, keys_of, clock)


def _number(text: str) -> int:
    if not text.isdigit() or len(text) > 15:
        raise Refused("bad-request", "Expected a time in Unix ms.")
    return int(text)


def _leaf(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace(" ", "+"), validate=True)
    except binascii.Error:
        raise Refused("bad-request", "Expected ?after= with a leaf in base64.") from None
