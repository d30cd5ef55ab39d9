"""Sentences for answers that break a rule of the schema, where the service has none of its own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terpadu.services.inputs import Fault

FAULTS: dict[str, Any] = {
    "required": _("Isi %(label)s."),
    "minLength": _("%(name)s paling sedikit %(limit)s huruf."),
    "maxLength": _("%(name)s paling banyak %(limit)s huruf."),
    "minimum": _("%(name)s paling kecil %(limit)s."),
    "maximum": _("%(name)s paling besar %(limit)s."),
    "minItems": _("%(name)s paling sedikit %(limit)s baris."),
    "maxItems": _("%(name)s paling banyak %(limit)s baris."),
    "format": _("%(name)s belum dalam bentuk yang benar."),
    "pattern": _("%(name)s belum dalam bentuk yang benar."),
    "type": _("%(name)s belum dalam bentuk yang benar."),
    "enum": _("Pilih %(label)s dari daftar."),
    "oneOf": _("Pilih %(label)s dari daftar."),
    "const": _("%(name)s perlu disetujui untuk melanjutkan."),
    "uniqueItems": _("%(name)s memuat isi yang sama dua kali."),
}
"""Rule of the schema -> sentence."""


def fault(label: str, found: Fault) -> str:
    """What is wrong with an answer, in one sentence that can stand alone."""
    small = label[:1].lower() + label[1:] if label[1:2].islower() else label
    sentence = FAULTS.get(found.rule, _("%(name)s belum benar."))
    limit = str(found.limit).replace(".", ",") if isinstance(found.limit, float) else found.limit
    return str(sentence) % {"label": small, "name": label, "limit": limit} or gettext("Isian belum benar.")
