"""The states of a proposal, as one table: state -> what may follow. Printed into docs/reference.

A proposal is held from its first moment. It goes on only by an exemption that the reviewing ministries agree to.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from terpadu.errors import Refused


class State(models.TextChoices):
    """Where a proposal stands."""

    HELD = "ditahan", _("Belum dilanjutkan")
    CONNECTING = "menghubungkan", _("Menghubungkan yang ada")
    REVIEWED = "dinilai", _("Pengecualian dinilai")
    CONTINUED = "dilanjutkan", _("Dilanjutkan")
    STOPPED = "tidak-dilanjutkan", _("Tidak dilanjutkan")
    WITHDRAWN = "ditarik", _("Ditarik kembali")


STATES: dict[State, frozenset[State]] = {
    State.HELD: frozenset({State.CONNECTING, State.REVIEWED, State.WITHDRAWN}),
    State.CONNECTING: frozenset({State.REVIEWED, State.WITHDRAWN}),
    State.REVIEWED: frozenset({State.CONTINUED, State.STOPPED, State.WITHDRAWN}),
    State.CONTINUED: frozenset(),
    State.STOPPED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


def check_may_follow(now: str, then: State) -> None:
    """Raises `Refused` where the table does not let `then` follow `now`; nothing follows a decision."""
    if then not in STATES[State(now)]:
        raise Refused(
            "business-rule", f"Expected a step that the proposal allows; it is {now}, and {then.value} cannot follow."
        )
