"""What one agreement allows: its rules in the order in which they are asked, cheap ones first, signatures last."""

from __future__ import annotations

from terpadu.errors import Unverified
from terpadu.model import paths
from terpadu.policy import consent
from terpadu.policy.moments import moment
from terpadu.policy.rules import Claimed, Missing, Rule

HOME = "ID"
"""Country whose law this is: nodes and members elsewhere are abroad (UU PDP 27/2022 article 56)."""


def _agreement_suspended(q: Claimed) -> Missing:
    suspended = q.rights.suspended
    if not suspended or (q.name not in suspended and q.agreement.id not in suspended):
        return None
    return f"The agreement {q.name} is suspended; the office that suspended it can lift that."


def _begun(q: Claimed) -> Missing:
    if q.now >= q.agreement.since:
        return None
    return f"The agreement {q.name} begins at {moment(q.agreement.since)}."


def _ended(q: Claimed) -> Missing:
    if q.now < q.agreement.until:
        return None
    return f"The agreement {q.name} ended at {moment(q.agreement.until)}; ask for a new version."


def _endpoint(q: Claimed) -> Missing:
    verb, path = q.facts.verb, paths.normalised(q.facts.path)
    if path is None:
        return "Expected a path that reads in one way only: no `..`, `//`, `;`, backslash or doubly encoded mark."
    if not paths.names(q.service.endpoints, verb, path):
        return f"The service offers no {verb[:16]} at this path; listMethods says what it offers."
    if not paths.names(q.agreement.endpoints, verb, path):
        return f"The agreement {q.name} does not name {verb[:16]} at this path; allowedMethods says what it names."
    return None


def _fields(q: Claimed) -> Missing:
    if any(q.agreement.fields):
        return None
    return f"The agreement {q.name} names no field; its next version must name them."


def _purpose(q: Claimed) -> Missing:
    named = q.agreement.purposes
    if not q.purpose:
        return f"No purpose came and {q.name} has no default; send one of: {', '.join(named) or 'none is named'}."
    if q.purpose not in named:
        return f"{q.name} does not name the purpose meant; send one of: {', '.join(named) or 'none is named'}."
    registered = q.rights.purposes.get(q.purpose)
    if registered is None or not registered.basis.strip():
        return f"The purpose {q.purpose!r} stands in the register without a legal basis, or not at all; register it."
    return None


def _case(q: Claimed) -> Missing:
    if not q.agreement.needs_case or (q.facts.case or "").strip():
        return None
    return f"The agreement {q.name} asks for a case; send its reference in Terpadu-Case."


def _abroad(q: Claimed) -> Missing:
    if q.agreement.abroad:
        return None
    node = q.rights.nodes[q.facts.asker]
    if node.country == HOME and q.rights.members[node.member].country == HOME:
        return None
    return f"The asking node or its member stands abroad and {q.name} does not allow that (UU PDP article 56)."


def _key(q: Claimed) -> Missing:
    if q.facts.has_key or q.service.effect in ("safe", "best-effort"):
        return None
    return f"{q.service.id} has effects ({q.service.effect}): send an Idempotency-Key, the same one when repeating."


def _cohort(q: Claimed) -> Missing:
    share = q.agreement.share
    if share >= 1000 or (q.facts.share is not None and q.facts.share < share):
        return None
    return f"{q.service.id} is at stage {q.service.stage}: {q.name} admits {share} of 1000 persons, not this one yet."


def _quota(q: Claimed) -> Missing:
    if q.usage.calls(q.name, q.now) < q.agreement.quota:
        return None
    return f"The {q.agreement.quota} calls a day of {q.name} are used up; the day turns at midnight WIB."


def _persons(q: Claimed) -> Missing:
    if q.facts.who is None or q.usage.persons(q.name, q.facts.who, q.now) <= q.agreement.persons:
        return None
    return f"{q.name} lets {q.agreement.persons} distinct persons a day be asked about, and this is one more."


def _consent(q: Claimed) -> Missing:
    if not q.agreement.needs_consent:
        return None
    if not q.facts.consent:
        return f"The agreement {q.name} asks for the person's consent; send the receipt in Terpadu-Consent."
    try:
        given = consent.read_receipt(q.facts.consent)
    except Unverified as error:
        return error.sentence
    if not consent.is_signed(given, q.rights, q.now):
        return "The consent receipt is not signed by a consent key of this federation that was good when it began."
    lacking = consent.lacking(given.receipt, _use(q))
    return None if lacking is None else f"The consent does not cover this request: {lacking}."


def _use(q: Claimed) -> consent.Use:
    return consent.Use(
        person=q.facts.person,
        purpose=q.purpose,
        recipient=q.facts.consumer,
        fields=q.agreement.fields,
        agreement=q.name,
        now=q.now,
    )


def _withdrawn(q: Claimed) -> Missing:
    if not q.agreement.needs_consent or not q.rights.withdrawn:
        return None
    if not consent.is_withdrawn(consent.read_receipt(q.facts.consent or b""), q.rights):
        return None
    return "The person withdrew this consent; ask the person again, or stop asking."


AGREEMENT_RULES: tuple[Rule[Claimed], ...] = (
    Rule("agreement-suspended", "suspended", _agreement_suspended),
    Rule("begun", "not-yet", _begun),
    Rule("ended", "ended", _ended),
    Rule("endpoint", "endpoint", _endpoint),
    Rule("fields", "fields", _fields),
    Rule("purpose", "purpose", _purpose),
    Rule("case", "case", _case),
    Rule("abroad", "abroad", _abroad),
    Rule("key", "key-needed", _key),
    Rule("cohort", "cohort", _cohort),
    Rule("quota", "quota", _quota),
    Rule("persons", "persons", _persons),
    Rule("consent", "consent", _consent),
    Rule("withdrawn", "withdrawn", _withdrawn),
)
