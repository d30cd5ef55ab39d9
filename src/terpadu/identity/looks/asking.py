"""Every office that holds a journal is asked at once, with a deadline each; its last answer is kept, sealed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from terpadu.errors import Refused
from terpadu.exchange.client import Why
from terpadu.identity.looks.models import Answer
from terpadu.identity.models import Person
from terpadu.model.identifiers import ServiceId
from terpadu.pages.agencies import Agencies

FRESH = timedelta(seconds=20)
"""An answer this young is not asked for again: going to and fro between pages makes no new looks."""
SECONDS = 4.0
"""How long one office may take; the page then says that it has not answered."""
SUFFIX = "/getAccesses"


class Office(NamedTuple):
    """Where looks are asked: the service, and the names of the office and its system."""

    service: ServiceId
    purpose: str
    name: str
    system: str


def offices(agencies: Agencies) -> list[Office]:
    """All whose journals this portal may ask, by name. Raises `Refused` where the own node does not answer."""
    found = [
        Office(ServiceId(one["service"]), one["purposes"][0]["id"], one["office"], one["system"])
        for one in agencies.agreements()
        if one["service"].endswith(SUFFIX)
    ]
    return sorted(found, key=lambda office: (office.name, office.system))


def refresh(person: Person, agencies: Agencies) -> list[tuple[Office, Answer]]:
    """The answers of all offices, those asked anew that are no longer fresh."""
    everywhere = offices(agencies)
    known = {answer.service: answer for answer in Answer.objects.filter(person=person)}
    stale = [office for office in everywhere if not _is_fresh(known.get(office.service))]
    told = agencies.run(_ask_all(agencies, stale, person.nik or ""))
    for office, outcome in zip(stale, told, strict=True):
        known[office.service] = _keep(person, office, outcome)
    return [(office, known[office.service]) for office in everywhere]


def _is_fresh(answer: Answer | None) -> bool:
    return answer is not None and not answer.code and timezone.now() - answer.tried < FRESH


async def _ask_all(agencies: Agencies, offices: list[Office], nik: str) -> list[list[dict[str, Any]] | str]:
    return await asyncio.gather(*(_ask(agencies, office, nik) for office in offices))


async def _ask(agencies: Agencies, office: Office, nik: str) -> list[dict[str, Any]] | str:
    """The looks of one office, or the code that says why there are none."""
    try:
        async with asyncio.timeout(SECONDS):
            told = await agencies.put(office.service, {"nik": nik}, Why(purpose=office.purpose))
    except TimeoutError:
        return "peer-timeout"
    except Refused as error:
        return error.code
    return list(told.value["looks"])


def _keep(person: Person, office: Office, outcome: list[dict[str, Any]] | str) -> Answer:
    now = timezone.now()
    fields: dict[str, Any] = {"tried": now, "code": outcome if isinstance(outcome, str) else ""}
    if not isinstance(outcome, str):
        fields |= {"answered": now, "looks": outcome}
    answer, _ = Answer.objects.update_or_create(person=person, service=office.service, defaults=fields)
    return answer
