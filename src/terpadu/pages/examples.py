"""What `/contoh-komponen/` shows: every part with every state, with invented values. Only in a demonstration; tests read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from terpadu.pages.forms import DateField


class Everything(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=_("Nama lengkap anak"), help_text=_("Seperti yang akan tertulis di akta."), min_length=5
    )
    email = forms.EmailField(label=_("Surel"), required=False)
    born = DateField(label=_("Tanggal lahir"), help_text=_("Misalnya 14 3 1994."))
    why = forms.CharField(label=_("Alasan"), widget=forms.Textarea({"rows": 3}))
    place = forms.ChoiceField(label=_("Tempat lahir"), choices=(("rs", _("Rumah sakit")), ("bidan", _("Bidan"))))
    way = forms.ChoiceField(
        label=_("Cara menerima"),
        choices=(("daring", _("Unduh sendiri")), ("kantor", _("Ambil di kantor"))),
        widget=forms.RadioSelect,
    )
    papers = forms.MultipleChoiceField(
        label=_("Dokumen yang Anda perlukan"),
        choices=(("akta", _("Akta kelahiran")), ("kia", _("KIA"))),
        widget=forms.CheckboxSelectMultiple,
    )
    letter = forms.FileField(label=_("Surat keterangan bidan"), required=False)
    true = forms.BooleanField(label=_("Data di atas benar"))


def shown() -> dict[str, Any]:
    """Everything that the page needs."""
    today = timezone.now()
    return {
        "form": Everything(),
        "wrong": Everything(
            {"x-name": "Al", "x-email": "a", "x-born_0": "31", "x-born_1": "2", "x-born_2": "2026"}, prefix="x"
        ),
        "today": today,
        "yesterday": today - timedelta(days=1),
        "due": today + timedelta(days=3),
        "tried": [today - timedelta(minutes=minutes) for minutes in (5, 4, 2)],
        "page": Paginator(range(60), 20).page(2),
        **_values(today),
        **_walk(today),
    }


def _values(today: Any) -> dict[str, Any]:
    return {
        "nik": "9900000000000017",
        "differing": [
            {
                "value": "Jalan Kenanga 12, RT 003/RW 005",
                "office": "Dukcapil, Kemendagri",
                "note": now("berlaku sejak 3 Februari 2025"),
                "why": now("Dipakai untuk pengajuan ini, karena Dukcapil yang berwenang."),
            },
            {
                "value": "Jalan Melati 4, RT 001/RW 002",
                "office": "BPJS Kesehatan",
                "note": now("tercatat 11 Mei 2021"),
                "ask": now("Minta BPJS Kesehatan memperbarui"),
                "address": "#",
            },
        ],
        "offices": [("Dukcapil, Kemendagri", True, ""), ("DTSEN, Kemensos", False, now("20 detik"))],
        "rows": [
            {"document": now("Kartu keluarga"), "instead": now("Sudah ada"), "source": "Dukcapil, Kemendagri"},
            {
                "document": now("KTP dua saksi"),
                "note": now("di sebagian daerah"),
                "instead": now("Tidak diperlukan lagi"),
                "source": "Perpres 96/2018",
            },
        ],
        "columns": [now("Tahun"), (now("Indeks"), "number"), now("Predikat")],
        "cells": [("2024", "2,80", now("Baik")), ("2025", "2,99", now("Baik"))],
        "fields": [(now("Nama"), False), (now("Nomor KK"), False), (now("Hubungan keluarga"), True)],
    }


def _walk(today: Any) -> dict[str, Any]:
    proof = [(now("Bukti"), "#")]
    return {
        "entries": [
            {"title": now("Anda mengirim pengajuan"), "at": today, "state": "done", "links": proof},
            {
                "title": now("Kementerian Sosial tidak menyetujui bantuan iuran"),
                "text": now("Alasan dan cara menyanggah ada di atas."),
                "source": "DTSEN, Kemensos",
                "at": today,
                "state": "refused",
                "links": proof,
            },
            {"title": now("Dinas Dukcapil mencetak KIA"), "text": now("Giliran Dinas Dukcapil."), "state": "now"},
            {"title": now("Selesai"), "text": now("Kami kabari lewat surel dan di sini."), "state": "open"},
        ],
        "reasons": [
            {
                "text": now("Keluarga Anda tercatat pada desil 7. Bantuan ini untuk desil 1 sampai 5."),
                "office": "DTSEN, Kemensos",
                "note": now("data 1 Oktober 2026"),
            },
            {
                "text": now("Ibu sudah menjadi peserta JKN pekerja. Anak ikut dijamin sebagai tanggungan ibu."),
                "office": "BPJS Kesehatan",
                "at": today,
            },
        ],
    }
