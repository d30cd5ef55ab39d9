"""Forms of the gate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from terpadu.cases.applying.uploads import Document
from terpadu.governance import papers
from terpadu.governance.forms import LONGEST, DescriptionForm, field_of
from terpadu.governance.inventory.columns import BY_FIELD
from terpadu.governance.models import Description, Review
from terpadu.governance.roles import Standing

_ASKED = (
    "agency",
    "name",
    "function",
    "data",
    "personal",
    "service_code",
    "process_code",
    "data_code",
    "application_code",
    "users",
)
_NUMBERS = ("users", "cost", "months")


def _long(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST, widget=forms.Textarea({"rows": 5}))


class ProposalForm(forms.Form):
    """What an agency wants to build; the columns are those of the inventory."""

    def __init__(self, found: Standing, *args: Any) -> None:
        super().__init__(*args)
        members = sorted(found.manages)
        self.fields["member"] = forms.ChoiceField(
            label=_("Untuk instansi"),
            choices=[(one, one) for one in members],
            widget=forms.RadioSelect,
            initial=members[0],
        )
        for name in _ASKED:
            self.fields[name] = field_of(name)
        self.fields["personal"].initial = "tidak"
        self.fields["cost"] = field_of("cost")
        self.fields["cost"].label = _("Perkiraan biaya membangun")
        self.fields["months"] = forms.IntegerField(
            label=_("Perkiraan waktu membangun, dalam bulan"), min_value=1, max_value=120, required=False
        )

    def values(self) -> dict[str, Any]:
        """Fields of the proposal."""
        given = dict(self.cleaned_data)
        return {name: value if value is not None or name in _NUMBERS else "" for name, value in given.items()}


class DraftForm(DescriptionForm):
    """From which text the draft is made; nothing need be uploaded where the owner has described the interface."""

    def __init__(self, described: Description | None, *args: Any) -> None:
        super().__init__(*args)
        self._described = described
        if described is not None:
            self.fields["kind"].required = self.fields["file"].required = False

    def clean_file(self) -> str:
        """The text; empty where none was given."""
        return super().clean_file() if self.cleaned_data.get("file") else ""

    def clean(self) -> dict[str, Any]:
        """A file needs its kind."""
        given = super().clean() or self.cleaned_data
        if given.get("file") and not given.get("kind"):
            self.add_error("kind", ValidationError(_("Pilih jenis uraian."), "required"))
        return given

    def source(self) -> tuple[str, str]:
        """Kind and text: what was uploaded, else what the owner described."""
        if self.cleaned_data.get("file"):
            return str(self.cleaned_data["kind"]), str(self.cleaned_data["file"])
        assert self._described is not None, "a form without a file is valid only beside a description"  # noqa: S101
        return self._described.kind, self._described.text


class ExemptionForm(forms.Form):
    """What the circular on clearance asks for."""

    reasons = _long(_("Mengapa yang sudah ada tidak dapat dihubungkan"), _("Sebut tiap aplikasi yang mirip."))
    cost_basis = _long(_("Dasar perkiraan biaya"), _("Rincian pokok, harga satuan, dan sumbernya."))
    budget = Document(
        papers.ACCEPTED, label=_("Rencana anggaran biaya (RAB)"), help_text=_("PDF, JPG, atau PNG, paling besar 2 MB.")
    )
    duplication = _long(
        _("Pemeriksaan duplikasi"), _("Cara memeriksa dan hasilnya, termasuk aplikasi umum yang dapat dipakai.")
    )
    splp = _long(_("Rencana penghubung layanan (SPLP)"), _("Layanan yang akan dibuka dan dipakai lewat penghubung."))
    audit = _long(_("Rencana audit"), _("Audit aplikasi, infrastruktur, dan keamanan: kapan dan oleh siapa."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cost = field_of("cost")
        cost.label, cost.required = _("Perkiraan biaya (rupiah)"), True
        self.fields = {"reasons": self.fields["reasons"], "cost": cost, **self.fields}


class ReviewForm(forms.Form):
    """A verdict with its reasons; conditions belong to a yes."""

    verdict = forms.ChoiceField(label=_("Putusan Anda"), choices=Review.Verdict.choices, widget=forms.RadioSelect)
    reasons = _long(_("Alasan"))
    conditions = forms.CharField(
        label=_("Syarat"), help_text=_("Hanya bila dilanjutkan."), max_length=LONGEST, required=False,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip

    def __init__(self, ministries: dict[str, str], *args: Any) -> None:
        super().__init__(*args)
        choices = list(ministries.items())
        field = forms.ChoiceField(
            label=_("Anda menilai untuk"), choices=choices, widget=forms.RadioSelect, initial=choices[0][0]
        )
        self.fields = {"ministry": field, **self.fields}

    def clean(self) -> dict[str, Any]:
        """No conditions beside a no."""
        given = super().clean() or self.cleaned_data
        if given.get("conditions") and given.get("verdict") == Review.Verdict.STOP:
            self.add_error(
                "conditions", ValidationError(_("Syarat hanya untuk usulan yang dilanjutkan."), "conditions")
            )
        return given


class ReasonForm(forms.Form):
    """Why."""

    reason = _long(_("Alasan"))


assert {*_ASKED, "cost"} <= BY_FIELD.keys()  # noqa: S101 - a form asks for columns of the inventory
