"""Every room says everything in both languages, the same thing everywhere the same, and nothing beside the catalogue."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from tools.languages import PRODUCT, known, missing, po, rooms, said

SPEAKING = [room for room in rooms() if len(said(room))]
TEMPLATES = sorted(path for path in PRODUCT.rglob("templates/**/*.html"))
NAMES = {
    "Terpadu", "English", "Bahasa", "Indonesia", "NIK", "verify", "terpadu", "JSON", "CSV", "PDF",
    "MIT", "GOV", "Frontend", "Crown", "Copyright", "Government", "Digital", "Service", "Inter", "The", "Project", "Authors",
    "SIL", "Open", "Font", "License", "Tabler", "Icons", "Paweł", "Kuna",
}  # fmt: skip
"""Words that are the same in both languages."""
_TAG = re.compile(
    r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|\{%\s*verbatim.*?endverbatim\s*%\}|\{% block main_class %\}[a-z ]*",
    re.DOTALL,
)
_BLOCKTRANSLATE = re.compile(r"\{%\s*blocktrans.*?endblocktrans\w*\s*%\}", re.DOTALL)
_DJANGO = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_SAID_IN_TAG = re.compile(r"""\b(?:aria-label|placeholder|title|alt)=(["'])(.*?)\1""")
_HTML = re.compile(r"<(?:script|style|pre)\b.*?</(?:script|style|pre)>|<[^>]*>|&\w+;", re.DOTALL)
_WORD = re.compile(r"[A-Za-zÀ-ž]{3,}")


def _name(path: Path) -> str:
    return path.relative_to(PRODUCT).as_posix()


def _key(words: object) -> object:
    """A plural is a list, in one of the two forms a tuple; a context is bytes in one of them."""
    words = words.decode() if isinstance(words, bytes) else words
    return tuple(words) if isinstance(words, list) else words


@pytest.mark.parametrize("room", SPEAKING, ids=_name)
def test_every_sentence_has_an_english_text(room: Path) -> None:
    texts = known(room)
    lacking = [str(one.id) for one in said(room) if one.id and texts.get(one.id, one.context) is None]
    assert lacking + missing(texts) == [], f"run: python -m tools.languages {_name(room)}"


@pytest.mark.parametrize("room", SPEAKING, ids=_name)
def test_what_is_compiled_is_what_is_written(room: Path) -> None:
    compiled = read_mo(io.BytesIO(po(room).with_suffix(".mo").read_bytes()))
    written = {(_key(one.context), _key(one.id)): _key(one.string) for one in known(room) if one.id and one.string}
    assert {(_key(one.context), _key(one.id)): _key(one.string) for one in compiled if one.id} == written, (
        f"run: python -m tools.languages {_name(room)}"
    )


def test_a_sentence_has_one_english_text_in_all_rooms() -> None:
    texts: dict[object, dict[object, str]] = {}
    for room in SPEAKING:
        for one in known(room):
            if one.id:
                texts.setdefault((_key(one.context), _key(one.id)), {}).setdefault(_key(one.string), _name(room))
    assert {words: said_by for words, said_by in texts.items() if len(said_by) > 1} == {}


@pytest.mark.parametrize("template", TEMPLATES, ids=_name)
def test_no_template_says_anything_beside_the_catalogue(template: Path) -> None:
    text = _BLOCKTRANSLATE.sub(" ", _TAG.sub(" ", template.read_text(encoding="utf-8")))
    plain = _DJANGO.sub(" ", text)
    words = " ".join([*(found[2] for found in _SAID_IN_TAG.finditer(plain)), _HTML.sub(" ", plain)])
    assert [word for word in _WORD.findall(words) if word not in NAMES] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=_name)
def test_no_template_holds_style_or_script(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"""\sstyle=|<style|\son[a-z]+=["']|javascript:""", text) == []
    for attributes, inside in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert "src=" in attributes or 'type="application/json"' in attributes, inside


def test_the_check_of_templates_can_fail(tmp_path: Path) -> None:
    wrong = tmp_path / "x.html"
    wrong.write_text('<p title="Halaman depan">{% translate "Masuk" %} sekarang</p>', encoding="utf-8")
    plain = _DJANGO.sub(" ", wrong.read_text(encoding="utf-8"))
    words = " ".join([*(found[2] for found in _SAID_IN_TAG.finditer(plain)), _HTML.sub(" ", plain)])
    assert _WORD.findall(words) == ["Halaman", "depan", "sekarang"]
