"""What nobody holds yet: inputs of a JSON Schema, shown where their condition holds, checked by the schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from terpadu.errors import BadInput
from terpadu.services.inputs import EMPTY, Form, read

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["nama_bayi", "berat", "ibu"],
    "properties": {
        "nama_bayi": {"type": "string", "maxLength": 60, "title": "Nama bayi", "x-en": {"title": "The child's name"}},
        "berat": {"type": "number", "minimum": 0.3, "maximum": 8, "x-when": "'bayi.berat' in tidak_ada"},
        "lahir": {"type": "string", "format": "date"},
        "jenis": {"type": "string", "oneOf": [{"const": "L", "title": "Laki-laki", "x-en": {"title": "Male"}}]},
        "setuju": {"type": "boolean"},
        "surel": {"type": "string", "format": "email"},
        "ibu": {"type": "string", "x-choices": "fakta.keluarga.anggota[].{const: nik, title: nama}"},
        "saksi": {
            "type": "array",
            "maxItems": 2,
            "items": {"type": "object", "properties": {"nama": {"type": "string", "minLength": 2}}},
        },
        "foto": {"type": "string", "x-upload": ["image/jpeg"]},
        "cerita": {"type": "string", "x-long": True},
        "manfaat": {"type": "array", "items": {"oneOf": [{"const": "a", "title": "A"}]}},
    },
}
KNOWN = {
    "subjek": {},
    "fakta": {"keluarga": {"anggota": [{"nik": "9901", "nama": "RATNA"}]}},
    "tidak_ada": [],
    "hari_ini": "2026-11-24",
}
RIGHT = {"nama_bayi": "ALUNA KIRANA", "ibu": "9901"}


def faults(answers: dict[str, Any], known: dict[str, Any] = KNOWN) -> list[tuple[str, str]]:
    """Field and rule of what does not fit."""
    form = Form(SCHEMA)
    return [(fault.field, fault.rule) for fault in form.faults(answers, form.shown(known))]


def test_each_property_is_an_input_of_its_kind() -> None:
    kinds = {one.name: one.kind for one in Form(SCHEMA).inputs}
    assert kinds == {
        "nama_bayi": "text", "berat": "number", "lahir": "date", "jenis": "choice", "setuju": "flag", "surel": "email",
        "ibu": "choice", "saksi": "list", "foto": "upload", "cerita": "long", "manfaat": "several",
    }  # fmt: skip


def test_an_input_is_shown_and_required_only_where_its_condition_holds() -> None:
    assert faults(RIGHT) == []
    assert faults(RIGHT, KNOWN | {"tidak_ada": ["bayi.berat"]}) == [("berat", "required")]


def test_choices_come_from_a_register() -> None:
    (ibu,) = (one for one in Form(SCHEMA).shown(KNOWN) if one.name == "ibu")
    assert [(option.const, option.title.id) for option in ibu.options] == [("9901", "RATNA")]
    assert faults(RIGHT | {"ibu": "9902"}) == [("ibu", "enum")]


WRONG = [
    ({"nama_bayi": ""}, ("nama_bayi", "required")),
    ({"nama_bayi": "A" * 61}, ("nama_bayi", "maxLength")),
    ({"berat": 9}, ("berat", "maximum")),
    ({"berat": 0.2}, ("berat", "minimum")),
    ({"lahir": "24-11-2026"}, ("lahir", "format")),
    ({"jenis": "X"}, ("jenis", "oneOf")),
    ({"surel": "bukan surel"}, ("surel", "format")),
    ({"saksi": [{"nama": "A"}]}, ("saksi-0-nama", "minLength")),
    ({"saksi": [{}, {}, {}]}, ("saksi", "maxItems")),
    ({"lain": 1}, ("", "additionalProperties")),
]


@pytest.mark.parametrize(("changed", "said"), WRONG)
def test_what_does_not_fit_names_its_input_and_rule(changed: dict[str, Any], said: tuple[str, str]) -> None:
    assert said in faults(RIGHT | changed)


def test_a_folder_without_a_form_asks_nothing(tmp_path: Path) -> None:
    assert read(tmp_path).schema == EMPTY


@pytest.mark.parametrize("text", ["{", "[]", '{"properties": []}'])
def test_what_is_no_form_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "form.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"form\.json: expected a JSON Schema"):
        read(tmp_path)


def test_an_outside_reference_is_not_fetched() -> None:
    form = Form(json.loads('{"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/a"}}}'))
    with pytest.raises(BadInput, match="JSON Schema"):
        form.faults({}, ())
