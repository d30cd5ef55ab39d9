"""Papers are issued once, when the act that makes them is done; drawing again changes nothing that was given out."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from terpadu.cases.documents.codes import new_code
from terpadu.cases.documents.drawing import Line, Paper, draw
from terpadu.cases.documents.models import Document
from terpadu.cases.documents.signing import sign, signer
from terpadu.cases.folders import service_of
from terpadu.cases.knowing import known as known_of
from terpadu.cases.models import Act, Case
from terpadu.facts.vocabulary import Text, value
from terpadu.pages import words
from terpadu.services.definition import Service
from terpadu.services.standard import Output


def issue_due(case: Case) -> list[Document]:
    """Issue what is due and not issued yet; returns the new ones."""
    done = set(case.acts.filter(state=Act.State.DONE).values_list("name", flat=True))
    there = set(case.documents.values_list("output", flat=True))
    service = service_of(case)
    due = [output for output in service.output if output.act in done - there]
    return [_issue(case, service, output) for output in due]


def _issue(case: Case, service: Service, output: Output) -> Document:
    code, at = new_code(), timezone.now()
    known = known_of(case, at)
    with override("id"):
        paper = _paper(case, service, output, known, code)
        signed = sign(draw(paper, at), signer(*settings.KEYS.document), f"{paper.title} {paper.number}")
    with transaction.atomic():
        made, _new = Document.objects.get_or_create(
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
    return made


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
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found if found is not None else "")


def pdf(document: Document) -> bytes:
    """The file as it was given out."""
    return base64.b64decode(document.file)


def in_language(text: dict[str, str], language: str) -> str:
    """A kept text in the page's language."""
    return Text(**text).en if language == "en" else text["id"]
