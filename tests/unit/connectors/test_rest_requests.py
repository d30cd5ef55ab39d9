"""What leaves for an old system: only what is allowed, unambiguous, and proven by us (A18, A19, A23, A24)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from terpadu.errors import Refused
from terpadu.model.message import Answer, Headers
from tests.lib.admitting import admitted, said
from tests.lib.raw_server import reply
from tests.lib.rest_node import GOOD, ask, own


def test_the_caller_s_request_passes_with_our_proof_instead_of_theirs(tmp_path: Path) -> None:
    headers = (
        (b"Accept", b"application/json"), (b"Authorization", b"Bearer milik-pemanggil"), (b"Cookie", b"a=b"),
        (b"X-Road-Client", b"ID/GOV/A/B"), (b"X_Road_Client", b"palsu"), (b"Content-Length", b"99"),
        (b"Transfer-Encoding", b"chunked"), (b"Connection", b"X-Road-Client"), (b"Expect", b"100-continue"),
        (b"Host", b"lain.invalid"), (b"Accept-Encoding", b"gzip"), (b"Content-Type", b"application/json"),
    )  # fmt: skip
    asked = own("/a/b?c=d%20e", verb="POST", headers=headers, body=b'{"x":1}', effect="keyed", key="k-1")
    answer, server = ask(tmp_path, GOOD, asked)
    assert isinstance(answer, Answer)
    [call] = server.calls
    assert call.line == "POST /dasar/a/b?c=d%20e HTTP/1.1"
    assert call.body == b'{"x":1}'
    assert call.headers == {
        "host": server.url.removeprefix("http://"), "accept": "application/json", "accept-encoding": "identity",
        "authorization": "Basic cGVuZ2d1bmE6c2FuZGk=", "x-road-client": "ID/GOV/A/B", "idempotency-key": "k-1",
        "content-type": "application/json", "content-length": "7",
    }  # fmt: skip
    assert said(answer.body) == {"nama": "A"}
    assert (answer.held, answer.released) == (2, 1)


@pytest.mark.parametrize(
    "path",
    [
        "/b/c", "/a", "/a/b/c", "/a/../b", "/a/%2e%2e", "/a/..%2fb", "/a/%252e%252e", "/a/b;x=1", "/a//b", "//evil.invalid/a/b",
        "/a/b\\c", "/a/b%00", "/a/b%5cc", "/a/b#c", "/a/b c", "/a/b\r\nX: y", "/a/b?c=d e", "/a/b?c\r\nX: y", "a/b",
        "http://evil.invalid/a/b", "/a/%zz", "/a/.", "/dalam/../a/b", "/a/é",
    ],
)  # fmt: skip
def test_a_path_that_is_not_allowed_or_not_plain_is_never_asked(path: str, tmp_path: Path) -> None:
    found, server = ask(tmp_path, GOOD, own(path))
    assert isinstance(found, Refused)
    assert found.code == "endpoint"
    assert server.calls == []


@pytest.mark.parametrize("headers", [((b"X-A", b"1\r\nX-B: 2"),), ((b"X-A", b"1\nX-B: 2"),), ((b"X-A\r\nX-B", b"1"),)])
def test_a_line_break_in_a_header_is_never_sent(headers: Headers, tmp_path: Path) -> None:
    found, server = ask(tmp_path, GOOD, own(headers=headers))
    assert isinstance(found, Refused)
    assert found.code == "content"
    assert server.calls == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("A B/c?d=e&f", "GET /dasar/orang/A%20B%2Fc%3Fd%3De%26f?q=A%20B%2Fc%3Fd%3De%26f HTTP/1.1"),
        ("../x", "GET /dasar/orang/..%2Fx?q=..%2Fx HTTP/1.1"),
        ("é\r\nX: y", "GET /dasar/orang/%C3%A9%0D%0AX%3A%20y?q=%C3%A9%0D%0AX%3A%20y HTTP/1.1"),
    ],
)
def test_a_question_s_values_are_percent_encoded(name: str, line: str, tmp_path: Path) -> None:
    answer, server = ask(tmp_path, GOOD, admitted("tanya", {"nama": name}, fields=("nama",)))
    assert isinstance(answer, Answer)
    assert server.calls[0].line == line


@pytest.mark.parametrize("name", ["..", ".", "", "9901015204869001", "nip 198604122010012000"])
def test_values_that_must_not_stand_in_an_address_are_not_sent(name: str, tmp_path: Path) -> None:
    found, server = ask(tmp_path, GOOD, admitted("tanya", {"nama": name}, fields=("nama",)))
    assert isinstance(found, Refused)
    assert name not in found.sentence or len(name) < 3
    assert server.calls == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"nama":1}', b'{"nama":"a","nama":"b"}', b"<a/>"])
def test_a_question_in_another_form_is_not_asked(body: bytes, tmp_path: Path) -> None:
    found, server = ask(tmp_path, GOOD, admitted("tanya", body, fields=("nama",)))
    assert isinstance(found, Refused)
    assert found.code == "content"
    assert server.calls == []


def test_a_value_that_is_missing_refuses_before_asking(tmp_path: Path) -> None:
    found, server = ask(tmp_path, GOOD, admitted("tulis", {"isi": "x"}, fields=("nomor",)))
    assert isinstance(found, Refused)
    assert "kunci" in found.sentence
    assert server.calls == []


def test_a_bodyless_post_says_so_and_a_head_has_no_body(tmp_path: Path) -> None:
    answer, server = ask(tmp_path, GOOD, own(verb="POST"))
    assert isinstance(answer, Answer)
    assert server.calls[0].headers["content-length"] == "0"
    answer, _ = ask(tmp_path, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", own(verb="HEAD"))
    assert isinstance(answer, Answer)
    assert answer.body == b""


def test_the_answers_of_a_declared_question_are_json_of_ours(tmp_path: Path) -> None:
    asked = admitted("tulis", {"isi": {"a": [1, "b"]}}, fields=("nomor",), effect="keyed", key="k")
    answer, server = ask(tmp_path, reply(b'{"nomor":7,"lain":8}', status="201 Created"), asked)
    assert isinstance(answer, Answer)
    assert json.loads(server.calls[0].body) == {"isi": {"a": [1, "b"]}, "kunci": "k"}
    assert (answer.status, answer.body, answer.held, answer.released) == (200, b'{"nomor":7}', 2, 1)
