"""May this be done? The rules are asked in order and the first no wins; a yes names the agreement that it rests on.

Both nodes decide, each for itself from its own copy of the federation: the asking one spares a refusal's journey, the
answering one is the one that counts (ARCHITECTURE.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from terpadu.model.federation import Agreement, Service
from terpadu.model.identifiers import AgreementId
from terpadu.model.message import Decision, Facts
from terpadu.model.rights import Rights
from terpadu.policy.agreement_rules import AGREEMENT_RULES
from terpadu.policy.federation_rules import FEDERATION_RULES
from terpadu.policy.metaservices import is_open
from terpadu.policy.rules import Asked, Claimed, Rule
from terpadu.policy.standing import OF_THE_MOMENT, Known, Standing
from terpadu.policy.usage import Usage

BY_AGREEMENT = "by-agreement"
"""How a head says: the one default purpose of the agreement (protocol section 2)."""

_known = Known()
_ORDER = {rule.name: place for place, rule in enumerate(AGREEMENT_RULES)}


def decide(facts: Facts, rights: Rights, usage: Usage, now: int) -> Decision:
    """Yes or no at `now` (Unix ms), with the rule that said so. Neither counts the use nor raises."""
    asked = Asked(facts, rights, now)
    if (standing := _known.find(facts, rights, now)) is not None:
        return _asked_again(standing, asked, usage)
    for rule, code, check in FEDERATION_RULES:
        if missing := check(asked):
            return Decision(rule=rule, code=code, missing=missing, service=rights.services.get(facts.service))
    if is_open(facts.service):
        return Decision(rule="metaservice", code=None)
    service = rights.services[facts.service]
    agreements = _agreements(facts, rights)
    if not agreements:
        return _no_agreement(facts, service)
    decision = _best([_under(agreement, service, asked, usage) for agreement in agreements])
    if decision.yes and len(agreements) == 1:
        _known.add(facts, rights, _standing(decision, agreements[0], rights))
    return decision


def _standing(decision: Decision, agreement: Agreement, rights: Rights) -> Standing:
    moment = tuple([rule for rule in AGREEMENT_RULES if rule.name in OF_THE_MOMENT])
    return Standing(decision, agreement.since, min(agreement.until, rights.federation.expires), moment)


def _asked_again(standing: Standing, asked: Asked, usage: Usage) -> Decision:
    """What held before is a yes, unless a rule of the moment says no."""
    before = standing.decision
    if before.agreement is None or before.service is None:
        return before
    claimed = _claimed(before.agreement, before.service, asked, usage)
    no = _first_no(standing.moment, claimed)
    return before if no is None else _no(claimed, *no)


def _agreements(facts: Facts, rights: Rights) -> Sequence[Agreement]:
    """The agreement named; where none is named (a call of our own system), all between these two."""
    if facts.agreement is None:
        return rights.between.get((facts.consumer, facts.service), ())
    agreement = rights.agreements.get(AgreementId(facts.agreement))
    if agreement is None or agreement.consumer != facts.consumer or agreement.service != facts.service:
        return ()
    return (agreement,)


def _under(agreement: Agreement, service: Service, asked: Asked, usage: Usage) -> Decision:
    claimed = _claimed(agreement, service, asked, usage)
    no = _first_no(AGREEMENT_RULES, claimed)
    if no is not None:
        return _no(claimed, *no)
    rule = f"agreement {claimed.name}"
    return Decision(rule=rule, code=None, agreement=agreement, service=service, purpose=claimed.purpose)


def _claimed(agreement: Agreement, service: Service, asked: Asked, usage: Usage) -> Claimed:
    name, purpose = agreement.name, _purpose(asked.facts.purpose, agreement)
    return Claimed(asked.facts, asked.rights, usage, asked.now, service, agreement, name, purpose)


def _first_no(rules: Sequence[Rule[Claimed]], claimed: Claimed) -> tuple[str, str, str] | None:
    """The first rule that says no, its code, and what is missing."""
    for rule, code, check in rules:
        if missing := check(claimed):
            return rule, code, missing
    return None


def _no(claimed: Claimed, rule: str, code: str, missing: str) -> Decision:
    return Decision(
        rule=rule,
        code=code,
        missing=missing,
        agreement=claimed.agreement,
        service=claimed.service,
        purpose=claimed.purpose,
    )


def _purpose(sent: str | None, agreement: Agreement) -> str:
    """The purpose meant: none sent means the agreement's default, if it has one."""
    return agreement.default_purpose if sent is None or sent == BY_AGREEMENT else sent


def _best(decisions: Sequence[Decision]) -> Decision:
    """The first yes; else the no that came furthest, since it says best what is missing."""
    return max(decisions, key=lambda decision: len(_ORDER) if decision.yes else _ORDER[decision.rule])


def _no_agreement(facts: Facts, service: Service) -> Decision:
    named = "" if facts.agreement is None else f" of that name ({facts.agreement[:80]})"
    missing = f"No agreement{named} lets {facts.consumer} use {facts.service}; ask its office for one."
    return Decision(rule="agreement", code="no-agreement", missing=missing, service=service)
