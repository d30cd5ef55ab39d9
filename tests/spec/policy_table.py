"""The truth table of policy: what is changed in the world of `policy_world`, and which rule answers with which code.

Each row is run as a test and printed into docs/reference/policy.md. A row without a code is a yes. Rows beside each
other differ by as little as can be: a millisecond, one person, one field.
"""

from __future__ import annotations

from typing import NamedTuple

from terpadu.model.federation import Agreement, Endpoint
from terpadu.model.identifiers import ServiceId
from tests.spec.policy_world import (
    AGREEMENT,
    ASKER,
    CONSUMER,
    EXPIRES,
    ISSUER,
    NEIGHBOUR,
    NOW,
    OTHER,
    SERVER,
    SERVICE,
    SINCE,
    UNTIL,
    WHO,
    Change,
    abroad,
    agreement,
    at,
    entry,
    facts,
    federation,
    halted,
    listed,
    receipt,
    revoked,
    service,
    suspended,
    turned_over,
    used,
    withdrawn,
    without,
)

YES = "agreement A1/1"
OTHERS = (b"1" * 16, b"2" * 16)


class Row(NamedTuple):
    """One row: in words, the changes, the rule that answers, its code (None: yes), and why it is so."""

    words: str
    changes: tuple[Change, ...]
    rule: str
    code: str | None
    why: str


def no(words: str, rule: str, code: str, why: str, *changes: Change) -> Row:
    """A row that refuses."""
    return Row(words, changes, rule, code, why)


def yes(words: str, why: str, *changes: Change, rule: str = YES) -> Row:
    """A row that allows."""
    return Row(words, changes, rule, None, why)


def second(**change: object) -> tuple[Agreement, Agreement]:
    """The agreement, and a second one between the same two that differs from it."""
    from msgspec.structs import replace

    return AGREEMENT, replace(AGREEMENT, **({"id": "A2"} | change))


META = ServiceId("ID/GOV/9/pop/listMethods")
NO_CONSENT = agreement(needs_consent=False)
UNNAMED = facts(agreement=None)

TRUST = "a node serves on its last good copy for 7 days, not longer"
OWN = "a node speaks for its own member only"
LISTED = "only what the federation lists exists"
TAKEN = "a right taken away by anyone who may, is gone"
SHOWN = "says what is on offer, names no person"
LIMITED = "UU PDP art. 16, 27: limited and specific"
EMPTY = "emptiness refuses"
BASIS = "UU PDP art. 20: a legal basis"
CONSENT = "UU PDP art. 20-24: explicit, for one purpose, provable"

FEDERATION_ROWS = (
    yes("the request as it stands", "everything fits"),
    no("the federation expires this millisecond", "trust", "trust-expired", TRUST, at(EXPIRES),
       agreement(until=EXPIRES + 1), facts(consent=receipt(until=EXPIRES + 1))),
    yes("a millisecond before the federation expires", TRUST, at(EXPIRES - 1), agreement(until=EXPIRES),
        facts(consent=receipt(until=EXPIRES))),
    no("another member's node asks", "asker", "identity", OWN, facts(asker=SERVER)),
    no("an unlisted node asks", "asker", "identity", OWN, facts(asker="ID/GOV/1/n2")),
    no("a node of a member whose name only begins alike", "asker", "identity", OWN, facts(consumer="ID/GOV/12/app")),
    no("the asking subsystem is not listed", "consumer", "unknown-member", LISTED, without("subsystems", CONSUMER)),
    no("the asking member is not listed", "consumer", "unknown-member", LISTED, without("members", "ID/GOV/1")),
    no("the providing subsystem is not listed", "provider", "unknown-member", LISTED,
       without("subsystems", "ID/GOV/9/pop")),
    no("the providing member is not listed", "provider", "unknown-member", LISTED, without("members", "ID/GOV/9")),
    no("the service is not listed", "service", "unknown-service", LISTED, federation(services=())),
    no("no node serves the service", "served", "unknown-service", EMPTY, service(nodes=())),
    no("only an unlisted node serves it", "served", "unknown-service", LISTED, service(nodes=("ID/GOV/9/n9",))),
    *(no(f"suspended: {words}", "suspended", "suspended", TAKEN, suspended(what)) for words, what in (
        ("the asking member", "ID/GOV/1"), ("the asking node", ASKER), ("the asking subsystem", CONSUMER),
        ("the providing member", "ID/GOV/9"), ("the providing subsystem", "ID/GOV/9/pop"), ("the service", SERVICE),
        ("the only serving node", SERVER))),
    no("suspended: the agreement's version", "agreement-suspended", "suspended", TAKEN, suspended("A1/1")),
    no("suspended: the agreement", "agreement-suspended", "suspended", TAKEN, suspended("A1")),
    yes("suspended: a neighbour", TAKEN, suspended(OTHER)),
    yes("suspended: one of two serving nodes", TAKEN, suspended(SERVER),
        service(nodes=(SERVER, ASKER))),
    no("the launch is halted", "halted", "halted", "a launch can be stopped at once", halted),
    yes("a metaservice, without any agreement", SHOWN, facts(service=META, agreement=None), federation(agreements=()),
        rule="metaservice"),
    no("a metaservice of an unlisted subsystem", "provider", "unknown-member", LISTED,
       facts(service="ID/GOV/9/none/listMethods")),
    no("a metaservice for a suspended member", "suspended", "suspended", TAKEN, facts(service=META),
       suspended("ID/GOV/1")),
    no("who looked at a person's data, without agreement", "service", "unknown-service",
       "reserved, yet about persons", facts(service="ID/GOV/9/pop/getAccesses")),
)  # fmt: skip

AGREEMENT_ROWS = (
    no("no agreement exists", "agreement", "no-agreement", EMPTY, federation(agreements=())),
    no("no agreement exists and none is named", "agreement", "no-agreement", EMPTY, federation(agreements=()), UNNAMED),
    no("the agreement named does not exist", "agreement", "no-agreement", LISTED, facts(agreement="A1/2")),
    no("the agreement is named without its version", "agreement", "no-agreement", "a version is what was signed",
       facts(agreement="A1")),
    no("another subsystem of the same member asks", "agreement", "no-agreement",
       "a right is a subsystem's, not its office's", facts(consumer=OTHER)),
    no("the agreement is for another service", "agreement", "no-agreement", LIMITED, agreement(service=META)),
    yes("none is named: the one that fits answers", "an unchanged X-Road client names none", UNNAMED),
    yes("none is named: of two, the one that fits answers", "an unchanged X-Road client names none", UNNAMED,
        federation(agreements=second(purposes=("pindah",))[::-1])),
    no("none is named and none fits: the nearest answers", "quota", "quota", "it says best what is missing", UNNAMED,
       federation(agreements=second(until=NOW)), used(WHO, WHO, WHO)),
    no("a millisecond before it begins", "begun", "not-yet", "validity", at(SINCE - 1),
       facts(consent=receipt(since=SINCE - 1))),
    yes("the millisecond in which it begins", "validity", at(SINCE), facts(consent=receipt(since=SINCE))),
    yes("the last millisecond", "validity", at(UNTIL - 1), facts(consent=receipt(until=UNTIL))),
    no("the millisecond in which it ends", "ended", "ended", "validity", at(UNTIL),
       facts(consent=receipt(until=UNTIL + 1))),
    no("a method that the agreement does not name", "endpoint", "endpoint", LIMITED, facts(verb="GET")),
    no("a method that the service does not offer", "endpoint", "endpoint", LIMITED, facts(verb="DELETE")),
    no("a path that the agreement does not name", "endpoint", "endpoint", LIMITED,
       facts(verb="GET", path="/person/7/secret")),
    no("a path that the service does not offer", "endpoint", "endpoint", LIMITED, agreement(
        endpoints=(Endpoint("*", "**"),)), facts(path="/other")),
    no("a path out of what is named, encoded", "endpoint", "endpoint", "attack A23: traversal",
       facts(verb="GET", path="/person/%2e%2e/secret/card")),
    yes("a path by pattern", "X-Road's patterns", facts(verb="GET", path="/person/7/card")),
    yes("any method, any path named", "X-Road's patterns", agreement(endpoints=(Endpoint("*", "**"),))),
    no("no endpoint named", "endpoint", "endpoint", EMPTY, agreement(endpoints=())),
    no("the service offers no endpoint", "endpoint", "endpoint", EMPTY, service(endpoints=())),
    no("no field named", "fields", "fields", EMPTY, agreement(fields=())),
    no("only an empty field named", "fields", "fields", EMPTY, agreement(fields=("",))),
    yes("one field named", LIMITED, agreement(fields=("nama",))),
    no("an agreement without purposes", "purpose", "purpose", EMPTY, agreement(purposes=())),
    no("no purpose, and no default", "purpose", "purpose", LIMITED, facts(purpose=None), agreement(default_purpose="")),
    yes("no purpose, but a default", "an unchanged X-Road client sends none", facts(purpose=None)),
    yes("`by-agreement`", "the default purpose, signed as such", facts(purpose="by-agreement")),
    no("`by-agreement`, but the default is not among its purposes", "purpose", "purpose", LIMITED,
       facts(purpose="by-agreement"), agreement(default_purpose="lain")),
    no("an empty purpose", "purpose", "purpose", EMPTY, facts(purpose="")),
    no("a purpose that nobody registered", "purpose", "purpose", BASIS, facts(purpose="iseng"),
       agreement(purposes=("iseng",))),
    no("a purpose registered without a basis", "purpose", "purpose", BASIS, facts(purpose="tanpa-dasar"),
       agreement(purposes=("tanpa-dasar",))),
    no("a registered purpose that the agreement does not name", "purpose", "purpose", LIMITED, facts(purpose="pindah"),
       agreement(purposes=("akta-lahir",))),
    yes("another purpose of the agreement", LIMITED, facts(purpose="pindah", consent=receipt(purpose="pindah"))),
    no("no case where one is needed", "case", "case", LIMITED, facts(case=None)),
    no("a blank case", "case", "case", EMPTY, facts(case=" ")),
    yes("no case where none is needed", LIMITED, facts(case=None), agreement(needs_case=False)),
    no("the asking node stands abroad", "abroad", "abroad", "UU PDP art. 56", abroad("nodes", ASKER)),
    no("the asking member is from abroad", "abroad", "abroad", "UU PDP art. 56", abroad("members", "ID/GOV/1")),
    yes("abroad, and the agreement allows it", "UU PDP art. 56", abroad("nodes", ASKER), agreement(abroad=True)),
    no("no idempotency key for a service of class keyed", "key", "key-needed", "never two effects",
       service(effect="keyed")),
    no("no idempotency key for a service of class tx", "key", "key-needed", "never two effects", service(effect="tx")),
    yes("a key for a service of class keyed", "never two effects", service(effect="keyed"), facts(has_key=True)),
    yes("a key for a service of class tx", "never two effects", service(effect="tx"), facts(has_key=True)),
    yes("no key for a service of class best-effort", "it promises nothing", service(effect="best-effort")),
    no("the person's place is outside the cohort", "cohort", "cohort", "launch in stages", agreement(share=50),
       facts(share=50)),
    yes("the person's place is the last inside the cohort", "launch in stages", agreement(share=50), facts(share=49)),
    no("a cohort, and no person to place", "cohort", "cohort", EMPTY, agreement(share=999)),
    no("a cohort of nobody", "cohort", "cohort", EMPTY, agreement(share=0), facts(share=0)),
    yes("everybody, without a place", "launch in stages", agreement(share=1000)),
    no("the quota is used up", "quota", "quota", "a daily quota", used(WHO, WHO, WHO)),
    yes("one call of the quota is left", "a daily quota", used(WHO, WHO)),
    no("a quota of none", "quota", "quota", EMPTY, agreement(quota=0)),
    no("one person more than the ceiling", "persons", "persons", "against combing through persons", used(*OTHERS)),
    yes("a person already asked about, at the ceiling", "the same person again is nobody new", used(WHO, OTHERS[0])),
    yes("the last person under the ceiling", "against combing through persons", used(OTHERS[0], OTHERS[0])),
    no("a ceiling of none", "persons", "persons", EMPTY, agreement(persons=0)),
    yes("no person in the request: the ceiling is silent", "nobody is counted", facts(who=None), used(*OTHERS)),
)  # fmt: skip

THIEF = entry("ID/GOV/1/consent", 6)
CONSENT_ROWS = (
    no("no consent where one is needed", "consent", "consent", CONSENT, facts(consent=None)),
    yes("no consent where none is needed", BASIS, facts(consent=None), NO_CONSENT),
    no("consent of another person", "consent", "consent", CONSENT, facts(consent=receipt(person=NEIGHBOUR))),
    no("the request names no person", "consent", "consent", CONSENT, facts(person=None)),
    no("consent for another purpose", "consent", "consent", CONSENT, facts(consent=receipt(purpose="pindah"))),
    no("consent for another consumer", "consent", "consent", CONSENT, facts(consent=receipt(recipient=OTHER))),
    no("the agreement's fields go beyond the consent", "consent", "consent", CONSENT,
       facts(consent=receipt(fields=("nama",)))),
    yes("the consent names more fields than the agreement", "the agreement cuts", facts(
        consent=receipt(fields=("alamat", "nama", "telepon")))),
    no("consent for another agreement", "consent", "consent", CONSENT, facts(consent=receipt(agreement="A2"))),
    no("consent for another version", "consent", "consent", CONSENT, facts(consent=receipt(agreement="A1/2"))),
    yes("consent for this version only", CONSENT, facts(consent=receipt(agreement="A1/1"))),
    yes("consent for this agreement in any version", CONSENT, facts(consent=receipt(agreement="A1"))),
    no("the millisecond in which the consent ends", "consent", "consent", CONSENT, facts(consent=receipt(until=NOW))),
    yes("the consent's last millisecond", CONSENT, facts(consent=receipt(until=NOW + 1))),
    no("consent of the future, beyond the clocks' tolerance", "consent", "consent", CONSENT,
       facts(consent=receipt(since=NOW + 60_001, until=UNTIL))),
    yes("consent given by a clock 60 s ahead", "protocol section 8: tolerance",
        facts(consent=receipt(since=NOW + 60_000, until=UNTIL))),
    no("forged: signed by the consumer's own key", "consent", "consent", CONSENT,
       facts(consent=receipt(signed_by=THIEF, number=6))),
    no("forged: the listed name, another key", "consent", "consent", CONSENT, facts(consent=receipt(number=6))),
    no("forged: a copied id in a receipt of one's own", "consent", "consent", CONSENT,
       facts(consent=receipt(signed_by=THIEF, number=6, id="c-1", person=NEIGHBOUR))),
    no("copied: another person's whole receipt", "consent", "consent", CONSENT, facts(person=NEIGHBOUR)),
    no("signed by a listed key of another use", "consent", "consent", "one key, one use",
       listed(entry(ISSUER, 5, "frame"))),
    no("signed by a key that had ended when the consent began", "consent", "consent", CONSENT,
       listed(entry(ISSUER, 5, until=NOW - 60_000))),
    yes("signed by a key that ended since", "a consent outlives its key's term", listed(entry(ISSUER, 5, until=NOW))),
    no("signed by a key that is revoked from now on", "consent", "consent", "a thief could date back", revoked(NOW)),
    yes("signed by a key that is revoked from the next millisecond on", CONSENT, revoked(NOW + 1)),
    no("not a receipt", "consent", "consent", CONSENT, facts(consent=b"c-1")),
    no("base64 with a blank more", "consent", "consent", "one form", facts(consent=receipt() + b" ")),
    no("the person withdrew it", "withdrawn", "withdrawn", "UU PDP art. 40", withdrawn(receipt())),
    no("withdrawn, and its signature turned over", "withdrawn", "withdrawn", "a withdrawal names what was signed",
       withdrawn(receipt()), facts(consent=turned_over(receipt()))),
    yes("another receipt was withdrawn", "UU PDP art. 40", withdrawn(receipt(id="c-2"))),
)  # fmt: skip

SECTIONS = {
    "May these two meet at all?": FEDERATION_ROWS,
    "What the agreement allows": AGREEMENT_ROWS,
    "Consent": CONSENT_ROWS,
}
ROWS = tuple(row for rows in SECTIONS.values() for row in rows)
