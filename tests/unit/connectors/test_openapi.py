"""What does not fit the system's own OpenAPI document is stopped, on the way in and on the way out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from terpadu.connectors.openapi import OpenApi, read_document
from terpadu.errors import BadInput, Refused
from terpadu.model.message import Admitted
from tests.lib.admitting import admitted

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Uji", "version": "1"},
    "paths": {
        "/orang/{nomor}": {
            "get": {
                "parameters": [
                    {"name": "rinci", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "tahun", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 1900}},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Orang"}}}},
                    "4XX": {"description": "tidak"},
                },
            }
        },
        "/orang/baru": {
            "post": {
                "requestBody": {"$ref": "#/components/requestBodies/Baru"},
                "responses": {"default": {"$ref": "#/components/responses/Jadi"}},
            }
        },
    },
    "components": {
        "schemas": {
            "Orang": {
                "type": "object",
                "required": ["nama"],
                "properties": {
                    "nama": {"type": "string", "nullable": True},
                    "umur": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
                    "ibu": {"$ref": "#/components/schemas/Orang"},
                },
            }
        },
        "requestBodies": {
            "Baru": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Orang"}}},
            }
        },
        "responses": {"Jadi": {"content": {"application/json": {"schema": {"type": "object"}}}}},
    },
}


def asked(path: str, body: bytes = b"") -> Admitted:
    return replace(admitted("uji", body, fields=("nama",)), path=path)


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def test_operations_are_found_by_method_and_path_the_plain_ones_first() -> None:
    api = OpenApi(DOCUMENT)
    assert api.find("GET", "/orang/7") is not None
    assert api.find("POST", "/orang/baru") is not None
    for method, path in (("POST", "/orang/7"), ("GET", "/orang"), ("GET", "/orang/7/x"), ("PUT", "/orang/7")):
        assert api.find(method, path) is None


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("tahun=2026", True), ("tahun=2026&rinci=true", True), ("", False), ("tahun=lama", False),
        ("tahun=1800", False), ("tahun=2026&rinci=ya", False), ("tahun=2026&lain=1", False),
    ],
)  # fmt: skip
def test_a_query_is_checked(query: str, fits: bool) -> None:
    operation = OpenApi(DOCUMENT).find("GET", "/orang/7")
    assert operation is not None
    if fits:
        operation.check_request(asked(f"/orang/7?{query}"))
    else:
        assert code_of(lambda: operation.check_request(asked(f"/orang/7?{query}"))) == "content"


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        (b'{"nama":"A"}', True), (b'{"nama":null}', True), (b'{"nama":"A","umur":1}', True),
        (b'{"nama":"A","ibu":{"nama":"B"}}', True), (b'{"nama":"A","umur":0}', False), (b'{"nama":1}', False),
        (b"{}", False), (b'{"nama":"A","ibu":{}}', False), (b"", False),
    ],
)  # fmt: skip
def test_a_body_is_checked_and_its_values_are_never_repeated(body: bytes, fits: bool) -> None:
    operation = OpenApi(DOCUMENT).find("POST", "/orang/baru")
    assert operation is not None
    if fits:
        operation.check_request(asked("/orang/baru", body))
    else:
        assert code_of(lambda: operation.check_request(asked("/orang/baru", body))) == "content"


@pytest.mark.parametrize(
    ("status", "tree", "fits"),
    [(200, {"nama": "A"}, True), (200, {}, False), (404, {"apa": "saja"}, True), (500, {}, False)],
)
def test_an_answer_is_checked(status: int, tree: Any, fits: bool) -> None:
    operation = OpenApi(DOCUMENT).find("GET", "/orang/7")
    assert operation is not None
    if fits:
        operation.check_answer(status, tree, "Uji")
    else:
        assert code_of(lambda: operation.check_answer(status, tree, "Uji")) == "upstream-garbage"


def test_a_sentence_names_place_and_rule_not_the_value() -> None:
    operation = OpenApi(DOCUMENT).find("POST", "/orang/baru")
    assert operation is not None
    with pytest.raises(Refused) as caught:
        operation.check_body(b'{"nama":9901015204869001}')
    assert "9901015204869001" not in caught.value.sentence
    assert "nama" in caught.value.sentence


def test_a_newer_document_s_own_words_are_kept() -> None:
    newer = json.loads(json.dumps(DOCUMENT).replace("3.0.3", "3.1.0"))
    newer["components"]["schemas"]["Orang"]["properties"] = {"nama": {"type": ["string", "null"]}}
    operation = OpenApi(newer).find("GET", "/orang/7")
    assert operation is not None
    operation.check_answer(200, {"nama": None}, "Uji")


def test_yaml_and_json_are_read_and_anything_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(DOCUMENT))
    (tmp_path / "a.yaml").write_text("openapi: 3.1.0\npaths: {/a: {get: {responses: {}}}}\n")
    assert read_document(tmp_path / "a.json") == DOCUMENT
    assert read_document(tmp_path / "a.yaml")["openapi"] == "3.1.0"
    (tmp_path / "b.json").write_text('{"swagger": "2.0"}')
    (tmp_path / "c.json").write_text("<html>")
    (tmp_path / "d.yaml").write_text("a: [")
    for name in ("b.json", "c.json", "d.yaml", "tidak-ada.json"):
        with pytest.raises(BadInput, match=name):
            read_document(tmp_path / name)


def test_a_reference_that_leads_nowhere_or_outside_is_refused() -> None:
    for reference in ("#/components/schemas/Tiada", "http://127.0.0.1:9/skema.json"):
        broken = json.loads(json.dumps(DOCUMENT))
        broken["components"]["requestBodies"]["Baru"] = {"$ref": reference}
        with pytest.raises(BadInput):
            OpenApi(broken)
        broken["components"]["requestBodies"]["Baru"] = DOCUMENT["components"]["requestBodies"]["Baru"]
        broken["components"]["schemas"]["Orang"]["properties"]["ibu"] = {"$ref": reference}
        with pytest.raises(BadInput):
            OpenApi(broken)


WITH_PARAMETERS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Uji", "version": "1"},
    "paths": {
        "/orang/{nomor}/berkas-{jenis}": {
            "parameters": [
                {"name": "nomor", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
                {"name": "X-Versi", "in": "header", "schema": {"type": "string"}},
            ],
            "get": {
                "parameters": [
                    {"$ref": "#/components/parameters/Jenis"},
                    {"name": "X-Versi", "in": "header", "required": True, "schema": {"$ref": "#/components/schemas/Versi"}},
                    {"name": "Authorization", "in": "header", "required": True, "schema": {"type": "string"}},
                    {"name": "X-Tahun", "in": "header", "schema": {"type": "array", "items": {"type": "integer"}}},
                    {"name": "id", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}, "maxItems": 2}},
                    {"name": "urut", "in": "query", "explode": False, "schema": {"type": "array",
                     "items": {"enum": ["nama", "lahir"]}}},
                    {"name": "sesi", "in": "cookie", "required": True, "schema": {"type": "string"}},
                    {"name": "saring", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                ],
                "responses": {"default": {"description": "apa saja"}},
            },
        },
    },
    "components": {
        "parameters": {
            "Jenis": {"name": "jenis", "in": "path", "required": True, "schema": {"enum": ["akta", "kartu keluarga"]}}
        },
        "schemas": {"Versi": {"type": "string", "pattern": "^v[0-9]$"}},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "headers", "fault"),
    [
        ("/orang/7/berkas-akta", {"x-versi": "v1"}, ""),
        ("/orang/7/berkas-kartu%20keluarga", {"X-VERSI": "v1"}, ""),
        ("/orang/nol/berkas-akta", {"x-versi": "v1"}, "path's nomor"),
        ("/orang/0/berkas-akta", {"x-versi": "v1"}, "path's nomor"),
        ("/orang/7/berkas-foto", {"x-versi": "v1"}, "path's jenis"),
        ("/orang/7/berkas-akta", {}, "header lacks x-versi"),
        ("/orang/7/berkas-akta", {"x-versi": "1"}, "header's x-versi"),
        ("/orang/7/berkas-akta", {"x-versi": "v1", "x-tahun": "1999, 2001"}, ""),
        ("/orang/7/berkas-akta", {"x-versi": "v1", "x-tahun": "1999,lama"}, "header's x-tahun"),
        ("/orang/7/berkas-akta?id=1&id=2", {"x-versi": "v1"}, ""),
        ("/orang/7/berkas-akta?id=1&id=x", {"x-versi": "v1"}, "query's id"),
        ("/orang/7/berkas-akta?id=1&id=2&id=3", {"x-versi": "v1"}, "query's id"),
        ("/orang/7/berkas-akta?urut=nama,lahir", {"x-versi": "v1"}, ""),
        ("/orang/7/berkas-akta?urut=nama,nik", {"x-versi": "v1"}, "query's urut"),
    ],
)
def test_path_parameters_and_headers_are_checked(path: str, headers: dict[str, str], fault: str) -> None:
    """An operation's parameter goes before its path's; what is our proof of identity, or a cookie, is nobody's parameter."""
    operation = OpenApi(WITH_PARAMETERS).find("GET", path.partition("?")[0])
    assert operation is not None
    sent = tuple((name.encode(), text.encode()) for name, text in headers.items())
    request = replace(asked(path), headers=sent)
    if not fault:
        operation.check_request(request)
        return
    with pytest.raises(Refused, match=fault) as caught:
        operation.check_request(request)
    assert caught.value.code == "content"
