"""Forms of the inventory and of the gate; what a field takes stands in the table of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from terpadu.cases.applying.uploads import Document
from terpadu.governance import papers
from terpadu.governance.inventory.columns import BY_FIELD, EDITED, Column, plain
from terpadu.governance.models import Application, Hosting, Interface, Kind, Personal
from terpadu.governance.roles import Standing
from terpadu.governance.stages import Paper, Step

LONGEST = 4000
_CHOICES: dict[str, Any] = {"kind": Kind, "hosting": Hosting, "personal": Personal, "interface": Interface}
_LONG = ("function", "data")


class CellField(forms.CharField):
    """A field that takes what a cell of its column takes. Errors: `unfit`."""

    def __init__(self, column: Column, **options: Any) -> None:
        widget = forms.Textarea({"rows": 4}) if column.field in _LONG else forms.TextInput()
        super().__init__(
            label=column.label,
            required=column.needed,
            widget=widget,
            help_text=capfirst(str(column.expected)),
            **options,
        )
        self._column = column

    def clean(self, value: Any) -> Any:
        """The value of the field; None where it stays empty. Raises `ValidationError`."""
        text = plain(str(super().clean(value) or "").replace("\r\n", "\n"))
        if not text:
            return None
        try:
            return self._column.read(text)
        except ValueError:
            told = {"label": self._column.label, "expected": self._column.expected}
            raise ValidationError(_("%(label)s: tulis %(expected)s."), "unfit", told) from None


def field_of(name: str) -> forms.Field:
    """The form field of a column."""
    column = BY_FIELD[name]
    if name in _CHOICES:
        return forms.ChoiceField(label=column.label, choices=_CHOICES[name].choices, widget=forms.RadioSelect)
    return CellField(column)


class EntryForm(forms.Form):
    """All that an edit may change. `version`: as the entry was when the page was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in EDITED:
            self.fields[name] = field_of(name)

    @classmethod
    def of(cls, entry: Application, posted: Mapping[str, Any] | None) -> EntryForm:
        """The form of an entry."""
        initial = {name: getattr(entry, name) for name in EDITED} | {"version": entry.version}
        return cls(posted, initial=initial)

    def values(self) -> dict[str, Any]:
        """What was given; an emptied text is empty, an emptied number is none."""
        numbers = ("users", "cost", "since")
        given = {name: self.cleaned_data[name] for name in EDITED}
        return {name: value if value is not None or name in numbers else "" for name, value in given.items()}


class StepForm(forms.Form):
    """Why, and the papers that the step needs."""

    reason = forms.CharField(label=_("Alasan"), max_length=LONGEST, widget=forms.Textarea({"rows": 4}))

    def __init__(self, step: Step, *args: Any) -> None:
        super().__init__(*args)
        self._papers = step.papers
        for paper in step.papers:
            self.fields[paper.value] = Document(papers.ACCEPTED, label=paper.label, help_text=PAPER)

    def attached(self) -> dict[Paper, UploadedFile[bytes]]:
        """The papers."""
        return {paper: self.cleaned_data[paper.value] for paper in self._papers}


PAPER = _("PDF, JPG, atau PNG, paling besar 2 MB.")


class UploadForm(forms.Form):
    """A file of the inventory, for one of the members that the person works for."""

    member = forms.ChoiceField(label=_("Untuk instansi"), widget=forms.RadioSelect)
    file = forms.FileField(label=_("Berkas inventaris"), help_text=_("CSV UTF-8 atau XLSX, paling besar 8 MB."))

    def __init__(self, found: Standing, *args: Any) -> None:
        super().__init__(*args)
        chosen = [(member, member) for member in sorted(found.manages)]
        self.fields["member"] = forms.ChoiceField(
            label=_("Untuk instansi"), choices=chosen, widget=forms.RadioSelect, initial=chosen[0][0] if chosen else ""
        )


class DescriptionForm(forms.Form):
    """What an interface says of itself, as text that can be read."""

    kind = forms.ChoiceField(
        label=_("Jenis uraian"), widget=forms.RadioSelect,
        choices=(("openapi", "OpenAPI 3"), ("wsdl", "WSDL 1.1"), ("csv", _("CSV: baris judul dan beberapa contoh rekaan"))),
    )  # fmt: skip
    file = forms.FileField(label=_("Berkas uraian"), help_text=_("Paling besar 1 MB, dalam UTF-8."))

    def clean_file(self) -> str:
        """The text. Raises `ValidationError`."""
        file = self.cleaned_data["file"]
        if file.size > 1 << 20:
            raise ValidationError(_("Berkas paling besar 1 MB."), "size")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise ValidationError(_("Berkas harus teks UTF-8."), "bytes") from None
