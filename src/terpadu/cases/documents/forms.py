"""The question at /periksa/."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from terpadu.cases.documents.checking import LIMIT
from terpadu.cases.documents.codes import spelled


class Check(forms.Form):
    """A code, and the file where the person has it."""

    code = forms.CharField(
        label=_("Kode di bawah QR"),
        help_text=_("Dua belas huruf dan angka, misalnya K7QF-3M2P-94XA."),
        max_length=40,
        error_messages={"required": _("Ketik kode yang tertulis di bawah QR dokumen.")},
    )
    file = forms.FileField(
        label=_("Berkas PDF, bila ada"),
        help_text=_("Berkas tidak disimpan; kami hanya membandingkan sidiknya."),
        required=False,
    )

    def clean_code(self) -> str:
        code = spelled(self.cleaned_data["code"])
        if not code:
            raise ValidationError(_("Kode terdiri atas dua belas huruf dan angka, misalnya K7QF-3M2P-94XA."))
        return code

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and (file.size or 0) > LIMIT:
            raise ValidationError(_("Berkas paling besar 5 MB."))
        return file
