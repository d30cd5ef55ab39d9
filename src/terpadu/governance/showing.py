"""What pages show: an entry's facts in groups, its history, the steps that this person may take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from terpadu.governance.history import KINDS
from terpadu.governance.inventory.columns import BY_FIELD, CODES
from terpadu.governance.models import Application, Proposal, Record
from terpadu.governance.roles import Standing
from terpadu.governance.stages import Paper, Stage, Step, possible
from terpadu.pages import words

STAGE_TAGS: dict[str, str] = {
    Stage.REPORTED: "waiting",
    Stage.PLANNED: "open",
    Stage.IN_USE: "done",
    Stage.CHANGING: "yours",
    Stage.DROPPED: "plain",
    Stage.ENDED: "blocked",
}
"""Stage -> kind of its tag."""
STEPS: dict[str, tuple[Any, Any]] = {
    "akui": (_("Akui aplikasi ini"), _("Aplikasi yang dilaporkan diakui sebagai aplikasi yang sudah dipakai.")),
    "pakai": (_("Mulai pakai"), _("Aplikasi yang direncanakan selesai diuji dan mulai dipakai.")),
    "ubah": (_("Mulai perubahan"), _("Aplikasi diubah; selama itu ia tetap dipakai.")),
    "pakai-lagi": (_("Selesaikan perubahan"), _("Perubahan selesai diuji dan dipakai.")),
    "batal": (_("Batalkan rencana"), _("Aplikasi yang direncanakan tidak jadi dibangun.")),
    "akhiri": (_("Akhiri aplikasi"), _("Perpres 82/2023 pasal 6 meminta rancangan solusi dan rekomendasi BPKP.")),
}
"""Step -> its button, and what it means."""


class Happening(NamedTuple):
    """A line of a history."""

    title: Any
    at: Any
    office: str
    name: str
    note: str
    changes: list[tuple[Any, Any, Any]]


def action_of(step: Step) -> str:
    """The action of the table of roles that a step is."""
    return "application.acknowledge" if step.actor == "reviewer" else "application.step"


def step_words(step: Step) -> dict[str, Any]:
    """A step for a page."""
    button, meaning = STEPS[step.name]
    return {"name": step.name, "button": button, "meaning": meaning}


def application(entry: Application, found: Standing) -> dict[str, Any]:
    """Everything of an entry's page."""
    inside = found.may("application.papers", entry.member)
    return {
        "entry": entry,
        "tag": STAGE_TAGS[entry.stage],
        "facts": [(BY_FIELD[field].label, _shown(entry, field)) for field in _FACTS if _shown(entry, field)],
        "codes": [(BY_FIELD[field].label, getattr(entry, field)) for field in CODES if getattr(entry, field)],
        "steps": [step_words(step) for step in possible(entry.stage) if found.may(action_of(step), entry.member)],
        "history": [happening(one, inside) for one in _newest(application=entry)],
        "papers": entry.papers.order_by("at") if inside else (),
        "may_edit": found.may("application.edit", entry.member),
    }


def happening(one: Record, inside: bool) -> Happening:
    """A line of a history; the person's name for those inside only."""
    name = one.by.get_full_name() if inside and one.by is not None else ""
    changed = [(BY_FIELD[field].label, *values) for field, values in one.changes.items() if field in BY_FIELD]
    office = {"perintah": _("perintah operator"), "": _("aturan gerbang")}.get(one.office, one.office)
    return Happening(KINDS[one.kind], one.at, str(office), name, one.note, changed)


def history(proposal: Proposal, inside: bool) -> list[Happening]:
    """What happened to a proposal, the newest first."""
    return [happening(one, inside) for one in _newest(proposal=proposal)]


def _newest(**about: Application | Proposal) -> Iterable[Record]:
    found: Iterable[Record] = Record.objects.filter(**about).select_related("by").order_by("-at", "-pk")
    return found


def paper_words(kind: str) -> str:
    """A paper's name."""
    return str(Paper(kind).label)


_FACTS = (
    "agency",
    "unit",
    "code",
    "kind",
    "users",
    "cost",
    "hosting",
    "since",
    "data",
    "personal",
    "interface",
    "interface_at",
)


def _shown(entry: Application, field: str) -> str:
    value = getattr(entry, field)
    if field == "cost" and value is not None:
        return words.rupiah(value)
    if field == "users" and value is not None:
        return words.count(value)
    display = getattr(entry, f"get_{field}_display", None)
    return str(display() if display else "" if value is None else value)
