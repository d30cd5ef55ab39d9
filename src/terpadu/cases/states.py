"""The states of a case, as one table: state -> what may follow. Printed into docs/reference, tested for completeness."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from terpadu.errors import Refused


class State(models.TextChoices):
    """Where a case stands."""

    DRAFT = "draft", _("Belum dikirim")
    SENT = "sent", _("Terkirim")
    RUNNING = "running", _("Diproses")
    DELAYED = "delayed", _("Menunggu sistem instansi")
    WAITING_PERSON = "waiting_person", _("Menunggu Anda")
    WAITING_OFFICE = "waiting_office", _("Menunggu instansi")
    DECIDED = "decided", _("Sudah diputuskan")
    OBJECTED = "objected", _("Dalam sanggah")
    CLOSED = "closed", _("Selesai")
    WITHDRAWN = "withdrawn", _("Ditarik kembali")


class Row(NamedTuple):
    """Whose turn it is in a state (`person`, `office`, `system`, `nobody`), and which states may follow."""

    turn: str
    following: frozenset[State]


_AT_WORK = frozenset({State.RUNNING, State.DELAYED, State.WAITING_PERSON, State.WAITING_OFFICE})
_ENDS = frozenset({State.DECIDED, State.WITHDRAWN})

STATES: dict[State, Row] = {
    State.DRAFT: Row("person", frozenset({State.SENT, State.WITHDRAWN})),
    State.SENT: Row("system", frozenset({State.RUNNING, State.WITHDRAWN})),
    **{
        state: Row(turn, (_AT_WORK - {state}) | _ENDS)
        for state, turn in (
            (State.RUNNING, "system"),
            (State.DELAYED, "system"),
            (State.WAITING_PERSON, "person"),
            (State.WAITING_OFFICE, "office"),
        )
    },
    State.DECIDED: Row("nobody", frozenset({State.OBJECTED, State.CLOSED})),
    State.OBJECTED: Row("office", frozenset({State.DECIDED, State.RUNNING})),
    State.CLOSED: Row("nobody", frozenset()),
    State.WITHDRAWN: Row("nobody", frozenset()),
}
OPEN = tuple(state for state, row in STATES.items() if row.following)
"""States in which something may still happen."""


def check_may_follow(now: str, then: str) -> None:
    """Raises `Refused` where the table does not let `then` follow `now`."""
    if State(then) not in STATES[State(now)].following:
        raise Refused("business-rule", f"Expected a step that the case allows; it is {now}, and {then} cannot follow.")
