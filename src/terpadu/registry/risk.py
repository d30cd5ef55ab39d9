"""The impact assessment (penilaian dampak, UU 27/2022 pasal 34): when it is compulsory, what it asks; versioned data.

Pasal 34 ayat 2 names seven kinds of high risk. What can be told from the agreement itself is told here and can't be unticked.
The law gives no number for "large scale"; the ceiling below is this program's own, until the implementing rule has one.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from terpadu.identity.models import Person
from terpadu.model.federation import WHOLE_BODY
from terpadu.registry.models import Agreement, Risk, Template, Version
from terpadu.registry.refusals import no

LARGE = 10_000
"""Distinct persons a day from which an agreement counts as large scale."""

FLAGS = {
    "otomatis": _("Putusan otomatis yang berakibat hukum atau berdampak besar bagi orangnya (huruf a)"),
    "spesifik": _("Data pribadi yang bersifat spesifik (huruf b)"),
    "skala-besar": _("Pemrosesan berskala besar (huruf c)"),
    "penilaian": _("Evaluasi, penskoran, atau pemantauan sistematis (huruf d)"),
    "pencocokan": _("Pencocokan atau penggabungan sekelompok data (huruf e)"),
    "teknologi-baru": _("Teknologi baru (huruf f)"),
    "membatasi-hak": _("Membatasi pelaksanaan hak orangnya (huruf g)"),
}
"""The seven of pasal 34 ayat 2."""

QUESTIONS = {
    "pemrosesan": _("Apa yang diproses, dari mana, dan untuk siapa?"),
    "keperluan": _("Mengapa perlu, dan mengapa tidak cukup dengan data yang lebih sedikit?"),
    "risiko": _("Apa yang dapat merugikan orangnya?"),
    "langkah": _("Apa yang dilakukan untuk mencegahnya?"),
    "pejabat": _("Nama jabatan pejabat pelindungan data yang dimintai pendapat (pasal 53)"),
}
"""What the form asks; each must be answered."""


def told_by(terms: Agreement | Template, version: Version | None) -> frozenset[str]:
    """The kinds that follow from the terms themselves."""
    found = set()
    known = version.fields if version is not None else {}
    specific = {name for name, one in known.items() if one.get("specific")}
    whole = WHOLE_BODY in terms.fields
    if any(whole or name == field or name.startswith(f"{field}.") for name in specific for field in terms.fields):
        found.add("spesifik")
    if terms.persons >= LARGE:
        found.add("skala-besar")
    return frozenset(found)


def assess(person: Person, terms: Agreement | Template, flags: Iterable[str], answers: dict[str, str]) -> Risk:
    """A version of the form. Raises `Refused` where an answer is missing although a kind of high risk is ticked."""
    ticked = sorted(set(flags) & set(FLAGS))
    given = {name: answers.get(name, "").strip()[:4000] for name in QUESTIONS}
    missing = [name for name, text in given.items() if not text]
    if ticked and missing:
        raise no("unanswered")
    owner = {"template": terms} if isinstance(terms, Template) else {"agreement": terms}
    last = Risk.objects.filter(**owner).aggregate(last=Max("version"))["last"] or 0
    return Risk.objects.create(**owner, version=last + 1, flags=ticked, answers=given, by=person)


def check_assessed(terms: Agreement | Template, version: Version | None) -> None:
    """Raises `Refused` where pasal 34 wants an assessment and the newest form does not hold it."""
    newest = terms.risks.order_by("-version").first()
    if newest is None:
        raise no("no-risk")
    lacking = told_by(terms, version) - set(newest.flags)
    if lacking:
        raise no("risk-lacks", names=", ".join(sorted(lacking)))
    if newest.flags and not all(newest.answers.get(name) for name in QUESTIONS):
        raise no("unanswered")
