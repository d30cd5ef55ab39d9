"""Tidak benar? A fact is put right by its owner: a case of the service `koreksi`, with the fact, its source and its proof."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from terpadu.cases.applying import drafts
from terpadu.cases.applying.subjects import Subject
from terpadu.cases.models import Case
from terpadu.model.identifiers import ServiceId, subsystem_of
from terpadu.services.catalogue import Entry, catalogue
from terpadu.services.offices import office_of

SERVICE = "koreksi"


def fact_of(case: Case, entry: Entry, name: str) -> dict[str, Any]:
    """A fact of this draft, as it was gathered. Raises `Http404`."""
    found = next((fact for fact in case.facts if fact["name"] == name), None)
    if found is None or name not in entry.service.asked_facts:
        raise Http404
    return dict(found)


def possible() -> bool:
    """Is there a service for corrections in this catalogue?"""
    return catalogue().get(SERVICE) is not None


def disputed(case: Case) -> dict[str, Any] | None:
    """What a draft of a correction is about, as the page shows it; None for every other draft."""
    if "fakta" not in case.subject:
        return None
    office = office_of(ServiceId(case.subject["sumber"]))
    return {
        "label": case.subject["sebutan"],
        "value": case.subject["nilai"],
        "office": str(office),
        "at": case.subject["diambil"],
    }


def begin(case: Case, fact: dict[str, Any], label: str, shown: str) -> Case:
    """A draft that asks the fact's owner to look at it. Raises `Refused`."""
    wrong = {
        "fakta": fact["name"],
        "sebutan": label,
        "nilai": shown,
        "pemilik": subsystem_of(ServiceId(fact["source"])),
        "sumber": fact["source"],
        "diambil": fact["fetched"],
        "nomor_bukti": fact["number"],
        "urusan_asal": case.reference,
    }
    own = {name: value for name, value in case.subject.items() if not name.startswith("nomor_")}
    return drafts.begin(case.applicant, SERVICE, Subject(key="self", label="", subject=own), wrong)
