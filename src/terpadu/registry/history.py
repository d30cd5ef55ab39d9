"""Write down what was done, and read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from terpadu.errors import BadInput
from terpadu.identity.models import Person
from terpadu.registry.models import Act
from terpadu.registry.roles import ACTIONS

if TYPE_CHECKING:
    from terpadu.pages.navigation import Words

SAID: dict[str, Words] = {
    "member.ask": _("mendaftarkan instansi"), "member.check": _("memeriksa pendaftaran"),
    "member.approve": _("menyetujui instansi"), "member.refuse": _("tidak menyetujui instansi"),
    "subsystem.ask": _("mendaftarkan sistem"), "subsystem.approve": _("menyetujui sistem"),
    "subsystem.refuse": _("tidak menyetujui sistem"), "node.ask": _("mendaftarkan simpul"),
    "node.approve": _("menyetujui simpul"), "node.refuse": _("tidak menyetujui simpul"),
    "service.describe": _("mengunggah versi"), "service.move": _("mengubah tahap versi"),
    "purpose.ask": _("mencatat tujuan"), "purpose.approve": _("menyetujui tujuan"),
    "template.make": _("menyusun templat"), "template.open": _("membuka templat"), "template.join": _("bergabung lewat templat"),
    "agreement.ask": _("meminta kesepakatan"), "agreement.review": _("mulai meninjau"),
    "agreement.approve": _("menyetujui kesepakatan"), "agreement.refuse": _("tidak menyetujui permintaan"),
    "agreement.end": _("mengakhiri kesepakatan"), "suspend.consumer": _("penangguhan oleh peminta"),
    "suspend.provider": _("penangguhan oleh penyedia"), "suspend.centre": _("penangguhan oleh pusat"),
    "halt": _("menghentikan peluncuran"), "publish.prepare": _("menyiapkan usulan"),
    "publish.sign": _("memasukkan tanda tangan"), "publish.publish": _("menerbitkan federasi"),
}  # fmt: skip
"""Action that is written down -> how a page says it."""


def record(action: str, what: str, person: Person | None, note: str = "") -> Act:
    """One act of the table of roles."""
    if action not in ACTIONS or action not in SAID:
        raise BadInput(f"Expected an action of registry.roles.ACTIONS with its words in SAID, got {action!r}.")
    return Act.objects.create(action=action, what=what, person=person, note=note[:2000])


def of(what: str) -> QuerySet[Act]:
    """All that was done to a thing, the newest first."""
    return Act.objects.filter(what=what).select_related("person").order_by("-at", "-pk")


def told(what: str, most: int = 30) -> list[tuple[Act, Words]]:
    """The newest of it, each with its words."""
    return [(act, SAID[act.action]) for act in of(what)[:most]]
