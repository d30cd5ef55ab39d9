"""What the page of a proposal shows."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from terpadu.governance.gate import rules
from terpadu.governance.gate_states import STATES, State
from terpadu.governance.inventory.columns import BY_FIELD
from terpadu.governance.models import Interface, Proposal, Review
from terpadu.governance.overlap.texts import THRESHOLD, WEIGHTS
from terpadu.governance.roles import Standing, reviewers
from terpadu.governance.showing import history
from terpadu.governance.stages import Stage
from terpadu.pages import words

__all__ = ("STATES", "TAGS", "page")

TAGS: dict[str, str] = {
    State.HELD: "office",
    State.CONNECTING: "plain",
    State.REVIEWED: "waiting",
    State.CONTINUED: "done",
    State.STOPPED: "refused",
    State.WITHDRAWN: "plain",
}
"""State -> kind of its tag."""
PARTS = {"function": _("Fungsi"), "codes": _("Kode acuan"), "data": _("Data"), "name": _("Nama")}
"""Part of a score -> how it is called, in the order of their weight."""
_OPEN = (Interface.OPENAPI, Interface.SOAP, Interface.FILES, Interface.DATABASE)


class Part(NamedTuple):
    """A part of a score: per cent, None where one side says nothing."""

    label: Any
    percent: int | None


class Like(NamedTuple):
    """A similar application as the proposer was told."""

    told: dict[str, Any]
    score: float
    parts: list[Part]
    why: list[Any]
    stage: Any
    strong: bool


class Seat(NamedTuple):
    """A reviewing ministry, with its verdict where it has given one."""

    name: str
    review: Review | None
    itself: bool


def page(proposal: Proposal, found: Standing) -> dict[str, Any]:
    """Everything of a proposal's page."""
    inside = found.may("proposal.papers", proposal.member)
    owner = found.may("proposal.connect", proposal.member)
    following = STATES[State(proposal.state)]
    alike = [like(one) for one in proposal.found]
    return {
        "proposal": proposal,
        "tag": TAGS[proposal.state],
        "alike": alike,
        "best": alike[0] if alike and alike[0].strong else None,
        "threshold": THRESHOLD,
        "seats": seats(proposal),
        "facts": _facts(proposal),
        "exemption": getattr(proposal, "exemption", None),
        "history": history(proposal, inside),
        "papers": proposal.papers.order_by("at") if inside else (),
        "may_connect": owner and State.CONNECTING in following,
        "may_draft": owner and proposal.state == State.CONNECTING,
        "may_exempt": owner and State.REVIEWED in following,
        "may_withdraw": owner and State.WITHDRAWN in following,
        "may_review": bool(rules.ministries_of(proposal, found)),
        "seconds": proposal.answered / 1000,
    }


def like(told: dict[str, Any]) -> Like:
    """A similar application with the reasons why it matters."""
    parts = [Part(label, _percent(told["parts"].get(name))) for name, label in PARTS.items()]
    return Like(told, told["score"], parts, _why(told), Stage(told["stage"]).label, told["score"] >= THRESHOLD)


def seats(proposal: Proposal) -> list[Seat]:
    """Every reviewing ministry; the proposing one does not judge itself. Who has judged stays, also when settings change."""
    given = {one.member: one for one in proposal.reviews.all()}
    named = {one.member: one.ministry for one in given.values()} | reviewers()
    return [Seat(name, given.get(member), member == proposal.member) for member, name in named.items()]


def _facts(proposal: Proposal) -> list[tuple[Any, Any]]:
    shown = ("data", "service_code", "process_code", "data_code", "application_code")
    values = [
        ("users", words.count(proposal.users) if proposal.users else ""),
        ("personal", proposal.get_personal_display()),
    ]
    values += [(name, getattr(proposal, name)) for name in shown]
    return [(BY_FIELD[name].label, value) for name, value in values if value]


def _why(told: dict[str, Any]) -> list[Any]:
    """What the numbers mean for the proposer, the most telling first."""
    parts = told["parts"]
    reasons = []
    if parts.get("codes") == 1:
        reasons.append(_("Kode acuannya sama: arsitektur nasional menaruh keduanya di tempat yang sama."))
    if (parts.get("function") or 0) >= THRESHOLD:
        reasons.append(_("Melakukan hal yang serupa."))
    if (parts.get("data") or 0) >= THRESHOLD:
        reasons.append(_("Sudah menyimpan data yang serupa; membangun lagi berarti satu salinan lagi."))
    if told["interface"] in _OPEN:
        reasons.append(_("Punya antarmuka, jadi dapat dihubungkan."))
    return reasons


def _percent(share: float | None) -> int | None:
    return None if share is None else round(share * 100)


assert PARTS.keys() == WEIGHTS.keys()  # noqa: S101 - every part of a score has its word
