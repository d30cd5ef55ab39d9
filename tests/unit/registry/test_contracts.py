"""Descriptions are read as they are, hostile ones are refused, and a change names whom it breaks."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from msgspec import structs

from terpadu.errors import BadInput
from terpadu.model.federation import WHOLE_BODY
from terpadu.registry.contracts.compare import KINDS, Relying, breaking, breaks
from terpadu.registry.contracts.form import Contract, Field, Input
from terpadu.registry.contracts.reading import read
from tests.unit.registry.conftest import openapi

WSDL = b"""<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t"
 targetNamespace="urn:t"><types><x:schema targetNamespace="urn:t">
<x:element name="cek"><x:complexType><x:sequence><x:element name="nik" type="x:string"/>
<x:element name="catatan" type="x:string" minOccurs="0"/></x:sequence></x:complexType></x:element>
<x:element name="hasil"><x:complexType><x:sequence><x:element name="orang" type="t:Orang"/></x:sequence></x:complexType>
</x:element>
<x:complexType name="Orang"><x:sequence><x:element name="nama" type="x:string"/><x:element name="lahir" type="x:date"/>
</x:sequence></x:complexType></x:schema></types>
<message name="in"><part name="p" element="t:cek"/></message><message name="out"><part name="p" element="t:hasil"/></message>
<portType name="P"><operation name="cekNik"><input message="t:in"/><output message="t:out"/></operation></portType>
</definitions>"""
TABLE = b'{"fields": [{"name": "nisn", "type": "string"}, {"name": "nilai", "type": "number"}]}'
YAML = b"""
openapi: 3.0.3
paths:
  /anak/{nomor}:
    get:
      parameters:
        - {name: nomor, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Anak'}
components:
  schemas:
    Anak:
      type: array
      items: {type: object, properties: {nama: {type: string}, sekolah: {$ref: '#/components/schemas/Sekolah'}}}
    Sekolah: {allOf: [{type: object, properties: {npsn: {type: [string, "null"]}}}]}
"""


def test_openapi_in_json() -> None:
    found = read("openapi", openapi())
    assert {name: one.type for name, one in found.fields.items()} == {
        "nama": "string", "tanggal_lahir": "string date", "alamat.kota": "string", "diagnosis": "string"}  # fmt: skip
    assert found.inputs == {"POST / nik": Input("string", True)}
    assert found.endpoints == (("POST", "/"),)


def test_openapi_in_yaml_with_references_lists_and_parts() -> None:
    found = read("openapi", YAML)
    assert set(found.fields) == {"nama", "sekolah.npsn"}
    assert found.fields["sekolah.npsn"].type == "string"
    assert found.inputs == {"GET /anak/{nomor} nomor": Input("string", True)}


def test_wsdl() -> None:
    found = read("wsdl", WSDL)
    assert {name: one.type for name, one in found.fields.items()} == {"orang.nama": "string", "orang.lahir": "date"}
    assert found.inputs == {"POST /cekNik nik": Input("string", True), "POST /cekNik catatan": Input("string", False)}


def test_table() -> None:
    assert {name: one.type for name, one in read("tabel", TABLE).fields.items()} == {"nisn": "string", "nilai": "number"}


def _schema(schema: Any, **components: Any) -> bytes:
    tree = json.loads(openapi())
    tree["paths"]["/"]["post"]["responses"]["200"]["content"]["application/json"]["schema"] = schema
    return json.dumps(tree | {"components": {"schemas": components}}).encode()


def _deep(levels: int) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": _deep(levels - 1) if levels else {"type": "string"}}}


BAD: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("openapi", b"", "OpenAPI 3"),
    "no text": ("openapi", b"\xff\xfe", "could not read"),
    "an old one": ("openapi", b'{"swagger": "2.0"}', "OpenAPI 3"),
    "no operation": ("openapi", b'{"openapi": "3.1.0", "paths": {}}', "at least one operation"),
    "no field": ("openapi", _schema({}), "names the fields"),
    "a reference outside": ("openapi", _schema({"$ref": "http://127.0.0.1:1/x"}), "in the document itself"),
    "a file": ("openapi", _schema({"$ref": "file:///etc/passwd"}), "in the document itself"),
    "a circle": ("openapi", _schema({"$ref": "#/components/schemas/A"}, A={"properties": {
        "a": {"$ref": "#/components/schemas/A"}}}), "deep"),
    "a reference to itself": ("openapi", _schema({"$ref": "#/components/schemas/A"}, A={"$ref": "#/components/schemas/A"}),
                              "in the document itself"),
    "too deep": ("openapi", _schema(_deep(40)), "deep"),
    "very deep": ("openapi", b'{"openapi": "3.1.0", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "could not read"),
    "too many": ("openapi", _schema({"properties": {f"f{n}": {"type": "string"} for n in range(2001)}}), "at most 2000"),
    "too large": ("openapi", b" " * (600 * 1024), "at most 512 kB"),
    "aliases": ("openapi", b"openapi: 3.1.0\na: &a [x, x]\nb: [*a, *a]\n", "without aliases"),
    "code in yaml": ("openapi", b"openapi: !!python/object/apply:os.system ['true']\n", "could not read"),
    "laughs": ("wsdl", b'<!DOCTYPE d [<!ENTITY a "b">]>' + WSDL, "DOCTYPE"),
    "no wsdl": ("wsdl", b"<html/>", "WSDL 1.1"),
    "no xml": ("wsdl", b"<a", "could not read"),
    "no table": ("tabel", b"[]", "Table Schema"),
    "unknown": ("exe", b"", "a form out of"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_description_is_one_sentence_at_once(name: str) -> None:
    form, raw, said = BAD[name]
    before = time.monotonic()
    with pytest.raises(BadInput, match=said):
        read(form, raw)
    assert time.monotonic() - before < 1


def test_a_description_that_branches_at_every_level_ends() -> None:
    eight = {n: {key: {"$ref": f"#/components/schemas/S{n + 1}"} for key in "abcdefgh"} for n in range(11)}
    schemas = {f"S{n}": {"properties": one} for n, one in eight.items()}
    before = time.monotonic()
    with pytest.raises(BadInput):
        read("openapi", _schema({"$ref": "#/components/schemas/S0"}, S11={"type": "string"}, **schemas))
    assert time.monotonic() - before < 2


OLD = Contract(
    fields={"nama": Field("string"), "alamat.kota": Field("string"), "lahir": Field("string date"), "lain": Field("string")},
    inputs={"POST / nik": Input("string", True)}, endpoints=(("POST", "/"), ("GET", "/x")), effect="safe", subject="body:nik",
)  # fmt: skip
A = Relying("A/1", "ID/GOV/KES/klinik", ("nama", "alamat"))
B = Relying("B/1", "ID/GOV/BPJS/peserta", ("lahir",))


def _fields(**changed: Field | None) -> Contract:
    names = {"kota": "alamat.kota"}
    fields = dict(OLD.fields) | {names.get(name, name): one for name, one in changed.items() if one}
    return structs.replace(OLD, fields={k: v for k, v in fields.items() if changed.get({"alamat.kota": "kota"}.get(k, k), v)})


def _inputs(**given: Input) -> Contract:
    return structs.replace(OLD, inputs={**OLD.inputs, **{f"POST / {name}": one for name, one in given.items()}})


CHANGES: dict[str, tuple[Contract, list[tuple[str, str, list[str]]]]] = {
    "nothing": (OLD, []),
    "a new field": (_fields(baru=Field("string")), []),
    "a field that nobody has": (_fields(lain=None), []),
    "a field that one has": (_fields(lahir=None), [("field-gone", "lahir", ["B/1"])]),
    "a field that one has by its parent": (_fields(kota=None), [("field-gone", "alamat.kota", ["A/1"])]),
    "renamed": (_fields(nama=None, nama_lengkap=Field("string")), [("field-renamed", "nama", ["A/1"])]),
    "another type": (_fields(lahir=Field("integer")), [("field-type", "lahir", ["B/1"])]),
    "a new input that may stay away": (_inputs(catatan=Input("string", False)), []),
    "a new input that must be": (_inputs(alasan=Input("string", True)), [("input-new", "POST / alasan", ["A/1", "B/1"])]),
    "an input of another type": (_inputs(nik=Input("integer", True)), [("input-type", "POST / nik", ["A/1", "B/1"])]),
    "an operation gone": (structs.replace(OLD, endpoints=(("POST", "/"),)), [("endpoint-gone", "GET /x", ["A/1", "B/1"])]),
    "a new operation with its own inputs": (structs.replace(
        OLD, endpoints=(*OLD.endpoints, ("POST", "/y")), inputs={**OLD.inputs, "POST /y z": Input("string", True)}), []),
    "an effect": (structs.replace(OLD, effect="keyed"), [("effect", "safe", ["A/1", "B/1"])]),
    "another subject": (structs.replace(OLD, subject=""), [("subject", "body:nik", ["A/1", "B/1"])]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_breaks_whom(name: str) -> None:
    new, expected = CHANGES[name]
    found = breaking(breaks(OLD, new, [A, B]))
    assert [(one.kind, one.what, [who.agreement for who in one.whom]) for one in found] == expected


def test_every_kind_stands_in_the_table_of_changes() -> None:
    assert {kind for _, rows in CHANGES.values() for kind, _, _ in rows} == set(KINDS)


def test_whoever_takes_the_whole_body_relies_on_every_field() -> None:
    whole = Relying("C/1", "ID/GOV/X/y", (WHOLE_BODY,))
    assert [one.what for one in breaking(breaks(OLD, _fields(lain=None), [whole]))] == ["lain"]
    assert breaks(OLD, _fields(lain=None), []) != [], "told, although nobody relies on it"
