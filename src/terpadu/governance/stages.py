"""The life of an application, as one table: stage -> what may follow, and what each step needs. Printed into docs/reference.

The four gates are plan, take into use, change and end (Perpres 95/2018). Ending needs a solution design and a recommendation of
BPKP (Perpres 82/2023 pasal 6).
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from terpadu.errors import Refused


class Stage(models.TextChoices):
    """Where an application stands in its life."""

    REPORTED = "dilaporkan", _("Dilaporkan")
    PLANNED = "direncanakan", _("Direncanakan")
    IN_USE = "dipakai", _("Dipakai")
    CHANGING = "diubah", _("Sedang diubah")
    DROPPED = "batal", _("Batal dibangun")
    ENDED = "diakhiri", _("Diakhiri")


APPROVED = frozenset({Stage.PLANNED, Stage.IN_USE, Stage.CHANGING})
"""Stages in which an application may get a subsystem or a client identity."""


class Paper(models.TextChoices):
    """What a step may ask to be attached."""

    DESIGN = "rancangan-solusi", _("Rancangan solusi")
    BPKP = "rekomendasi-bpkp", _("Rekomendasi BPKP")
    READINESS = "berita-acara", _("Berita acara uji kelaikan")
    BUDGET = "rab", _("Rencana anggaran biaya (RAB)")


class Step(NamedTuple):
    """One step of the life: who may take it (`owner` or `reviewer`), and the papers that it needs."""

    name: str
    before: frozenset[Stage]
    after: Stage
    actor: str
    papers: tuple[Paper, ...] = ()


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("akui", frozenset({Stage.REPORTED}), Stage.IN_USE, "reviewer"),
        Step("pakai", frozenset({Stage.PLANNED}), Stage.IN_USE, "owner", (Paper.READINESS,)),
        Step("ubah", frozenset({Stage.IN_USE}), Stage.CHANGING, "owner"),
        Step("pakai-lagi", frozenset({Stage.CHANGING}), Stage.IN_USE, "owner", (Paper.READINESS,)),
        Step("batal", frozenset({Stage.PLANNED}), Stage.DROPPED, "owner"),
        Step("akhiri", frozenset({Stage.IN_USE, Stage.CHANGING}), Stage.ENDED, "owner", (Paper.DESIGN, Paper.BPKP)),
    )
}


def possible(stage: str) -> tuple[Step, ...]:
    """The steps that the table allows from here."""
    return tuple(step for step in STEPS.values() if stage in step.before)


def check_step(stage: str, name: str) -> Step:
    """Raises `Refused` where the table does not let this step follow."""
    step = STEPS.get(name)
    if step is None or stage not in step.before:
        raise Refused("business-rule", f"Expected a step that the stage {stage} allows, got {name!r}; see its page.")
    return step
