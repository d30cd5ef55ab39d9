"""The payment of a bill: at the bank, outside of the exchange; SIMPONI's push about it goes through the exchange.

SIMPONI can only POST to the address that an agency registered. The address is an alias at Kemenkeu's own node; the node of
the portal's member answers from the receiver behind it.
"""

from __future__ import annotations

import asyncio
import urllib.request
from typing import Any

import msgspec

from contoh.alat import credential
from demo.places import HOST, place_named

SIMPONI = "ID/GOV/KEMENKEU/SIMPONI"
PUSH_ADDRESS = "/dorong/pembayaran"
"""The alias at the door of Kemenkeu's node; what it means stands in demo/simpul/simponi/alias.toml."""


class Push(msgspec.Struct, frozen=True):
    """How the push went: SIMPONI's status (3 received, 2 already received), the exchange's number, and what was let through."""

    status: str | None
    number: str
    refused: str
    released: int
    held: int
    milliseconds: float


async def register() -> None:
    """The agency tells SIMPONI, once, where its payments are told."""
    user, word = credential("SIMPONI_USER_ID"), credential("SIMPONI_PASSWORD")
    address = place_named("simponi").address + PUSH_ADDRESS
    await _post("/simponi/penerima", {"UserId": user, "Password": word, "url": address})


async def pay(billing: str) -> None:
    """The person pays the bill at a bank, as in life; the stand-in plays the bank, and SIMPONI pushes."""
    await _post("/bank/bayar", {"kode_billing": billing})


async def pushed(billing: str) -> Push:
    """What SIMPONI heard when it told the agency of this payment."""
    data = await _post("/bank/kiriman", {"kode_billing": billing})
    headers = data.get("Header", {})
    released, _, held = headers.get("data-released", "").partition("/")
    return Push(
        status=data.get("StatusKirim"),
        number=headers.get("x-road-request-id", ""),
        refused=headers.get("terpadu-error", ""),
        released=int(released or 0),
        held=int(held or 0),
        milliseconds=data.get("Milidetik", 0.0),
    )


async def _post(path: str, body: dict[str, str]) -> dict[str, Any]:
    return await asyncio.to_thread(_posted, path, msgspec.json.encode(body))


def _posted(path: str, body: bytes) -> dict[str, Any]:
    address = f"http://{HOST}:{place_named('simponi').standin}{path}"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
        data: dict[str, Any] = msgspec.json.decode(reply.read())["response"]["simponiData"]
        return data
