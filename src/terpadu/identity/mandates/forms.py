"""Giving and taking mandates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from terpadu.identity.fields import CodeField
from terpadu.identity.mandates.naming import titles
from terpadu.identity.models import Role

_TERMS = [(7, _("7 hari")), (30, _("30 hari")), (180, _("6 bulan")), (365, _("1 tahun"))]
_ROLES = [
    (Role.OFFICER.value, _("Petugas: mengerjakan urusan")),
    (Role.IDENTITY.value, _("Petugas identitas: melihat orang dan memulihkan akun")),
    (Role.APPLICATIONS.value, _("Pengelola aplikasi: mencatat dan mengusulkan aplikasi")),
    (Role.REVIEWER.value, _("Penilai: menilai usulan aplikasi baru")),
]


class _Term(forms.Form):
    days = forms.TypedChoiceField(label=_("Berlaku selama"), choices=_TERMS, coerce=int, widget=forms.RadioSelect)

    def term(self) -> timedelta:
        """How long it counts."""
        return timedelta(days=self.cleaned_data["days"])


class GiveForm(_Term):
    """Which services, how long."""

    services = forms.MultipleChoiceField(label=_("Layanan"), widget=forms.CheckboxSelectMultiple)
    field_order = ("services", "days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].choices = list(titles().items())  # type: ignore[attr-defined]


class GiveOfficeForm(_Term):
    """Which office and role, how long."""

    office = forms.ChoiceField(label=_("Instansi"))
    role = forms.ChoiceField(label=_("Peran"), choices=_ROLES, widget=forms.RadioSelect)
    field_order = ("office", "role", "days")

    def __init__(self, offices: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [(office, office) for office in offices]  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """The code that was handed over."""

    code = CodeField(help_text=_("Dua belas huruf dan angka dari pemberi kuasa"))
