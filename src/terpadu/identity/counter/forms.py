"""What an official enters."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from terpadu.identity.fields import CodeField, NikField
from terpadu.identity.proving.forms import ClaimForm
from terpadu.identity.proving.register import Claim

_SHOWN = _("Kode yang tampil di ponsel orang itu")


class SeeForm(forms.Form):
    """Who stands at the counter."""

    code = CodeField(help_text=_SHOWN)


class BeginForm(forms.Form):
    """Whose account is recovered, and where the person reads letters now."""

    nik = NikField(help_text=_("Baca dari KTP orang itu"))
    address = forms.EmailField(
        label=_("Alamat surel sekarang"), help_text=_("Kode dikirim ke sini sesudah masa tunggu")
    )


class ConfirmForm(forms.Form):
    """The second official reads the card too."""

    nik = NikField(help_text=_("Baca dari KTP orang itu"))


class GuardianForm(ClaimForm):
    """A guardian's code, the child, and the decision."""

    code = CodeField(label=_("Kode wali"), help_text=_SHOWN)
    nik = NikField(label=_("NIK anak"))
    name = forms.CharField(label=_("Nama anak"), max_length=100)
    decision = forms.CharField(
        label=_("Nomor penetapan"), help_text=_("Penetapan pengadilan tentang wali"), max_length=100
    )
    days = forms.IntegerField(label=_("Berlaku berapa hari"), min_value=1, max_value=730)
    field_order = ("code", "decision", "nik", "name", "birth_date", "days")

    def claim(self) -> Claim:
        """The child."""
        wanted = self.cleaned_data
        return Claim(nik=wanted["nik"], name=wanted["name"], birth_date=wanted["birth_date"])

    def term(self) -> timedelta:
        """How long it counts."""
        return timedelta(days=self.cleaned_data["days"])
