"""What happened to applications and proposals: written beside every change, in its transaction."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from terpadu.errors import BadInput
from terpadu.governance.models import Application, Proposal, Record
from terpadu.identity.models import Person

KINDS: dict[str, Any] = {
    "imported": _("Dicatat dari berkas"),
    "updated": _("Diperbarui dari berkas"),
    "edited": _("Diubah"),
    "described": _("Uraian antarmuka diunggah"),
    "akui": _("Diakui penilai"),
    "pakai": _("Mulai dipakai"),
    "ubah": _("Mulai diubah"),
    "pakai-lagi": _("Dipakai lagi"),
    "batal": _("Batal dibangun"),
    "akhiri": _("Diakhiri"),
    "planned": _("Masuk rencana"),
    "proposed": _("Diusulkan"),
    "held": _("Belum dilanjutkan: ada yang mirip, atau pengecualian belum diminta"),
    "connects": _("Menghubungkan yang ada"),
    "drafted": _("Sambungan awal diunduh"),
    "exemption": _("Pengecualian diminta"),
    "reviewed": _("Dinilai"),
    "continued": _("Dilanjutkan"),
    "stopped": _("Tidak dilanjutkan"),
    "withdrawn": _("Ditarik kembali"),
}
"""What can happen -> how it is called."""


class Actor(NamedTuple):
    """Who acts, and for which member. Nobody and `perintah` for the operator's command."""

    person: Person | None
    office: str


COMMAND = Actor(None, "perintah")


def note(
    kind: str, actor: Actor, thing: Application | Proposal, note: str = "", changes: dict[str, list[Any]] | None = None
) -> Record:
    """A record that is not saved yet: for many at once. Raises `BadInput` for a kind that is not in the table."""
    if kind not in KINDS:
        raise BadInput(f"Expected a kind of record out of {', '.join(KINDS)}; got {kind!r}.")
    about = {"application": thing} if isinstance(thing, Application) else {"proposal": thing}
    return Record(kind=kind, by=actor.person, office=actor.office, note=note, changes=changes or {}, **about)


def record(
    kind: str,
    actor: Actor,
    thing: Application | Proposal,
    reason: str = "",
    changes: dict[str, list[Any]] | None = None,
) -> None:
    """Write one."""
    note(kind, actor, thing, reason, changes).save()
