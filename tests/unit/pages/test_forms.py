"""Any Django form in the look: labels, hints, one sentence for an error in both places."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pytest
from django import forms
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from terpadu.pages.forms import DateField


class Small(forms.Form):
    name = forms.CharField(label="Nama lengkap", help_text="Seperti di akta", min_length=5)
    nik = forms.CharField(label="NIK")
    email = forms.EmailField(label="Surel", required=False)
    way = forms.ChoiceField(label="Cara", choices=(("a", "A"), ("b", "B")), widget=forms.RadioSelect)
    true = forms.BooleanField(label="Data benar")
    born = DateField(label="Tanggal lahir")
    own = forms.CharField(label="Sendiri", error_messages={"required": "Tulis yang hanya Anda ketahui."})


@pytest.fixture(autouse=True)
def indonesian() -> Iterator[None]:
    with translation.override("id"):
        yield


def test_an_error_is_one_sentence_at_the_summary_and_at_the_field() -> None:
    html = str(Small({"email": "salah"}))
    for words, target in (
        ("Isi nama lengkap.", "id_name"),
        ("Isi NIK.", "id_nik"),
        ("Tulis alamat surel yang lengkap, misalnya nama@contoh.id.", "id_email"),
        ("Pilih cara.", "id_way_0"),
        ("Beri tanda pada “Data benar”.", "id_true"),
        ("Isi tanggal lahir.", "id_born_0"),
        ("Tulis yang hanya Anda ketahui.", "id_own"),
    ):
        assert f'<a href="#{target}">{words}</a>' in html
        assert html.count(words) == 2
        assert f'id="{target}"' in html


def test_without_an_error_there_is_no_summary() -> None:
    assert "govuk-error" not in str(Small())


def test_inputs_are_described_by_hint_and_error() -> None:
    html = str(Small({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert re.search(r'<fieldset class="govuk-fieldset" aria-describedby="id_way_error">', html)


def test_what_may_stay_empty_says_so_and_nothing_is_left_to_the_browsers_bubble() -> None:
    html = str(Small())
    assert "Surel <span" in html
    assert html.count("boleh kosong") == 1
    assert " required" not in html


def test_a_form_escapes_what_it_is_given() -> None:
    bound = Small({"name": "<b>x</b>"})
    bound.fields["name"].label = "<i>Nama</i>"
    html = str(bound)
    assert "<b>x" not in html
    assert "<i>Nama" not in html


@pytest.mark.parametrize(
    ("boxes", "date", "wrong"),
    [
        (("14", "3", "1994"), datetime.date(1994, 3, 14), ""),
        (("29", "2", "2024"), datetime.date(2024, 2, 29), ""),
        (("29", "2", "2023"), None, "Tulis tanggal yang ada, misalnya 14 3 1994."),
        (("14", "", "1994"), None, "Tulis tanggal yang ada, misalnya 14 3 1994."),
        (("x", "3", "1994"), None, "Tulis tanggal yang ada, misalnya 14 3 1994."),
        (("0", "3", "1994"), None, "Tulis tanggal yang ada, misalnya 14 3 1994."),
        (("1", "3", "99999"), None, "Tulis tanggal yang ada, misalnya 14 3 1994."),
        (("", "", ""), None, "Isi lahir."),
    ],
)
def test_three_boxes_are_a_date_or_one_sentence(boxes: tuple[str, ...], date: datetime.date | None, wrong: str) -> None:
    class Born(forms.Form):
        born = DateField(label="Lahir")

    form = Born({f"born_{number}": box for number, box in enumerate(boxes)})
    assert form.is_valid() == (date is not None)
    if date:
        assert form.cleaned_data["born"] == date
    else:
        assert str(form).count(wrong) == 2


def test_an_optional_date_may_stay_empty() -> None:
    class Born(forms.Form):
        born = DateField(label="Lahir", required=False)

    assert Born({"born_0": "", "born_1": "", "born_2": ""}).is_valid()
    assert not Born({"born_0": "1", "born_1": "", "born_2": ""}).is_valid()


def test_a_missing_file_and_several_choices() -> None:
    class Sent(forms.Form):
        letter = forms.FileField(label="Surat")
        many = forms.MultipleChoiceField(label="Dokumen", choices=(("a", "A"),), widget=forms.CheckboxSelectMultiple)

    html = str(Sent({}, MultiValueDict()))
    assert "Pilih surat." in html
    assert "Pilih dokumen." in html
    assert 'class="govuk-checkboxes__item"' in html
