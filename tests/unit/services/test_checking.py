"""A folder's problems come all at once, each with file, place, what was expected and what was found."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from terpadu.cli.app import app
from terpadu.services.checking import check
from tests.lib.offices import words
from tests.unit.services.test_definition import TEXT

WHOLE = """
summary = { id = "Satu pengajuan.", en = "One application." }
who = { id = "Siapa saja", en = "Anybody" }
fee_basis = "PP contoh"
pledge = { id = "Kami menepati.", en = "We keep it." }
"""
STANDARD = "\n[standard]\n" + "".join(
    f'{name} = {{ id = "a", en = "b" }}\n'
    for name in ("complaints", "facilities", "competence", "control", "staff", "guarantee", "safety", "evaluation")
)
OUTPUT = '\n[[output]]\ntitle = { id = "Akta", en = "Record" }\nform = { id = "PDF", en = "PDF" }\n'
RULE = """
[[rule]]
expression = "subjek.umur >= 17"
say = { id = "Paling muda 17 tahun.", en = "At least 17 years." }
field = "umur"
"""
FORM: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["umur"],
    "properties": {"umur": {"type": "integer", "title": "Umur", "x-en": {"title": "Age"}}},
}


def folder(home: Path, text: str = WHOLE + TEXT + STANDARD + OUTPUT + RULE, form: object = FORM) -> Path:
    """A service's folder that is right."""
    made = home / "uji"
    made.mkdir()
    (made / "service.toml").write_text(text, encoding="utf-8")
    (made / "form.json").write_text(json.dumps(form), encoding="utf-8")
    (made / "process.bpmn").write_text("<definitions/>", encoding="utf-8")
    for language in ("id", "en"):
        (made / f"pesan.{language}.toml").write_text('[input.umur]\nminimum = "17"\n', encoding="utf-8")
    return made


def told(made: Path, home: Path) -> list[str]:
    """The sentences."""
    return [re.sub(r"(got '[^']*': ).*", r"\1…", str(problem)) for problem in check(made, words(home))]


def test_a_right_folder_has_no_problem(tmp_path: Path) -> None:
    assert told(folder(tmp_path), tmp_path) == []


def test_all_problems_of_the_form_come_at_once(tmp_path: Path) -> None:
    text = WHOLE + TEXT.replace("fee = 30000", 'fee = "gratis"').replace('id = "uji"\n', "umur = 3\n") + STANDARD
    assert told(folder(tmp_path, text), tmp_path) == [
        "service.toml: expected `id`, found none.",
        "service.toml: expected only known keys, found `umur`.",
        'service.toml: fee: expected integer, found "gratis".',
    ]


def test_all_problems_of_the_content_come_at_once(tmp_path: Path) -> None:
    text = TEXT.replace('facts = ["orang.nama"]', 'facts = ["orang.nama", "orang.hobi"]', 1)
    text = text.replace('"subjek.nik", kode', '"subjek.[", kode').replace('name = "ajukan"', 'name = "tagih"')
    text += RULE.replace("subjek.umur >= 17", "lebih(fakta.orang.gaji, subjek.umurnya)").replace('"umur"', '"usia"')
    found = "\n".join(told(folder(tmp_path, text), tmp_path))
    for sentence in (
        "service.toml: facts[1]: expected a fact of the vocabulary, found `orang.hobi`.",
        "service.toml: act: expected one act of a name, found `tagih` twice.",
        "service.toml: act[1].body.nik: expected an expression, found Expected a JMESPath",
        "service.toml: rule[0].field: expected an input of form.json, found `usia`.",
        "service.toml: rule[0].expression: expected an input of form.json, found `subjek.umurnya`.",
        "service.toml: rule[0].expression: expected a fact that the service asks, found `fakta.orang.gaji`.",
        "found `lebih`.",
        "service.toml: expected `summary`, found none.",
        "service.toml: expected `standard`, found none.",
        "service.toml: expected `[[output]]`, found none.",
        "service.toml: expected `fee_basis` beside a fee, found none.",
    ):
        assert sentence in found


def test_problems_of_the_other_files(tmp_path: Path) -> None:
    made = folder(tmp_path, form={"type": "object", "properties": {"umur": {"x-when": "umur >"}}})
    (made / "process.bpmn").unlink()
    (made / "pesan.id.toml").write_text('[input.nama]\nrequired = "Isi nama."\n', encoding="utf-8")
    (made / "pesan.en.toml").unlink()
    assert told(made, tmp_path) == [
        'form.json: expected `"type": "object", "additionalProperties": false`, found another form.',
        "form.json: properties.umur: expected `title`, found none.",
        "form.json: properties.umur: expected `x-en.title`, found none.",
        "form.json: properties.umur.x-when: expected an expression, found "
        "Expected a CEL expression, got 'umur >': …",
        "pesan.id.toml: input.nama: expected an input of form.json, found `nama`.",
        "pesan.en.toml: expected a file, found no such file or directory.",
        "process.bpmn: expected a file, found no such file or directory.",
    ]


@pytest.mark.parametrize("title", ["Fotokopi KTP", "Scan KK", "Kartu keluarga"])
def test_no_form_asks_for_a_copy_of_what_the_state_holds(tmp_path: Path, title: str) -> None:
    part = {"type": "string", "title": title, "x-en": {"title": "Copy"}, "x-upload": ["image/jpeg"]}
    made = folder(tmp_path, form=FORM | {"properties": FORM["properties"] | {"salinan": part}})
    expected = f"form.json: properties.salinan: expected a document that no office holds, found `{title}`."
    assert told(made, tmp_path) == [expected]


def test_sentences_stand_in_both_languages(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "pesan.en.toml").write_text("", encoding="utf-8")
    assert told(made, tmp_path) == ["pesan.en.toml: input.umur.minimum: expected a sentence, found none."]


def test_the_command_prints_all_and_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "kata").mkdir()
    words(tmp_path / "kata")
    made = folder(tmp_path)
    right = CliRunner().invoke(app, ["service", "check", str(made), "--vocabulary", str(tmp_path / "kata")])
    assert (right.exit_code, right.output.strip()) == (0, f"{made}: siap")
    (made / "process.bpmn").unlink()
    (made / "form.json").unlink()
    wrong = CliRunner().invoke(app, ["service", "check", str(made), "--vocabulary", str(tmp_path / "kata")])
    assert wrong.exit_code == 1
    assert f"{made}: 5 keliru" in wrong.output
    assert "process.bpmn: expected a file" in wrong.output
