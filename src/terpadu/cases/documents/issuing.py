"""Papers are issued once, when the act that makes them is done; drawing again changes nothing that was given out."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from terpadu.cases.apart import each
from terpadu.cases.documents.codes import new_code
from terpadu.cases.documents.drawing import Line, Paper, draw
from terpadu.cases.documents.models import Document
from terpadu.cases.documents.signing import sign, signer
from terpadu.cases.folders import service_of
from terpadu.cases.knowing import known as known_of
from terpadu.cases.models import Act, Case
from terpadu.facts.vocabulary import Text, value
from terpadu.pages import words
from terpadu.services.catalogue import catalogue
from terpadu.services.definition import Service
from terpadu.services.standard import Output

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def issue_waiting() -> int:
    """Issue every paper that is due and not issued yet; safe to be stopped and to run side by side. Returns how many."""
    waiting = [(case, output) for service in _printing() for case, output in _due(service)]
    return each("paper", waiting, lambda one: _issue(one[0], service_of(one[0]), one[1]))


def _printing() -> list[Service]:
    """Services whose acts make papers."""
    services = (entry.service for entry in catalogue().entries.values())
    return [service for service in services if any(output.act for output in service.output)]


def _due(service: Service) -> list[tuple[Case, Output]]:
    outputs = {output.act: output for output in service.output if output.act}
    there = Document.objects.filter(case=OuterRef("case"), output=OuterRef("name"))
    done = Act.objects.filter(state=Act.State.DONE, case__service=service.id, name__in=outputs).exclude(Exists(there))
    return [(act.case, outputs[act.name]) for act in done.select_related("case__applicant")]


def _issue(case: Case, service: Service, output: Output) -> None:
    code, at = new_code(), timezone.now().replace(microsecond=0)
    known = known_of(case, at)
    with override("id"):
        paper = _paper(case, service, output, known, code)
        signed = sign(draw(paper, at), signer(*settings.KEYS.document), f"{paper.title} {paper.number}")
    with transaction.atomic():
        Document.objects.get_or_create(
            case=case,
            output=output.act,
            defaults={
                "code": code,
                "title": {"id": output.title.id, "en": output.title.en},
                "holder": str(case.about or ""),
                "number": paper.number,
                "office": service.authority,
                "file": base64.b64encode(signed).decode(),
                "digest": hashlib.sha256(signed).hexdigest(),
                "size": len(signed),
                "issued": at,
            },
        )


def _paper(case: Case, service: Service, output: Output, known: dict[str, Any], code: str) -> Paper:
    return Paper(
        title=output.title.id,
        office=service.authority,
        number=_text(value(output.number, known)) if output.number else case.reference,
        lines=tuple(_lines(output, known)),
        issued=words.day(timezone.now()),
        code=code,
        address=f"{settings.PORTAL.address}/periksa/{code}/",
        signed_by=service.authority,
        notice=_notice(),
        labels={"signed": _("Ditandatangani elektronik oleh"), "check": _("Periksa keaslian dengan kode")},
    )


def _notice() -> str:
    return _("Contoh. Semua orang, nomor, dan putusan rekaan.") if settings.PORTAL.demonstration else ""


def _lines(output: Output, known: dict[str, Any]) -> list[Line]:
    found = ((line.label, value(line.value, known)) for line in output.line)
    return [Line(label.id, _text(one)) for label, one in found if one not in (None, "")]


def _text(found: object) -> str:
    """As a person reads it: lists in a row, days in words."""
    if isinstance(found, list):
        return ", ".join(map(_text, found))
    text = str(found if found is not None else "")
    return words.day(date.fromisoformat(text)) if _DAY.fullmatch(text) else text


def pdf(document: Document) -> bytes:
    """The file as it was given out."""
    return base64.b64decode(document.file)


def in_language(text: dict[str, str], language: str) -> str:
    """A kept text in the page's language."""
    return Text(**text).en if language == "en" else text["id"]
