"""Inputs that several forms of the account need."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_NIK = re.compile(r"[0-9]{16}")


class NikField(forms.CharField):
    """A NIK of 16 digits; blanks are taken out."""

    def __init__(self, **options: Any) -> None:
        hint = _("16 angka, tertulis di KTP dan KK")
        look = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-20"})
        ours: dict[str, Any] = {"label": _("NIK"), "help_text": hint, "widget": look, "max_length": 30}
        super().__init__(**ours | options)

    def clean(self, value: Any) -> str:
        """The digits. Raises `ValidationError`."""
        digits = re.sub(r"[\s.-]", "", str(super().clean(value)))
        if digits and not _NIK.fullmatch(digits):
            raise forms.ValidationError(_("Tulis NIK dengan 16 angka, misalnya 9901010101010001."), "invalid")
        return digits


class CodeField(forms.CharField):
    """A code that somebody handed over."""

    def __init__(self, **options: Any) -> None:
        look = forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-20"})
        ours: dict[str, Any] = {"label": _("Kode"), "widget": look, "max_length": 40}
        super().__init__(**ours | options)
