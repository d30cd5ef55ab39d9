"""`terpadu connect`: each draft loads unchanged and can be asked; bad input is one sentence and exit status 2."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

from contoh.alat import serve
from contoh.orang import make
from contoh.simrs.basis import buka, isi
from contoh.skck.app import JALUR, make_app
from terpadu.cli.connect import app
from terpadu.connectors import loading
from terpadu.connectors.asking import Connectors
from tests.lib.admitting import admitted, said
from tests.lib.postgres import own_database

PEOPLE = make(2026, 30)
SUBSYSTEM = "ID/GOV/INSTANSI/SISTEM"
OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Izin \"Usaha\"\nDaerah", "version": "1"},
    "servers": [{"url": "/api"}],
    "paths": {
        "/izin/{nomor-izin}": {
            "parameters": [{"$ref": "#/components/parameters/nomor"}],
            "get": {
                "operationId": "getIzin",
                "summary": "Satu izin",
                "parameters": [{"name": "rinci", "in": "query", "schema": {"type": "boolean"}}],
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Izin"}}}}},
            },
        },
        "/izin": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Baru"}}}},
                "responses": {"201": {"description": "dibuat"}},
            },
            "get": {
                "operationId": "get-izin",
                "parameters": [{"name": "nik", "in": "query", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"content": {"application/json": {
                    "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Izin"}}}}}},
            },
        },
    },
    "components": {
        "parameters": {"nomor": {"name": "nomor-izin", "in": "path", "required": True, "schema": {"type": "string"}}},
        "schemas": {
            "Izin": {"type": "object", "properties": {"nomor": {"type": "string"}, "pemilik nama": {"type": "string"},
                                                      "induk": {"$ref": "#/components/schemas/Izin"}}},
            "Baru": {"type": "object", "required": ["nomor"], "properties": {
                "nomor": {"type": "string", "pattern": "^[A-Z0-9\\-]+$"}, "catatan": {"type": "string", "nullable": True}}},
        },
    },
}  # fmt: skip


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output


def drafted(folder: Path, *arguments: str) -> Path:
    """A draft in a folder of its own, loaded as it is."""
    status, told = run(*arguments, "--out", str(folder / "connector.toml"))
    assert status == 0, told
    text = (folder / "connector.toml").read_text()
    assert "EDIT" in text
    secrets = {entry: "x" for entry in tomllib.loads(text).get("secrets", {}).values()}
    asyncio.run(loading.load(folder, secrets).close())
    return folder


def ask(folder: Path, code: str, question: Any, *fields: str, **how: Any) -> Any:
    async def walk() -> Any:
        connectors: Connectors = loading.load(folder, {})
        try:
            answer = await connectors.ask(admitted(code, question, fields=fields, subsystem=SUBSYSTEM, **how))
        finally:
            await connectors.close()
        return said(answer.body)

    return asyncio.run(walk())


def office() -> Starlette:
    """A system that publishes its own OpenAPI document and does what it says."""

    async def document(_: Request) -> Response:
        return JSONResponse(OPENAPI)

    async def one(request: Request) -> Response:
        return JSONResponse({"nomor": request.path_params["nomor"], "pemilik nama": "ADA", "induk": None})

    async def many(request: Request) -> Response:
        return JSONResponse([{"nomor": request.query_params["nik"][-1:], "pemilik nama": "ADA"}])

    return Starlette(
        routes=[Route("/api/openapi.json", document), Route("/api/izin/{nomor}", one), Route("/api/izin", many)]
    )


def test_openapi_at_an_address_becomes_questions(tmp_path: Path) -> None:
    with serve(office()) as url:
        folder = drafted(tmp_path, "openapi", f"{url}/api/openapi.json")
        assert ask(folder, "get-izin", {"nomor_izin": "A 1 ?"}, "nomor", "pemilik_nama") == {
            "nomor": "A 1 ?", "pemilik_nama": "ADA",
        }  # fmt: skip
        assert ask(folder, "get-izin-2", {"nik": "1"}, "nomor") == {"nomor": ["1"]}
    text = (folder / "connector.toml").read_text()
    assert "last_hop_personal" in text, "a NIK in an address is pointed out"
    assert set(tomllib.loads(text)["service"]) == {"get-izin", "get-izin-2", "post-izin"}


def test_openapi_in_yaml_and_out_to_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(yaml.safe_dump(OPENAPI))
    status, told = run("openapi", str(tmp_path / "api.yaml"))
    assert status == 0
    assert tomllib.loads(told)["system"]["base"] == "https://server.instansi/api"


@pytest.mark.parametrize("local", [True, False])
def test_a_wsdl_becomes_its_operations(tmp_path: Path, local: bool) -> None:
    with serve(make_app(PEOPLE)) as url:
        folder = drafted(tmp_path, "wsdl", "contoh/skck/skck.wsdl" if local else f"{url}{JALUR}?wsdl")
        text = (folder / "connector.toml").read_text()
    described = tomllib.loads(text)
    assert set(described["service"]) == {"periksa-skck", "ajukan-skck"}
    assert described["system"]["base"] == ("http://127.0.0.1:9107/layanan/skck" if local else url + JALUR)
    assert described["service"]["ajukan-skck"]["values"]["Ntpn?"] == "question.ntpn"
    assert described["service"]["periksa-skck"]["answer"]["nomor_skck"] == "NomorSkck"


def test_a_sqlite_catalogue_becomes_statements(tmp_path: Path) -> None:
    engine = buka(f"sqlite:///{tmp_path / 'simrs.db'}")
    isi(engine, PEOPLE, 2026)
    engine.dispose()
    odd = sqlite3.connect(tmp_path / "simrs.db")
    odd.executescript(
        'CREATE TABLE "Tabel ""aneh"": x" ("No; DROP TABLE pasien" INTEGER PRIMARY KEY, "a:b" TEXT);'
        'INSERT INTO "Tabel ""aneh"": x" VALUES (1, \'utuh\'); CREATE VIEW ringkas AS SELECT no_rkm_medis, jk FROM pasien;'
        "CREATE TABLE tanpa_kunci (a TEXT);"
    )
    odd.close()
    folder = drafted(tmp_path, "sql", f"sqlite:///{tmp_path / 'simrs.db'}")
    assert set(ask(folder, "pasien", {"no_rkm_medis": "000001"}, "jk", "tgl_lahir")) == {"jk", "tgl_lahir"}
    assert ask(folder, "ringkas", {"no_rkm_medis": "000001"}, "jk")
    assert ask(folder, "tabel-aneh-x", {"No__DROP_TABLE_pasien": 1}, "a_b") == {"a_b": "utuh"}
    services = tomllib.loads((folder / "connector.toml").read_text())["service"]
    assert services["diagnosa"]["bind"] == {"no_rawat": "question.no_rawat", "kd_penyakit": "question.kd_penyakit"}
    assert "tanpa-kunci" not in services


def test_a_postgresql_catalogue_becomes_statements(tmp_path: Path) -> None:
    with own_database() as base:
        with psycopg.connect(base, autocommit=True) as own:
            own.execute("CREATE TABLE pegawai (nip CHAR(18) PRIMARY KEY, nama TEXT, golongan INT)")
            own.execute("INSERT INTO pegawai VALUES ('198604122010012000', 'ADA', 3)")
        folder = drafted(tmp_path, "sql", base)
        found = ask(folder, "pegawai", {"nip": "198604122010012000"}, "nama", "golongan")
    assert found == {"nama": "ADA", "golongan": 3}


def test_a_csv_header_becomes_a_batch(tmp_path: Path) -> None:
    (tmp_path / "usulan.csv").write_text("NIK;Nama Lengkap;Umur\n9901015204869001;ADA;40\n9901010309849001;BUDI;7\n")
    folder = drafted(tmp_path, "csv", str(tmp_path / "usulan.csv"))
    text = (folder / "connector.toml").read_text()
    columns = tomllib.loads(text)["service"]["usulan"]["columns"]
    assert columns["NIK"] == {"pattern": "[0-9]{16}", "expected": "16 digits"}
    assert columns["UMUR"]["pattern"] == "[0-9]{1,2}"
    assert "9901015204869001" not in text
    assert "BUDI" not in text


HTML = b"<!DOCTYPE html><html><body>Maaf</body></html>"


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("openapi", HTML, "got a web page (HTML)"),
        ("openapi", b"{", "got text that is neither"),
        ("openapi", b"a: [", "got text that is neither"),
        ("openapi", b"", "got something else"),
        ("openapi", b'{"swagger": "2.0", "paths": {}}', "got Swagger 2.0"),
        ("openapi", b'{"openapi": "3.0.0", "paths": {}}', "got one without"),
        ("openapi", b'{"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": [{"$ref": "http://x/y"}]}}}}', "bundle it"),
        ("openapi", json.dumps({"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": [{"$ref": "#/x"}]}}},
                                "x": {"$ref": "#/x"}}).encode(), "got a circle"),
        ("wsdl", HTML, "got a web page (HTML)"),
        ("wsdl", b"<a/>", "got XML whose root is a"),
        ("wsdl", b"\x00\x01", "no XML"),
        ("csv", HTML, "got a web page (HTML)"),
        ("csv", b"", "at least two columns"),
        ("csv", b"hanya satu kolom\n1\n", "at least two columns"),
        ("csv", b"A;A\n1;2\n", "each once"),
        ("csv", b"A;B\xff\n", "got the byte 0xff"),
        ("csv", b'A;"B\n', "at least two columns"),
    ],
)  # fmt: skip
def test_a_wrong_document_is_one_sentence(tmp_path: Path, kind: str, content: bytes, sentence: str) -> None:
    (tmp_path / "sumber").write_bytes(content)
    status, told = run(kind, str(tmp_path / "sumber"))
    assert (status, told.count("\n")) == (2, 2), told
    assert sentence in told
    assert "Expected" in told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("openapi", "tidak-ada.json"), "got no file"),
        (("wsdl", "http://127.0.0.1:1/x?wsdl"), "got no answer"),
        (("sql", "sqlite:///tidak-ada.db"), "got no file"),
        (("sql", "postgresql://siapa@127.0.0.1:1/x"), "got none that can be read"),
        (("sql", "postgresql://siapa:rahasia@127.0.0.1/x"), "holds a password"),
        (("sql", "oracle://x"), "a database address like"),
        (("sql", f"sqlite:///{Path('contoh/skck/skck.wsdl').absolute()}"), "got none that can be read"),
        (("csv", "contoh"), "got no file"),
        (("feed", "tidak-ada.toml"), "the description of a feed"),
    ],
)
def test_a_wrong_source_is_one_sentence(arguments: tuple[str, str], sentence: str) -> None:
    status, told = run(*arguments)
    assert (status, told.count("\n")) == (2, 2), told
    assert sentence in told
    assert "rahasia" not in told.replace("secrets", "")


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("A;B\n1;2\n")
    (tmp_path / "connector.toml").write_text("disunting")
    status, told = run("csv", str(tmp_path / "a.csv"), "--out", str(tmp_path / "connector.toml"))
    assert (status, (tmp_path / "connector.toml").read_text()) == (2, "disunting")
    assert "which exists" in told


def test_an_upstream_that_never_ends_is_one_sentence() -> None:
    async def page(_: Request) -> Response:
        return Response(HTML, 503, media_type="text/html")

    with serve(Starlette(routes=[Route("/x", page)])) as url:
        status, told = run("openapi", f"{url}/x")
    assert status == 2
    assert "got HTTP 503" in told
