"""What was decided of one message of a proven frame: everything that is recorded before anything is done."""

from __future__ import annotations

from typing import NamedTuple

from terpadu.errors import Refused
from terpadu.exchange.repetition import Verdict
from terpadu.journal.entries import Local
from terpadu.model.message import Decision, Message
from terpadu.signing.opening import OpenedRequest

NOT_KEPT = ""
UNMET: Verdict = "unmet"


class Decided(NamedTuple):
    """A message of a proven frame with what is to become of it: everything that is recorded before anything is done."""

    message: Message
    decision: Decision
    verdict: Verdict
    opened: OpenedRequest | None
    path: str
    key: str | None
    local: Local
    fault: Refused | None = None


def as_is(message: Message, decision: Decision, fault: Refused | None = None, verdict: Verdict = "new") -> Decided:
    """A message without an opened request: a query, a mark, or one that is refused for its form."""
    rule = decision.code or decision.rule
    return Decided(message, decision, verdict, None, "", None, Local(rule, None, None, NOT_KEPT), fault)


def kept(decision: Decision) -> str:
    """How many days the agreement keeps contents, as the local note says it."""
    days = decision.agreement.keep_days if decision.agreement and decision.yes else 0
    return str(days) if days else NOT_KEPT


def is_kept(one: Decided) -> bool:
    """Content is kept where the agreement says so, and under an idempotency key, until doubt can be resolved."""
    if one.opened is None or not one.decision.yes:
        return False
    return bool(one.local.kept) or one.opened.head.idem is not None
