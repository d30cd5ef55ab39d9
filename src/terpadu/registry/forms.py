"""Forms of the registry. What a rule says no to comes from refusals.py; here only what a form can know by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from terpadu.governance.models import Application
from terpadu.governance.stages import APPROVED
from terpadu.pages.forms import DateField
from terpadu.registry.agreeing import Wanted
from terpadu.registry.joining import BELONGING
from terpadu.registry.models import Member, Node, Purpose, Version
from terpadu.registry.models.service import Effect, Form
from terpadu.registry.risk import FLAGS, QUESTIONS

CLASSES = [
    ("GOV", _("Kementerian atau lembaga")),
    ("PEMDA", _("Pemerintah daerah")),
    ("COM", _("Badan usaha")),
    ("ORG", _("Lembaga lain")),
]
"""Member classes, the second part of a name."""
_CODE = RegexValidator(r"^[A-Za-z0-9._-]+$", _("Pakai huruf, angka, titik, garis bawah, atau tanda hubung."))


def _long(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea({"rows": 3}), **more)


class MemberForm(forms.Form):
    """An agency applies."""

    member_class = forms.ChoiceField(label=_("Jenis instansi"), choices=CLASSES, widget=forms.RadioSelect)
    code = forms.CharField(label=_("Kode singkat"), max_length=40, validators=[_CODE],
                           help_text=_("Menjadi bagian nama instansi di federasi, misalnya KEMENKES"))  # fmt: skip
    name = forms.CharField(label=_("Nama instansi"), max_length=200)
    about = _long(_("Mengapa bergabung, dan surat penunjukannya"), help_text=_("Sebut nomor surat penunjukan Anda."))
    address = forms.EmailField(label=_("Surel pejabat pelindungan data"), help_text=_("UU 27/2022 pasal 53"))


class SubsystemForm(forms.Form):
    """A system, standing on its entry of the inventory."""

    code = forms.CharField(label=_("Kode sistem"), max_length=40, validators=[_CODE])
    name = forms.CharField(label=_("Nama sistem"), max_length=200)
    application = forms.ChoiceField(
        label=_("Aplikasi dalam inventaris"), help_text=_("Hanya aplikasi yang sudah diakui.")
    )

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Application.objects.filter(member=member.pk, stage__in=APPROVED).order_by("name")
        self.fields["application"].choices = [(str(one.pk), one.name) for one in known]  # type: ignore[attr-defined]


class NodeForm(forms.Form):
    """A node's request."""

    request = forms.FileField(label=_("Berkas permintaan simpul"), help_text=_("request.json dari `terpadu node init`"))


class DescribeForm(forms.Form):
    """A version of a service, described by upload."""

    code = forms.CharField(label=_("Kode layanan"), max_length=60, validators=[_CODE])
    title = forms.CharField(label=_("Nama layanan"), max_length=200)
    description = _long(_("Penjelasan"), required=False)
    effect = forms.ChoiceField(label=_("Akibat panggilan"), choices=Effect.choices, widget=forms.RadioSelect)
    subject = forms.CharField(label=_("Letak nomor orang dalam permintaan"), max_length=200, required=False,
                              help_text=_("Misalnya body:nik; kosong bila layanan ini bukan tentang orang"))  # fmt: skip
    nodes = forms.MultipleChoiceField(label=_("Simpul yang melayani"), widget=forms.CheckboxSelectMultiple)
    form = forms.ChoiceField(
        label=_("Bentuk deskripsi"), choices=[one for one in Form.choices if one[0]], widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("Berkas deskripsi"), help_text=_("Paling besar 512 kB; alamat tidak pernah diambil.")
    )

    def __init__(self, member: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Node.objects.filter(member=member, state__in=BELONGING).values_list("name", flat=True).distinct()
        self.fields["nodes"].choices = [(name, name) for name in sorted(names)]  # type: ignore[attr-defined]


class SpecificForm(forms.Form):
    """Which fields of a draft are of the specific kind."""

    names = forms.MultipleChoiceField(
        label=_("Data pribadi yang bersifat spesifik"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Kesehatan, biometrik, genetika, catatan kejahatan, anak, keuangan pribadi (UU 27/2022 pasal 4 ayat 2)"),
    )  # fmt: skip

    def __init__(self, version: Version, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["names"].choices = [(name, name) for name in version.fields]  # type: ignore[attr-defined]
        self.initial = {"names": [name for name, one in version.fields.items() if one.get("specific")]}


class RiskForm(forms.Form):
    """The seven kinds of high risk, and the questions of the assessment."""

    flags = forms.MultipleChoiceField(
        label=_("Yang berlaku bagi pemrosesan ini"), choices=list(FLAGS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("UU 27/2022 pasal 34. Bila ada yang berlaku, penilaian dampak di bawah wajib diisi."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in QUESTIONS.items():
            self.fields[f"answer_{name}"] = _long(label, required=False)

    def clean(self) -> dict[str, Any]:
        """Every question, where a kind is ticked."""
        cleaned = super().clean() or {}
        for name in QUESTIONS if cleaned.get("flags") else ():
            if not cleaned.get(f"answer_{name}", "").strip():
                self.add_error(f"answer_{name}", _("Jawab pertanyaan ini: ada risiko tinggi yang Anda tandai."))
        return cleaned

    def answers(self) -> dict[str, str]:
        """By the question's name."""
        return {name: self.cleaned_data[f"answer_{name}"] for name in QUESTIONS}


class TermsForm(RiskForm):
    """How far a right shall go, field by field, with its risk form."""

    purposes = forms.MultipleChoiceField(label=_("Tujuan"), widget=forms.CheckboxSelectMultiple)
    fields_wanted = forms.MultipleChoiceField(
        label=_("Data yang diminta"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Hanya yang perlu. Yang tidak ditandai tidak pernah keluar."),
    )  # fmt: skip
    quota = forms.IntegerField(label=_("Kuota panggilan per hari"), min_value=1, max_value=100_000_000)
    persons = forms.IntegerField(label=_("Batas orang berbeda per hari"), min_value=0, max_value=100_000_000)
    until = DateField(label=_("Berlaku sampai"))
    keep_days = forms.IntegerField(label=_("Berapa hari isi disimpan"), min_value=0, max_value=3650, initial=0)
    needs_case = forms.BooleanField(label=_("Hanya untuk urusan yang disebut nomornya"), required=False)
    needs_consent = forms.BooleanField(label=_("Hanya dengan persetujuan orangnya"), required=False)
    _FIRST: tuple[str, ...] = (
        "purposes",
        "fields_wanted",
        "quota",
        "persons",
        "until",
        "keep_days",
        "needs_case",
        "needs_consent",
    )

    def __init__(self, version: Version, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Purpose.objects.filter(state__in=BELONGING).order_by("title")
        self.fields["purposes"].choices = [(one.pk, f"{one.title} ({one.basis})") for one in known]  # type: ignore[attr-defined]
        marked = _("bersifat spesifik")
        self.fields["fields_wanted"].choices = [  # type: ignore[attr-defined]
            (name, f"{name}, {marked}" if one.get("specific") else name) for name, one in version.fields.items()
        ]
        if not version.subject:
            self.fields["persons"].initial = 0
        self.order_fields((*self._FIRST, "flags"))

    def wanted(self) -> Wanted:
        """As the rules take it."""
        told = self.cleaned_data
        return Wanted(
            purposes=tuple(told["purposes"]), fields=tuple(told["fields_wanted"]), quota=told["quota"],
            persons=told["persons"], until=told["until"], keep_days=told["keep_days"], needs_case=told["needs_case"],
            needs_consent=told["needs_consent"], why=told.get("why", ""),
        )  # fmt: skip


class RequestForm(TermsForm):
    """A consumer asks."""

    consumer = forms.ChoiceField(label=_("Sistem yang memakai"))
    why = _long(_("Mengapa perlu"))
    _FIRST = ("consumer", "why", *TermsForm._FIRST)

    def __init__(self, systems: Iterable[str], version: Version, *args: Any, **kwargs: Any) -> None:
        super().__init__(version, *args, **kwargs)
        self.fields["consumer"].choices = [(name, name) for name in systems]  # type: ignore[attr-defined]


class TemplateForm(TermsForm):
    """A provider offers the same to many."""

    name = forms.CharField(label=_("Nama templat"), max_length=200)
    member_class = forms.ChoiceField(label=_("Untuk instansi"), choices=[("", _("Semua")), *CLASSES], required=False)
    _FIRST = ("name", "member_class", *TermsForm._FIRST)


class JoinForm(forms.Form):
    """A consumer joins a template."""

    consumer = forms.ChoiceField(label=_("Sistem yang memakai"))

    def __init__(self, systems: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consumer"].choices = [(name, name) for name in systems]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """The next state of a version."""

    after = forms.ChoiceField(label=_("Langkah berikutnya"), widget=forms.RadioSelect)
    ends = DateField(label=_("Berakhir pada (bila akan berakhir)"), required=False)

    def __init__(self, choices: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["after"].choices = choices  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """A reason, for what takes something away."""

    reason = _long(_("Alasan"))


class PurposeForm(forms.Form):
    """An entry of the register of purposes."""

    id = forms.SlugField(label=_("Kode tujuan"), max_length=80, help_text=_("Misalnya pencatatan-kelahiran"))
    title = forms.CharField(label=_("Tujuan dalam satu kalimat"), max_length=200)
    basis = forms.CharField(label=_("Dasar hukum"), max_length=300, help_text=_("Misalnya UU 24/2013 pasal 27"))


class SignatureForm(forms.Form):
    """What a holder brings back."""

    file = forms.FileField(label=_("Berkas tanda tangan pemegang kunci"),
                           help_text=_("usulan.tanda-tangan.json dari `terpadu federation sign`"))  # fmt: skip


class TryForm(forms.Form):
    """A question to the service's stand-in."""

    purpose = forms.ChoiceField(label=_("Tujuan"))
    body = forms.CharField(
        label=_("Isi permintaan (JSON)"), max_length=8000, widget=forms.Textarea({"rows": 5, "spellcheck": "false"})
    )

    def __init__(self, purposes: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]
