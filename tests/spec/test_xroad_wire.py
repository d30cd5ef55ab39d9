"""X-Road's REST message protocol r1 on the wire, row by row, as an unchanged client and an old system see it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import uuid
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.lib.two_nodes import APP, Pair, call, said, two_nodes

QUESTION = b'{"nik":"9901010101010001"}'
ROOT = "/r1/ID/GOV/9/pop/x"
OURS_ON_THE_LAST_HOP = {"host", "content-length", "accept-encoding", "connection", "accept"}


async def ask(
    pair: Pair, path: str, verb: str = "POST", body: bytes = QUESTION, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """A call at a path of the door, as an X-Road client makes it."""
    named = {"X-Road-Client": APP, "Content-Type": "application/json", **{n.replace("_", "-"): v for n, v in headers.items()}}
    return await call(pair.asker.door_port, verb, path, named, body)


def play(tmp_path: Path, story: Any, plan: dict[str, Any] | None = None, **federation: Any) -> None:
    """Run a story between two nodes."""

    async def run() -> None:
        async with two_nodes(tmp_path, plan, **federation) as pair:
            await story(pair)

    asyncio.run(run())


PATHS = [
    # what is asked for, what the old system sees
    (f"{ROOT}/", "/"), (f"{ROOT}/a/b", "/a/b"), (f"{ROOT}/a/", "/a/"), (f"{ROOT}/a%20b", "/a%20b"),
    (f"{ROOT}/a?x=1&y=%2F..", "/a?x=1&y=%2F.."), (f"{ROOT}/a%2eb", "/a%2eb"),
    ("/r1/%49D/GO%56/9/p%6Fp/%78/a", "/a"), (f"{ROOT}/a~b!$&'()*,=:@", "/a~b!$&'()*,=:@"), (f"{ROOT}/%C3%A9", "/%C3%A9"),
]  # fmt: skip
BAD_PATHS = [
    ("/r1/invalid", "bad_request", 400), ("/r1/ID/GOV/9/pop", "bad_request", 400),
    ("/r2/ID/GOV/9/pop/x", "bad_request", 400),
    ("/r0/ID/GOV/9/pop/x", "bad_request", 400), ("/rx/ID/GOV/9/pop/x", "bad_request", 400),
    ("/r1/ID/GOV/9/pop/", "bad_request", 400),
    ("/r1/ID/GOV/9/pop/tidakada", "unknown_service", 404), ("/r1/ID/GOV/8/pop/x", "unknown_member", 404),
]  # fmt: skip


def test_urls_are_read_as_x_road_reads_them(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        for asked, seen in PATHS:
            status, _, body = await ask(pair, asked)
            assert status == 200, (asked, body)
            assert pair.system.seen[-1].path == (seen if seen.startswith("/") else "/" + seen), asked
        for asked, code, right in BAD_PATHS:
            status, headers, _ = await ask(pair, asked)
            assert (status, headers["x-road-error"]) == (right, f"server.clientproxy.{code}"), asked

    play(tmp_path, story)


def test_a_semicolon_stays_raw_where_an_agreement_can_name_it(tmp_path: Path) -> None:
    """X-Road passes `/path%3B/` unchanged. Here it is refused: systems cut at `;`, so it reads in two ways (docs/reference)."""

    async def story(pair: Pair) -> None:
        status, headers, _ = await ask(pair, f"{ROOT}/path%3B/")
        assert (status, headers["terpadu-error"]) == (403, "endpoint")

    play(tmp_path, story)


def test_the_eight_methods_and_no_other(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        for verb in ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"):
            status, headers, body = await ask(pair, "/r1/ID/GOV/9/pop/berkas/a", verb)
            assert (status, len(body)) == (200, int(headers["content-length"])), verb
            assert pair.system.seen[-1].verb == verb
        pair.system.said = b""
        status, headers, body = await ask(pair, "/r1/ID/GOV/9/pop/berkas/a", "HEAD")
        assert (status, body, pair.system.seen[-1].verb) == (200, b"", "HEAD")
        assert "content-length" not in headers
        status, headers, _ = await ask(pair, "/r1/ID/GOV/9/pop/berkas/a", "TRACE")  # passes the door, no connector sends it
        assert (status, headers["x-road-error"]) == (403, "server.serverproxy.access_denied")
        for verb in ("LINK", "PROPFIND", "PURGE"):
            status, headers, _ = await ask(pair, "/r1/ID/GOV/9/pop/berkas/a", verb)
            assert (status, headers["x-road-error"]) == (400, "server.clientproxy.bad_request")

    play(tmp_path, story)


def test_what_ends_at_the_door_and_what_passes(tmp_path: Path) -> None:
    dropped = {
        "Keep-Alive": "x", "Proxy-Authenticate": "x", "Proxy-Authorization": "x", "TE": "trailers", "Trailer": "x",
        "User-Agent": "x", "Server": "x", "X-Road-Request-Id": str(uuid.uuid4()), "X-Road-Request-Hash": "x",
    }  # fmt: skip
    passed = {
        "Accept": "application/json", "Cache-Control": "no-cache", "X-Road-UserId": "ID9901", "X-Road-Issue": "K/1",
        "X-Road-Represented-Party": "GOV/8", "X-Sendiri": "a, b", "Accept-Language": "id",
    }  # fmt: skip

    async def story(pair: Pair) -> None:
        status, answered, _ = await ask(pair, f"{ROOT}/a", **dropped, **passed)
        assert status == 200
        (seen,) = pair.system.seen
        for name, value in passed.items():
            assert seen.headers[name.lower()] == value
        assert not {name.lower() for name in dropped if name != "X-Road-Request-Id"} & seen.headers.keys()
        assert seen.headers["x-road-request-id"] == answered["x-road-request-id"] != dropped["X-Road-Request-Id"]
        assert "x-road-service" not in seen.headers

    play(tmp_path, story)


def test_the_answers_own_headers(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        status, first, _ = await ask(pair, f"{ROOT}/a")
        _, second, _ = await ask(pair, f"{ROOT}/a", X_Road_Id="nomor-saya")
        assert (status, first["x-road-client"], first["x-road-service"]) == (200, "ID/GOV/1/app", "ID/GOV/9/pop/x")
        assert re.fullmatch(r"ID-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first["x-road-id"])
        assert second["x-road-id"] == "nomor-saya"
        assert pair.system.seen[0].headers["x-road-id"] == first["x-road-id"]
        assert uuid.UUID(first["x-road-request-id"]).version == 4
        assert first["x-road-request-id"] != second["x-road-request-id"]
        assert "x-lama" not in first  # stricter than X-Road: a connector keeps a list of headers that may leave a system

    play(tmp_path, story)


@pytest.mark.parametrize("body", [QUESTION, b""])
def test_the_request_hash_is_of_what_the_old_system_saw(tmp_path: Path, body: bytes) -> None:
    """base64(SHA512(SHA512(header part) || SHA512(body))), reckoned here from the headers as they arrived."""

    async def story(pair: Pair) -> None:
        path = "/r1/ID/GOV/9/pop/berkas/a?b=c"
        _, headers, _ = await ask(pair, path, body=body, X_Sendiri="1")
        (seen,) = pair.system.seen
        arrived = [(n, v) for n, v in seen.headers.items() if n not in OURS_ON_THE_LAST_HOP]
        names = {n.lower(): n for n in ("X-Road-Client", "Content-Type", "X-Sendiri", "X-Road-Id", "X-Road-Request-Id")}
        lines = "".join(f"{names[name]}:{value}\r\n" for name, value in arrived)
        digest = hashlib.sha512(f"POST\r\n{path}\r\n{lines}".encode()).digest()
        expected = hashlib.sha512(digest + hashlib.sha512(body).digest()).digest() if body else digest
        assert headers["x-road-request-hash"] == base64.b64encode(expected).decode()

    play(tmp_path, story)


CLIENTS = [
    ("ID/GOV/1/app", 200), ("ID/GOV/1/%61pp", 200), ("ID/GOV/1", 404), ("ID/GOV", 400), ("ID/GOV/1/app/x", 400), ("", 400),
    ("ID/GOV/1%2Fapp", 400), ("ID//1/app", 400),
]  # fmt: skip


def test_the_client_is_named_in_one_header_and_the_last_wins(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        for client, right in CLIENTS:
            status, _, body = await ask(pair, f"{ROOT}/a", X_Road_Client=client)
            assert status == right, (client, body)
        reader, writer = await asyncio.open_connection("127.0.0.1", pair.asker.door_port)
        writer.write(
            b"POST /r1/ID/GOV/9/pop/x/a HTTP/1.1\r\nHost: a\r\nX-Road-Client: ID/GOV/7/lain\r\nx-road-client: ID/GOV/1/app\r\n"
            b"Content-Length: 26\r\nConnection: close\r\n\r\n" + QUESTION
        )
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
        writer.close()
        assert pair.system.seen[-1].headers["x-road-client"] == "ID/GOV/1/app"
        missing = await call(pair.asker.door_port, "POST", f"{ROOT}/a", {}, QUESTION)
        assert (missing[0], missing[1]["x-road-error"]) == (400, "server.clientproxy.bad_request")
        for name, value, right in (
            ("X-Road-Security-Server", "ID/GOV/9", 400), ("X-Road-Security-Server", "ID/GOV/9/n1", 200),
            ("X-Road-Security-Server", "ID/GOV/9/n%31", 200), ("X-Road-Security-Server", "ID/GOV/9/n7", 404),
            ("X-Road-Security-Server", "ID/GOV/1/n1", 404),
            ("X-Road-Represented-Party", "GOV/8", 200), ("X-Road-Represented-Party", "8", 200),
            ("X-Road-Represented-Party", "A/B/C", 400),
        ):  # fmt: skip
            assert (await ask(pair, f"{ROOT}/a", **{name: value}))[0] == right, (name, value)

    play(tmp_path, story)


SPELLINGS = [
    # setting, what is wrong, status, X-Road-Error
    ("terpadu", "access", 403, "server.clientproxy.access_denied"),
    ("terpadu", "service", 404, "server.clientproxy.unknown_service"),
    ("xroad-7.8", "access", 500, "server.clientproxy.access_denied"),
    ("xroad-7.8", "service", 500, "server.clientproxy.unknown_service"),
    ("xroad-7.7", "access", 500, "Server.ClientProxy.AccessDenied"),
    ("xroad-7.7", "service", 500, "Server.ClientProxy.UnknownService"),
]


@pytest.mark.parametrize(("spelling", "wrong", "status", "code"), SPELLINGS)
def test_errors_in_both_spellings(tmp_path: Path, spelling: str, wrong: str, status: int, code: str) -> None:
    async def story(pair: Pair) -> None:
        path = ROOT if wrong == "access" else "/r1/ID/GOV/9/pop/tidakada"
        found, headers, body = await ask(pair, f"{path}/a", Terpadu_Purpose="lain")
        assert (found, headers["x-road-error"], said(body)["type"]) == (status, code, code)
        assert set(said(body)) == {"type", "message", "detail"}
        assert uuid.UUID(said(body)["detail"])

    play(tmp_path, story, {"spelling": spelling})


ACCEPTS = [
    (None, "application/json"), ("*/*", "application/json"), ("application/json", "application/json"),
    ("text/xml", "text/xml"), ("application/xml", "application/xml"), ("text/*", "text/xml"),
    ("application/xml;q=0.1, application/json", "application/xml"),
    ("text/html, application/xml", "application/xml"), ("text/plain", "application/json"),
]  # fmt: skip


def test_errors_in_json_or_xml(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        for accept, kind in ACCEPTS:
            more = {} if accept is None else {"Accept": accept}
            status, headers, body = await ask(pair, "/r1/ID/GOV/9/pop/tidakada/a", **more)
            assert (status, headers["content-type"]) == (404, f"{kind};charset=utf-8"), accept
            if kind == "application/json":
                assert set(json.loads(body)) == {"type", "message", "detail"}
            else:
                tree = ElementTree.fromstring(body)  # noqa: S314 - our own bytes
                assert (tree.tag, [child.tag for child in tree]) == ("error", ["type", "message", "detail"])

    play(tmp_path, story)


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    """X-Road passes it on; a connector refuses it, since where a system lives is fixed by its description (A24)."""

    async def story(pair: Pair) -> None:
        pair.system.status, pair.system.said = 302, b"{}"
        status, headers, _ = await ask(pair, "/r1/ID/GOV/9/pop/berkas/a", "GET", b"")
        assert (status, headers["terpadu-error"]) == (502, "upstream-garbage")
        assert len(pair.system.seen) == 1

    play(tmp_path, story)


def test_list_clients(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        status, headers, body = await call(pair.asker.door_port, "GET", "/listClients", {"Accept": "application/json"})
        assert (status, headers["content-type"].partition(";")[0]) == (200, "application/json")
        members = said(body)["member"]
        subsystem = {"object_type": "SUBSYSTEM", "xroad_instance": "ID", "member_class": "GOV", "member_code": "9",
                     "subsystem_code": "pop"}  # fmt: skip
        assert {"id": subsystem, "name": "Penjawab", "subsystem_name": "Kependudukan"} in members
        assert "subsystem_code" not in members[0]["id"]
        status, headers, body = await call(pair.asker.door_port, "GET", "/listClients?xRoadInstance=ID", {})
        assert headers["content-type"].startswith("text/xml")
        tree = ElementTree.fromstring(body)  # noqa: S314 - our own bytes
        assert tree.tag == "{http://x-road.eu/xsd/xroad.xsd}clientList"
        ids = "{http://x-road.eu/xsd/identifiers}"
        found = [element.text for element in tree.iter(f"{ids}subsystemCode")]
        assert sorted(found) == ["app", "pop"]
        status, _, _ = await call(pair.asker.door_port, "GET", "/listClients?xRoadInstance=ZZ", {})
        assert status == 404

    play(tmp_path, story)


def test_what_a_service_says_of_itself(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "x.yaml").write_text("openapi: 3.0.3\nservers:\n  - url: http://10.0.0.5:8080/dalam\n")
    (documents / "catat.json").write_text('{"openapi": "3.0.3", "servers": [{"url": "https://lama.example/api"}]}')

    async def story(pair: Pair) -> None:
        one = "/r1/ID/GOV/9/pop"
        status, headers, body = await ask(pair, f"{one}/listMethods", "GET", b"")
        assert (status, headers["x-road-service"]) == (200, "ID/GOV/9/pop/listMethods")
        first = next(entry for entry in said(body)["service"] if entry["service_code"] == "x")
        assert first == {
            "member_class": "GOV", "member_code": "9", "object_type": "SERVICE", "service_code": "x", "service_type": "REST",
            "subsystem_code": "pop", "xroad_instance": "ID", "endpoint_list": [{"method": "*", "path": "/**"}],
        }  # fmt: skip
        _, _, body = await ask(pair, f"{one}/allowedMethods", "GET", b"")
        assert {entry["service_code"] for entry in said(body)["service"]} == {"x", "catat", "titip", "berkas"}
        status, headers, body = await ask(pair, f"{one}/getOpenAPI?serviceCode=x", "GET", b"")
        assert (status, headers["content-type"].partition(";")[0]) == (200, "text/yaml")
        assert b"openapi: 3.0.3" in body
        assert b"10.0.0.5" not in body, "where a system stands is nobody else's business"
        status, _, body = await ask(pair, f"{one}/getOpenAPI?serviceCode=catat", "GET", b"")
        assert (status, said(body)["servers"][0]["url"]) == (200, "/api")
        for query, right, code in (("", 400, "bad-request"), ("?serviceCode=tidakada", 404, "unknown-service"),
                                   ("?serviceCode=titip", 404, "not-described")):  # fmt: skip
            status, headers, _ = await ask(pair, f"{one}/getOpenAPI{query}", "GET", b"")
            assert (status, headers["terpadu-error"]) == (right, code)
        assert pair.system.seen == []

    play(tmp_path, story, {"documents": documents})
