"""A question in the words of the register: who gives what to whom, for what, on which basis, for how long."""

from __future__ import annotations

from typing import Any, NamedTuple

from terpadu.facts.vocabulary import Vocabulary
from terpadu.identity.consent.models import Ask
from terpadu.identity.consent.rules import about
from terpadu.identity.looks.rules import field_label
from terpadu.model.identifiers import ServiceId


class Giver(NamedTuple):
    """An office that would give data, and which."""

    office: str
    system: str
    fields: tuple[str, ...]


class Shown(NamedTuple):
    """What stands on the page beside the fixed sentences of article 21."""

    givers: tuple[Giver, ...]
    purpose: str
    basis: str
    number: int


def shown(question: Ask, agreements: list[dict[str, Any]], vocabulary: Vocabulary) -> Shown:
    """Put the question in words; what the register doesn't know keeps its own name."""
    found = about(question, agreements)
    givers = tuple(_giver(one, question, vocabulary) for one in found)
    known = {purpose["id"]: purpose for one in found for purpose in one["purposes"]}
    purpose = known.get(question.purpose, {"title": question.purpose, "basis": ""})
    return Shown(givers, purpose["title"], purpose["basis"], len(question.fields))


def _giver(agreement: dict[str, Any], question: Ask, vocabulary: Vocabulary) -> Giver:
    service = ServiceId(agreement["service"])
    named = [field for field in agreement["fields"] if field in question.fields]
    return Giver(
        agreement["office"], agreement["system"], tuple(field_label(service, field, vocabulary) for field in named)
    )
