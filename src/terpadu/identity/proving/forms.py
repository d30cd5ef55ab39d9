"""What a person says of themselves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from terpadu.identity.fields import NikField
from terpadu.identity.proving.register import Claim
from terpadu.pages.forms import DateField


class ClaimForm(forms.Form):
    """NIK, name and birth date as they stand on the card."""

    nik = NikField()
    name = forms.CharField(label=_("Nama lengkap"), help_text=_("Seperti tertulis di KTP"), max_length=100)
    birth_date = DateField(label=_("Tanggal lahir"), help_text=_("Misalnya 14 3 1994"))

    def claim(self) -> Claim:
        """The cleaned claim."""
        return Claim(**self.cleaned_data)


class ClaimWithMotherForm(ClaimForm):
    """Also the mother's name, where the register matches it."""

    mother = forms.CharField(label=_("Nama ibu kandung"), help_text=_("Seperti tertulis di KK"), max_length=100)
