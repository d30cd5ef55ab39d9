"""How other programs of ours talk to a node: through its door, like every system."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from terpadu.connectors.rest_client import Broken, Client, Garbled, NotReached, Reply, Room, Wire, address
from terpadu.errors import CODES, Refused
from terpadu.model.identifiers import ServiceId, SubsystemId

_ROOM = Room(memory=8 * 1024 * 1024, stream=0, seconds=60)


class Why(Struct, frozen=True, kw_only=True):
    """Why something is asked: purpose, case and consent receipt, as the agreement wants them; `key` makes it one effect."""

    purpose: str = ""
    case: str = ""
    consent: str = ""
    key: str = ""


class Told(Struct, frozen=True, kw_only=True):
    """An answer through the exchange: JSON, the number of the exchange, and how many fields were released of those held."""

    value: Any
    number: str
    released: int
    held: int


class NodeClient:
    """A caller of one node. `token` proves the subsystem, where the node asks for one."""

    def __init__(self, base: str, subsystem: SubsystemId, token: str = "") -> None:
        self._client = Client(address(base), most_idle=16)
        self._host = address(base).host_line
        self._subsystem = subsystem
        self._token = token

    async def ask(self, service: ServiceId, question: object, why: Why, path: str = "") -> Told:
        """POST a question as JSON. Raises `Refused` with the exchange's code and sentence."""
        reply = await self._send("POST", f"/r1/{service}{path}", msgspec.json.encode(question), why)
        released, _, held = reply.header(b"data-released").partition(b"/")
        return Told(
            value=msgspec.json.decode(reply.body) if reply.body else None,
            number=reply.header(b"x-road-request-id").decode(),
            released=int(released or 0),
            held=int(held or 0),
        )

    async def evidence(self, number: str) -> str:
        """The evidence file of an exchange of this subsystem. Raises `Refused`."""
        return (await self._send("GET", f"/exchanges/{number}/evidence", b"", Why())).body.decode()

    async def agreements(self) -> list[dict[str, Any]]:
        """What this subsystem may use, with names, purposes and fields, as its node knows it. Raises `Refused`."""
        reply = await self._send("GET", "/agreements", b"", Why())
        found: list[dict[str, Any]] = msgspec.json.decode(reply.body)["agreement"]
        return found

    async def _send(self, verb: str, path: str, body: bytes, why: Why) -> Reply:
        lines = {
            "Host": self._host.decode(),
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Road-Client": self._subsystem,
            "Terpadu-Token": self._token,
            "Terpadu-Purpose": why.purpose,
            "Terpadu-Case": why.case,
            "Terpadu-Consent": why.consent,
            "Idempotency-Key": why.key,
        }
        head = f"{verb} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        try:
            reply = await self._client.ask(Wire(head.encode(), body), _ROOM)
        except (NotReached, Broken, Garbled) as error:
            raise Refused("peer-unreachable", f"Expected the own node to answer: {error}.") from None
        if reply.status >= 400:
            raise refusal(reply)
        return reply

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


def refusal(reply: Reply) -> Refused:
    """What the exchange refused, or how the old system failed."""
    code = reply.header(b"terpadu-error").decode()
    try:
        sentence = str(msgspec.json.decode(reply.body)["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        sentence = f"The system answered with status {reply.status}."
    refused = Refused(code if code in CODES else "business-rule", sentence)
    refused.number = reply.header(b"x-road-request-id").decode()
    return refused
