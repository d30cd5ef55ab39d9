"""The lives of what the registry keeps, a table each: state -> what may follow. Printed into docs/reference/registry-states.md.

Nothing changes its state but `move`, which refuses what the table does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from terpadu.registry.refusals import no


class Joining(models.TextChoices):
    """A member, subsystem, node or purpose on its way into the federation."""

    ASKED = "diminta", _("Menunggu pemeriksaan")
    CHECKED = "diperiksa", _("Menunggu persetujuan kedua")
    APPROVED = "disetujui", _("Disetujui, menunggu terbit")
    LISTED = "terdaftar", _("Terdaftar")
    REFUSED = "tidak-disetujui", _("Tidak disetujui")


class Life(models.TextChoices):
    """A version of a service."""

    DRAFT = "rancangan", _("Rancangan")
    TRIAL = "uji-coba", _("Uji coba")
    PUBLISHED = "terbit", _("Terbit")
    DEPRECATED = "akan-berakhir", _("Akan berakhir")
    RETIRED = "berakhir", _("Berakhir")


class Deal(models.TextChoices):
    """An agreement."""

    REQUESTED = "diminta", _("Diminta")
    REVIEW = "ditinjau", _("Ditinjau penyedia")
    APPROVED = "disetujui", _("Disetujui, menunggu terbit")
    IN_FORCE = "berlaku", _("Berlaku")
    SUSPENDED = "ditangguhkan", _("Ditangguhkan")
    REFUSED = "tidak-disetujui", _("Tidak disetujui")
    ENDED = "berakhir", _("Berakhir")


Table = Mapping[str, frozenset[str]]

MEMBER: Table = {
    Joining.ASKED: frozenset({Joining.CHECKED, Joining.REFUSED}),
    Joining.CHECKED: frozenset({Joining.APPROVED, Joining.REFUSED}),
    Joining.APPROVED: frozenset({Joining.LISTED}),
    Joining.LISTED: frozenset(),
    Joining.REFUSED: frozenset({Joining.ASKED}),
}
"""A member: two operators look, one after the other; who was refused may ask again."""

PART: Table = {
    Joining.ASKED: frozenset({Joining.APPROVED, Joining.REFUSED}),
    Joining.APPROVED: frozenset({Joining.LISTED}),
    Joining.LISTED: frozenset(),
    Joining.REFUSED: frozenset(),
}
"""A subsystem, node or purpose: one asks, another approves."""

VERSION: Table = {
    Life.DRAFT: frozenset({Life.TRIAL, Life.PUBLISHED, Life.RETIRED}),
    Life.TRIAL: frozenset({Life.PUBLISHED, Life.RETIRED}),
    Life.PUBLISHED: frozenset({Life.DEPRECATED, Life.RETIRED}),
    Life.DEPRECATED: frozenset({Life.PUBLISHED, Life.RETIRED}),
    Life.RETIRED: frozenset(),
}
"""A service's version. The first is tried before it is published; a later one that breaks nobody may take its place at once."""

AGREEMENT: Table = {
    Deal.REQUESTED: frozenset({Deal.REVIEW, Deal.ENDED}),
    Deal.REVIEW: frozenset({Deal.APPROVED, Deal.REFUSED, Deal.ENDED}),
    Deal.APPROVED: frozenset({Deal.IN_FORCE, Deal.ENDED}),
    Deal.IN_FORCE: frozenset({Deal.SUSPENDED, Deal.ENDED}),
    Deal.SUSPENDED: frozenset({Deal.IN_FORCE, Deal.ENDED}),
    Deal.REFUSED: frozenset(),
    Deal.ENDED: frozenset(),
}

LIVE = frozenset({Life.TRIAL, Life.PUBLISHED, Life.DEPRECATED})
"""A version that can be asked."""
COUNTING = frozenset({Deal.APPROVED, Deal.IN_FORCE, Deal.SUSPENDED})
"""An agreement whose consumer relies on the service."""
IN_FEDERATION = frozenset({Deal.IN_FORCE, Deal.SUSPENDED})


class Drawn(NamedTuple):
    """A table with its words, for the reference."""

    title: str
    labels: type[models.TextChoices]
    table: Table
    first: str


TABLES = (
    Drawn("Member", Joining, MEMBER, Joining.ASKED),
    Drawn("Subsystem, node, purpose", Joining, PART, Joining.ASKED),
    Drawn("Version of a service", Life, VERSION, Life.DRAFT),
    Drawn("Agreement", Deal, AGREEMENT, Deal.REQUESTED),
)


def can_move(table: Table, before: str, after: str) -> bool:
    """Does the table hold this step?"""
    return after in table[before]


def move(row: Any, table: Table, after: str) -> None:
    """Set the row's state. Raises `Refused` where the table does not hold the step; saving is the caller's."""
    if not can_move(table, row.state, after):
        raise no("step")
    row.state = after
