"""A code from a letter."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from terpadu.identity.fields import CodeField


class CodeForm(forms.Form):
    """Twenty letters and digits."""

    code = CodeField(help_text=_("Dua puluh huruf dan angka dari surat kami"))
