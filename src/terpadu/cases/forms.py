"""Forms of people and officers; what a task asks is made of its declaration."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terpadu.cases.engine.elements import Asked
from terpadu.cases.offices import said
from terpadu.pages.forms import DateField

LONGEST = 4000
_YES_NO = (("true", _("Ya")), ("false", _("Tidak")))


def _text(asked: Asked) -> forms.Field:
    return forms.CharField(max_length=500)


def _long(asked: Asked) -> forms.Field:
    return forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 4}))


def _choice(asked: Asked) -> forms.Field:
    choices = [(option.value, said(option.title)) for option in asked.options]
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)


def _flag(asked: Asked) -> forms.Field:
    return forms.TypedChoiceField(choices=_YES_NO, coerce=lambda value: value == "true", widget=forms.RadioSelect)


FIELDS = {
    "text": _text,
    "long": _long,
    "date": lambda asked: DateField(),
    "number": lambda asked: forms.DecimalField(max_digits=18),
    "flag": _flag,
    "choice": _choice,
}
"""Kind of what is asked -> its field."""


class AskedForm(forms.Form):
    """What a task asks."""

    def __init__(self, asked: Iterable[Asked], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in asked:
            field = FIELDS[one.kind](one)
            field.label, field.required = said(one.title), one.needed
            self.fields[one.name] = field

    def answers(self) -> dict[str, Any]:
        """What was given, as JSON values; what stayed empty is left out."""
        given = {name: self.cleaned_data.get(name) for name in self.fields if name not in _OWN}
        return {name: _plain(value) for name, value in given.items() if value not in (None, "")}


_OWN = frozenset(("result", "reasons", "text"))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if hasattr(value, "as_tuple"):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


class TextForm(forms.Form):
    """A message, an answer, an objection."""

    text = forms.CharField(label=_("Tulis di sini"), max_length=LONGEST, widget=forms.Textarea({"rows": 6}))

    def __init__(self, label: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class MessageForm(TextForm):
    """A message to one of the offices of the case."""

    office = forms.ChoiceField(label=_("Kepada"))

    def __init__(self, offices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(_("Pesan Anda"), *args, **kwargs)
        field = self.fields["office"]
        if isinstance(field, forms.ChoiceField):
            field.choices = offices
        self.order_fields(["office", "text"])


class MissingForm(TextForm):
    """What an officer asks for, and until when."""

    until = DateField(label=_("Paling lambat"), help_text=_("Misalnya 14 3 2027."))

    def clean_until(self) -> datetime.date:
        """Not a day that is over."""
        until: datetime.date = self.cleaned_data["until"]
        if until < timezone.localdate():
            raise ValidationError(_("Pilih tanggal yang belum lewat."))
        return until


RESULTS = {
    "done": _("Sudah dikerjakan"),
    "granted": _("Setujui"),
    "refused": _("Tidak setujui"),
    "again": _("Coba lagi ke sistem instansi"),
}
"""Result of a task -> its word."""


class VerdictForm(AskedForm):
    """The end of an officer's task: the result, reasons, and what the task asks."""

    result = forms.ChoiceField(label=_("Putusan"), widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=_("Alasan"),
        help_text=_("Satu alasan sebaris. Wajib bila tidak disetujui; pemohon membacanya."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, asked: Iterable[Asked], results: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(asked, *args, **kwargs)
        field = self.fields["result"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(result, RESULTS[result]) for result in results]
        if results == ("done",):
            field.initial = "done"
            del self.fields["reasons"]

    def clean(self) -> dict[str, Any]:
        """A refusal says why; what a task asks is needed only where it is granted or done."""
        found = super().clean() or {}
        if found.get("result") == "refused":
            for name in set(self.fields) - _OWN:
                self.errors.pop(name, None)
            if not self.reasons_given():
                self.add_error("reasons", _("Tulis paling sedikit satu alasan."))
        return found

    def reasons_given(self) -> tuple[str, ...]:
        """One a line."""
        return tuple(line.strip() for line in str(self.cleaned_data.get("reasons", "")).splitlines() if line.strip())
