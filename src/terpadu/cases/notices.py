"""Notices by mail: what happened and where to look; no name, no number, no reason in a letter that anybody may read."""

from __future__ import annotations

import smtplib
from datetime import datetime

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from terpadu.cases.models import Notice

SUBJECTS = {
    "received": gettext_noop("Urusan %(case)s: pengajuan Anda diterima"),
    "forwarded": gettext_noop("Urusan %(case)s: diteruskan ke instansi"),
    "your_turn": gettext_noop("Urusan %(case)s: giliran Anda"),
    "incomplete": gettext_noop("Urusan %(case)s: ada yang perlu dilengkapi"),
    "decided": gettext_noop("Urusan %(case)s: sudah ada keputusan"),
    "ready": gettext_noop("Urusan %(case)s: selesai diproses"),
    "overdue": gettext_noop("Urusan %(case)s: batas waktu lewat"),
    "message": gettext_noop("Urusan %(case)s: ada pesan"),
    "seen": gettext_noop("Urusan %(case)s: dibuka petugas"),
}
"""Kind of notice -> subject of its mail."""
_BODY = gettext_noop("Lihat di %(address)s\n\nSurat ini tidak memuat data Anda. Masuk untuk membacanya.")
_MOST = 50
_log = structlog.get_logger()


def send_some(now: datetime) -> None:
    """Send what waits; a mail server that is down leaves it for the next round."""
    with transaction.atomic():
        waiting = Notice.objects.filter(sent=None).select_related("case__applicant").order_by("pk")
        locking = waiting.select_for_update(of=("self",), skip_locked=True)
        notices = list((locking if connection.features.has_select_for_update_of else waiting)[:_MOST])
        for notice in notices:
            if not _sent(notice):
                return
            notice.sent = now
            notice.save(update_fields=["sent"])


def _sent(notice: Notice) -> bool:
    person, reference = notice.case.applicant, notice.case.reference
    with translation.override(person.language):
        prefix = "" if person.language == settings.LANGUAGE_CODE else f"/{person.language}"
        address = f"{settings.PORTAL.address}{prefix}/urusan/{reference}/"
        subject, body = _(SUBJECTS[notice.kind]) % {"case": reference}, _(_BODY) % {"address": address}
    try:
        send_mail(subject, body, None, [person.email])
    except (OSError, smtplib.SMTPException) as error:
        _log.warning("mail not sent", notice=notice.pk, error=type(error).__name__)
        return False
    return True
