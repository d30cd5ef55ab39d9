"""The block of the first page: from what is kept of the offices' last answers; asks nobody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terpadu.identity.looks.asking import Office
from terpadu.identity.looks.models import Answer
from terpadu.identity.looks.rules import Overview, overview
from terpadu.model.identifiers import ServiceId
from terpadu.pages import words
from terpadu.pages.agencies import agencies


def latest(request: HttpRequest) -> dict[str, Any] | None:
    """How many offices looked in the last 30 days, and the newest look; nothing for who is not signed on and proven."""
    if not request.user.is_authenticated or request.user.assurance < 2:
        return None
    kept = [(_nameless(answer.service), answer) for answer in Answer.objects.filter(person=request.user)]
    found = overview(kept, set(), agencies().vocabulary, settings.PORTAL.subsystem)
    return {
        "title": _("Siapa melihat data saya"),
        "text": _said(found, found.recent(timezone.now())[1]),
        "address": reverse("looks:index"),
        "action": _("Lihat siapa dan untuk apa"),
    }


def _said(found: Overview, offices: int) -> str:
    if not found.looks:
        return _("Setiap instansi yang membuka data Anda tercatat di sana, dan Anda dapat bertanya kepadanya.")
    last = found.looks[0]
    seen = ngettext(
        "%(offices)s instansi melihat data Anda dalam 30 hari terakhir.",
        "%(offices)s instansi melihat data Anda dalam 30 hari terakhir.",
        offices,
    ) % {"offices": offices}
    return seen + " " + _("Terakhir: %(office)s, %(at)s.") % {"office": last.office, "at": words.moment(last.at)}


def _nameless(service: str) -> Office:
    return Office(ServiceId(service), "", "", "")
