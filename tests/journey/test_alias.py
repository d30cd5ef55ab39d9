"""A system that can only POST to an address: what it sends there is one exchange like every other."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from terpadu.errors import BadInput
from terpadu.exchange.doors.alias import Alias, alias
from terpadu.exchange.doors.callers import Callers
from terpadu.model.identifiers import ServiceId, SubsystemId
from tests.lib.two_nodes import APP, POP, Pair, agreement, call, said, service, two_nodes

PUSHED = b'[{"nik":"x","NTPN":"A1"},{"nik":"y","NTPN":"B2"}]'
JSON = {"Content-Type": "application/json"}
TOKEN = "rahasia-sistem-lama"
OTHER = SubsystemId("ID/GOV/9/pop")


def place(code: str, key: str = "", client: SubsystemId = APP) -> Alias:
    """An alias of one of the answering member's services."""
    return Alias(client, ServiceId(f"{POP}/{code}"), "uji", key)


def play(tmp_path: Path, aliases: dict[str, Alias], story: Callable[[Pair], Awaitable[None]], **plan: Any) -> None:
    """Run a story between two nodes whose doors have these aliases."""

    async def run() -> None:
        known = {path.encode(): one for path, one in aliases.items()}
        services = (service("titip", "best-effort", subject=""), service("catat", "keyed", subject=""))
        agreements = (agreement("A1", "titip"), agreement("A2", "catat", keep_days=1))
        given = {"aliases": known, **plan}
        async with two_nodes(tmp_path, plan=given, services=services, agreements=agreements) as pair:
            await story(pair)

    asyncio.run(run())


async def post(pair: Pair, path: str, body: bytes = PUSHED, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """What a system does that knows nothing of the exchange."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return await call(pair.asker.door_port, "POST", path, JSON | named, body)


def test_what_is_posted_to_the_address_reaches_the_service_as_it_is(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        status, headers, body = await post(pair, "/dorong/bayar?hari=1")
        assert (status, said(body)) == (200, {"nama": "Uji Rekaan", "alamat": {"kota": "Rekaan"}})
        (seen,) = pair.system.seen
        assert (seen.verb, seen.path, seen.body) == ("POST", "/?hari=1", PUSHED)
        number = headers["x-road-request-id"]
        asked = await call(pair.asker.door_port, "GET", f"/exchanges/{number}", {"X-Road-Client": APP})
        found = said(asked[2])
        assert (found["state"], found["service"], found["purpose"]) == ("done", f"{POP}/titip", "uji")

    play(tmp_path, {"/dorong/bayar": place("titip")}, story)


def test_what_the_alias_says_goes_before_what_the_caller_says(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        said_more = {"X_Road_Client": "ID/GOV/9/pop", "Terpadu_Purpose": "lain"}
        status, _, _ = await post(pair, "/dorong/bayar", **said_more)
        assert status == 200
        assert pair.system.seen[0].headers["x-road-client"] == APP

    play(tmp_path, {"/dorong/bayar": place("titip")}, story)


@pytest.mark.parametrize(
    ("key", "named"), [("body:join(',', [].NTPN)", "A1,B2"), ("header:X-Ref", "R-7"), ("body:[0].nomor", "17")]
)
def test_a_message_with_a_key_has_one_effect_however_often_it_comes(tmp_path: Path, key: str, named: str) -> None:
    body = PUSHED.replace(b'"nik":"x"', b'"nomor":17')

    async def story(pair: Pair) -> None:
        answers = [await post(pair, "/catat", body, X_Ref="R-7") for _ in range(2)]
        assert [said(body) for _, _, body in answers] == [{"nama": "Uji Rekaan", "alamat": {"kota": "Rekaan"}}] * 2
        assert pair.system.effects == {named: 1}
        status, headers, _ = await post(pair, "/catat", body.replace(b"y", b"z"), X_Ref="R-7")
        assert (status, headers["terpadu-error"]) == (422, "idem-mismatch")

    play(tmp_path, {"/catat": place("catat", key)}, story)


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b'{"ref":null}', {}, 400, "key-needed"),
        (b'{"ref":true}', {}, 400, "key-needed"),
        (b'{"ref":""}', {}, 400, "key-needed"),
        (b'{"ref":"satu\\r\\nX-Road-Client: lain"}', {}, 400, "key-needed"),
        (b'{"ref":"' + b"x" * 201 + b'"}', {}, 400, "key-needed"),
        (b'{"ref":"a","ref":"b"}', {}, 400, "content"),
        (b"ref=a", {}, 400, "content"),
        (b"[" + b"0," * 40_000 + b"0]", {}, 413, "too-large"),
    ],
)
def test_a_message_that_does_not_name_itself_is_refused_and_goes_nowhere(
    tmp_path: Path, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    async def story(pair: Pair) -> None:
        found, told, _ = await post(pair, "/catat", body, **headers)
        assert (found, told["terpadu-error"]) == (status, code)
        assert pair.system.seen == []

    play(tmp_path, {"/catat": place("catat", "body:ref")}, story)


def test_an_address_proves_nobody(tmp_path: Path) -> None:
    """A caller at an alias shows a token like everywhere, and can only be its own subsystem (A30)."""
    tokens = {hashlib.sha256(token.encode()).hexdigest(): name for token, name in ((TOKEN, APP), ("lain", OTHER))}

    async def story(pair: Pair) -> None:
        answers = [
            await post(pair, "/dorong", Terpadu_Token=token) if token else await post(pair, "/dorong")
            for token in ("", "salah", "lain", TOKEN)
        ]
        assert [(status, headers.get("terpadu-error")) for status, headers, _ in answers] == [
            (401, "caller-unknown"),
            (401, "caller-unknown"),
            (403, "caller-mismatch"),
            (200, None),
        ]
        assert len(pair.system.seen) == 1

    play(tmp_path, {"/dorong": place("titip")}, story, callers=Callers(tokens=tokens))


@pytest.mark.parametrize("path", ["/r1", "/r1/ID/GOV", "/ready", "/exchanges/x", "/listClients"])
def test_an_alias_takes_no_address_of_the_doors_own(path: str) -> None:
    with pytest.raises(BadInput, match="of its own"):
        alias(path, place("titip"))


def test_an_expression_that_is_none_stops_the_node_before_it_starts() -> None:
    with pytest.raises(BadInput, match="JMESPath"):
        alias("/dorong", place("titip", "body:["))
