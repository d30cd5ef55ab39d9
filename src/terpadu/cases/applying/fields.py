"""Which Django field reads which kind of input; what is read becomes JSON again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from terpadu.cases.applying import uploads
from terpadu.cases.offices import said
from terpadu.pages.forms import DateField
from terpadu.pages.sealed import index
from terpadu.services.inputs import Input, Option

FEW = 6
"""Choices that stand open below each other; more go into a list."""
LONGEST = 4000
"""Characters that any text may have, whatever its schema says."""


class Number(forms.CharField):
    """A number as people write it: `3,12`, `3.12`, `1.500` (dots between thousands)."""

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value) or "").replace(" ", "")
        if not text:
            return None
        if len(text) > 40:
            raise ValidationError(_("Tulis angka, misalnya 3 atau 3,12."), "invalid")
        if "," in text:
            text = text.replace(".", "").replace(",", ".")
        elif text.count(".") == 1 and len(text.rpartition(".")[2]) == 3:
            text = text.replace(".", "")
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValidationError(_("Tulis angka, misalnya 3 atau 3,12."), "invalid") from None
        if not number.is_finite() or abs(number) > 10**15:
            raise ValidationError(_("Tulis angka, misalnya 3 atau 3,12."), "invalid")
        return int(number) if number == number.to_integral_value() else float(number)


class Chosen(forms.ChoiceField):
    """One of several; what stands in the page is a keyed hash, since a choice may be a person's number."""

    def __init__(self, options: tuple[Option, ...], **said_of_it: Any) -> None:
        self._by_hash = {hashed(option.const): option.const for option in options}
        choices = [(hashed(option.const), said(option.title)) for option in options]
        few = len(choices) <= FEW
        widget = forms.RadioSelect() if few else forms.Select()
        super().__init__(choices=choices if few else [("", "—"), *choices], widget=widget, **said_of_it)

    def clean(self, value: Any) -> Any:
        return self._by_hash.get(super().clean(value))


class SeveralChosen(forms.MultipleChoiceField):
    """Any of several."""

    def __init__(self, options: tuple[Option, ...], **said_of_it: Any) -> None:
        self._by_hash = {hashed(option.const): option.const for option in options}
        choices = [(hashed(option.const), said(option.title)) for option in options]
        super().__init__(choices=choices, widget=forms.CheckboxSelectMultiple(), **said_of_it)

    def clean(self, value: Any) -> Any:
        return [self._by_hash[one] for one in super().clean(value)]


def hashed(const: object) -> str:
    """How a choice stands in the page."""
    return index(f"choice {const!r}")[:16]


def field(one: Input, name: str, required: bool, before: str = "") -> forms.Field:
    """The Django field of an input."""
    label = said(one.title)
    told = {"label": f"{before}: {label[:1].lower()}{label[1:]}" if before and label else before or label}
    return _MAKE[one.kind](one, {**told, "help_text": said(one.hint), "required": required})


def _text(one: Input, told: dict[str, Any]) -> forms.Field:
    attrs = (
        {"autocomplete": one.schema["x-autocomplete"]} if "x-autocomplete" in one.schema else {"autocomplete": "off"}
    )
    return forms.CharField(max_length=LONGEST, widget=forms.TextInput(attrs=attrs), **told)


def _flag(one: Input, told: dict[str, Any]) -> forms.Field:
    return forms.BooleanField(**told)


_MAKE: dict[str, Callable[[Input, dict[str, Any]], forms.Field]] = {
    "text": _text,
    "long": lambda one, told: forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}), **told),
    "number": lambda one, told: Number(
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **told
    ),
    "date": lambda one, told: DateField(**told),
    "time": lambda one, told: forms.TimeField(
        input_formats=["%H.%M", "%H:%M"], widget=forms.TimeInput(format="%H.%M", attrs={"autocomplete": "off"}), **told
    ),
    "email": lambda one, told: forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}), **told),
    "flag": _flag,
    "choice": lambda one, told: Chosen(one.options, **told),
    "several": lambda one, told: SeveralChosen(one.options, **told),
    "upload": lambda one, told: uploads.Document(one.accepts, **told),
}


def plain(value: Any) -> Any:
    """What was read, as JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return re.sub(" +", " ", value) if isinstance(value, str) else value


def shown(one: Input, value: Any) -> Any:
    """A kept answer, as its field shows it."""
    if one.kind == "choice":
        return hashed(value)
    if one.kind == "several":
        return [hashed(each) for each in value]
    if one.kind == "date":
        return date.fromisoformat(value)
    if one.kind == "time":
        return time.fromisoformat(value)
    if one.kind == "number":
        return str(value).replace(".", ",")
    return value
