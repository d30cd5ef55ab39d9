"""Decisions as pages show them: result, numbered reasons with their sources, and what may be done about it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terpadu.cases import objections
from terpadu.cases.engine.elements import Process
from terpadu.cases.folders import process_of
from terpadu.cases.models import Case, Decision, Objection
from terpadu.cases.offices import name_of, told
from terpadu.model.identifiers import ServiceId
from terpadu.services.offices import office_of


def decisions(case: Case, process: Process) -> list[dict[str, Any]]:
    """Decisions that count, each with its reasons and what may be done about it."""
    current = [one for one in case.decisions.all() if not hasattr(one, "replaced_by")]
    return [_decision(case, process, one) for one in reversed(current)]


def decision(case: Case, one: Decision) -> dict[str, Any]:
    """One decision."""
    return _decision(case, process_of(case), one)


def _decision(case: Case, process: Process, one: Decision) -> dict[str, Any]:
    now, reasons = timezone.now(), one.reasons
    kinds = objections.kinds_now(one, now)
    filing = {kind: reverse("cases:object", args=[case.reference, one.pk, kind]) for kind in kinds}
    until = one.objection_until
    intro = ngettext(
        "%(office)s memutuskan dengan %(count)s alasan:", "%(office)s memutuskan dengan %(count)s alasan:", len(reasons)
    ) if reasons else _("%(office)s sudah memutuskan.")  # fmt: skip
    return {
        "words": {
            "title": told(one.title),
            "granted": one.result == Decision.Result.GRANTED,
            "intro": intro % {"office": name_of(one.office, process), "count": len(reasons)},
            "reasons": [_reason(reason) for reason in reasons],
            "rule": one.rule,
            "automated": one.automated,
            "object_address": filing.get(Objection.Kind.OBJECTION, ""),
            "object_until": until,
            "object_days": (until - now).days + 1 if until else 0,
            "examiner": name_of(one.examiner, process) if one.examiner else "",
        },
        "human": filing.get(Objection.Kind.HUMAN, ""),
        "appeal": filing.get(Objection.Kind.APPEAL, ""),
        "until": until,
        "waiting": next((filed for filed in one.objections.all() if filed.answer_id is None), None),
    }


def _reason(reason: dict[str, Any]) -> dict[str, Any]:
    text = told(reason["text"])
    source = reason.get("source")
    return {
        "text": f"{text} {reason['said']}" if reason.get("said") else text.removesuffix(":"),
        "office": str(office_of(ServiceId(source))) if source else "",
        "at": reason.get("fetched"),
        "note": "",
    }
