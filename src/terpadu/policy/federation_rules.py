"""May these two meet at all? The rules before any agreement is looked at, in the order in which they are asked."""

from __future__ import annotations

from terpadu.model.identifiers import SubsystemId, member_of, subsystem_of
from terpadu.model.message import Facts
from terpadu.model.rights import Rights
from terpadu.policy.metaservices import is_open
from terpadu.policy.moments import moment
from terpadu.policy.rules import Asked, Missing, Rule


def _trust(q: Asked) -> Missing:
    expires = q.rights.federation.expires
    if q.now < expires:
        return None
    return f"The federation known here expired at {moment(expires)}; let the node fetch a newer one."


def _asker(q: Asked) -> Missing:
    node = q.rights.nodes.get(q.facts.asker)
    if node is not None and node.member == q.facts.consumer.rpartition("/")[0]:
        return None
    return f"Expected a listed node of the member that owns {q.facts.consumer}, got {q.facts.asker}."


def _consumer(q: Asked) -> Missing:
    return _unlisted(q.facts.consumer, q.rights)


def _provider(q: Asked) -> Missing:
    return _unlisted(subsystem_of(q.facts.service), q.rights)


def _unlisted(subsystem: SubsystemId, rights: Rights) -> Missing:
    if subsystem in rights.subsystems and subsystem.rpartition("/")[0] in rights.members:
        return None
    return f"The federation lists no subsystem {subsystem}; check the name, or register it."


def _service(q: Asked) -> Missing:
    if q.facts.service in q.rights.services or is_open(q.facts.service):
        return None
    return f"The federation lists no service {q.facts.service}; listMethods says what its subsystem offers."


def _served(q: Asked) -> Missing:
    service = q.rights.services.get(q.facts.service)
    if service is None:
        return None  # a metaservice: whichever node stands beside the subsystem
    for node in service.nodes:
        if node in q.rights.nodes:
            return None
    return f"No listed node serves {q.facts.service}; its office must name one."


def _suspended(q: Asked) -> Missing:
    if not q.rights.suspended:
        return None
    for name in _names_of(q.facts):
        if name in q.rights.suspended:
            return f"{name} is suspended; the office that suspended it can lift that."
    service = q.rights.services.get(q.facts.service)
    if service is not None and q.rights.suspended.issuperset(service.nodes):
        return f"Every node that serves {service.id} is suspended; the office that did so can lift that."
    return None


def _names_of(facts: Facts) -> tuple[str, ...]:
    provider = subsystem_of(facts.service)
    asking = (facts.asker, facts.consumer, member_of(facts.consumer))
    return (*asking, facts.service, provider, member_of(provider))


def _halted(q: Asked) -> Missing:
    if q.facts.service not in q.rights.halted:
        return None
    return f"The launch of {q.facts.service} is halted; its office says when it goes on."


FEDERATION_RULES: tuple[Rule[Asked], ...] = (
    Rule("trust", "trust-expired", _trust),
    Rule("asker", "identity", _asker),
    Rule("consumer", "unknown-member", _consumer),
    Rule("provider", "unknown-member", _provider),
    Rule("service", "unknown-service", _service),
    Rule("served", "unknown-service", _served),
    Rule("suspended", "suspended", _suspended),
    Rule("halted", "halted", _halted),
)
