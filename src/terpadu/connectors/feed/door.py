"""Sending Bundles through the hospital's own node, at its door for systems (X-Road's REST protocol r1)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from terpadu.connectors.feed.description import Node
from terpadu.connectors.fhir_errors import refusal
from terpadu.connectors.rest_client import Broken, Client, Garbled, NotReached, Reply, Room, Wire, address
from terpadu.errors import CODES, BadInput, Refused
from terpadu.model.message import Answer

MOST_BYTES = 16 << 20


class Door:
    """One node, asked as one subsystem for one purpose. `token` proves the subsystem where the node wants that."""

    def __init__(self, node: Node, token: str = "") -> None:
        self._where = address(node.address)
        self._client = Client(self._where, 1)
        self._seconds = node.seconds
        self._head = _head(node, self._where.host_line, token)

    async def send(self, bundle: bytes, key: str) -> Answer:
        """The transaction's response. Raises Refused with the exchange's code; `peer-timeout` where nothing is known."""
        wire = Wire(self._head + b"Idempotency-Key: %b\r\n" % key.encode(), bundle, repeatable=False)
        try:
            async with asyncio.timeout(self._seconds):
                reply = await self._client.ask(wire, Room(MOST_BYTES, 0, self._seconds))
        except NotReached as error:
            raise Refused("peer-unreachable", f"Expected the own node to listen, but {error}; start it.") from error
        except (Broken, Garbled, TimeoutError) as error:
            raise Refused("peer-timeout", "Expected the own node to answer, it did not; run the feed again.") from error
        return _meant(reply)

    async def close(self) -> None:
        """Drop the connection."""
        self._client.close()


def _meant(reply: Reply) -> Answer:
    if 200 <= reply.status < 300:
        return Answer(status=reply.status, reason=reply.reason, headers=reply.headers, body=reply.body)
    code = reply.header(b"terpadu-error").decode("latin-1")
    tree = _tree(reply.body)
    said = refusal(reply.status, tree, "The FHIR server") if not code else None
    raise said or Refused(
        code if code in CODES else "upstream-garbage", str(tree.get("message") or f"HTTP {reply.status}")
    )


def _tree(body: bytes) -> Mapping[str, Any]:
    try:
        tree = json.loads(body)
    except ValueError:
        return {}
    return tree if isinstance(tree, dict) else {}


def _head(node: Node, host: bytes, token: str) -> bytes:
    path = "/r1/" + "/".join(quote(part, safe="") for part in node.service.split("/")) + node.path
    lines = {"Host": host.decode(), "X-Road-Client": node.client, "Terpadu-Purpose": node.purpose,
             "Content-Type": "application/fhir+json", "Accept": "application/json"}  # fmt: skip
    if token:
        lines["Terpadu-Token"] = token
    if any(sign in value for value in (path, *lines.values()) for sign in "\r\n"):
        raise BadInput("Expected the [node] table to hold values of one line, got one with a line break; correct it.")
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}".encode()
