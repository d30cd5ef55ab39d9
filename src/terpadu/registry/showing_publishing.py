"""The page of publishing: what counts now, what waits, what the holders are signing, and what it would change."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terpadu.pages import words
from terpadu.registry import office, publishing
from terpadu.registry.models import Publication, Suspension

KINDS = {
    "members": _("anggota"),
    "subsystems": _("sistem"),
    "nodes": _("simpul"),
    "purposes": _("tujuan"),
    "services": _("layanan"),
    "agreements": _("kesepakatan"),
    "ended": _("kesepakatan yang berakhir"),
}
SIGNS = {"+": _("Baru"), "-": _("Hilang"), "~": _("Berubah")}
"""How a line of a difference begins -> its word."""
ONE = {
    "member": _("anggota"), "node": _("simpul"), "subsystem": _("sistem"), "service": _("layanan"),
    "purpose": _("tujuan"), "agreement": _("kesepakatan"), "key": _("kunci"), "authority": _("otoritas sertifikat"),
}  # fmt: skip
FIELDS = {
    "name": _("nama"), "country": _("negara"), "member": _("anggota"), "host": _("alamat"), "port": _("pintu"),
    "protocols": _("protokol"), "application": _("nomor inventaris"), "title": _("judul"), "basis": _("dasar hukum"),
    "type": _("jenis"), "effect": _("akibat"), "nodes": _("simpul"), "endpoints": _("operasi"), "subject": _("tentang orang"),
    "description": _("penjelasan"), "stage": _("tahap"), "version": _("versi"), "consumer": _("peminta"),
    "service": _("layanan"), "purposes": _("tujuan"), "fields": _("data"), "since": _("sejak"), "until": _("sampai"),
    "quota": _("kuota per hari"), "persons": _("orang per hari"), "default_purpose": _("tujuan bawaan"),
    "needs_case": _("perlu urusan"), "needs_consent": _("perlu persetujuan"), "keep_days": _("hari disimpan"),
}  # fmt: skip
"""Names of the federation's fields, as the page says them."""
_FIELD = re.compile(r" (\w+)(?:=|: )")
_MOMENT = re.compile(r"\b1\d{12}\b")
MOST = 200
"""Lines of a difference on the page; the file holds all."""


def overview() -> dict[str, Any]:
    """Everything of the page."""
    federation, waiting = office.published(), office.waiting()
    lines = waiting.lines if waiting else []
    return {
        "federation": federation,
        "waits": [(KINDS[kind], number) for kind, number in publishing.waits().items() if number],
        "waiting": waiting,
        "lines": [readable(line) for line in lines[:MOST]],
        "more": max(0, len(lines) - MOST),
        "publications": Publication.objects.order_by("-number")[:10],
        "suspended": Suspension.objects.filter(ended=None).order_by("-since")[:50],
        "adoptable": federation is not None and not Publication.objects.exists(),
    }


def readable(line: str) -> tuple[Any, str, str]:
    """A line of trust/differences.py in three cells: what happens, to what, how; in the words of the page."""
    sign, _space, rest = line.partition(" ")
    kind, _space, rest = rest.partition(" ")
    name, _space, how = rest.partition("  ")
    if kind == "key":
        name, _until, moment = name.partition(" until ")
        how = gettext("sampai %(day)s") % {"day": words.day(int(moment))} if moment.isdecimal() else ""
    return SIGNS.get(sign, sign), f"{ONE.get(kind, kind)} {name}", _plain(how)


def _plain(how: str) -> str:
    """`name="Dukcapil" country="ID"` as `nama: Dukcapil; negara: ID`."""
    named = _FIELD.sub(lambda found: f"; {FIELDS[found[1]]}: " if found[1] in FIELDS else found[0], f" {how}")
    for before, after in (('","', ", "), ("[", ""), ("]", ""), ('"', ""), ("true", str(_("ya")))):
        named = named.replace(before, after)
    return _MOMENT.sub(lambda found: words.day(int(found[0])), named).strip("; ")
