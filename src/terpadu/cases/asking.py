"""What is asked of agencies for a case: jobs, done side by side outside any transaction; their outcomes are settled inside one.

An act goes in three steps, so that a kill between any two has no second effect: wanted (facts gathered, body made), intended
(body and key committed), asked (the same key gets the same answer), settled.
"""

from __future__ import annotations

import asyncio
from typing import Any

from msgspec import Struct

from terpadu.clock import system_clock
from terpadu.errors import CODES, Refused
from terpadu.exchange.client import Told, Why
from terpadu.facts.gathering import Gathered, gather
from terpadu.identity.consent.carrying import LACKING, Carried
from terpadu.model.identifiers import ServiceId
from terpadu.pages.agencies import Agencies

SECONDS = 45.0
"""How long one job may take; the lease of a case is longer."""

AGAIN = frozenset(
    (
        *("peer-unreachable", "peer-timeout", "upstream-down", "upstream-retry", "upstream-quota", "upstream-auth"),
        *("upstream-garbage", "busy", "recovering", "log-unavailable", "in-doubt", "running", "quota", "persons"),
        *("trust-expired", "stale", "body-broken", "unbound-response", "internal", "halted", "suspended", "not-yet"),
        *LACKING,
    )
)
"""Nobody said no: asked again, with growing pauses; at once when the person agrees."""
NO = frozenset(("not-found", "mismatch", "business-rule"))
"""The system that owns the matter said no. Everything else is a fault of the arrangement, for people to mend."""
PEOPLE = frozenset(CODES) - AGAIN - NO


class Gather(Struct, frozen=True):
    """Facts are wanted: for an act, or (0) for the case."""

    act: int
    facts: tuple[str, ...]
    known: dict[str, Any]
    why: Why


class Ask(Struct, frozen=True):
    """An intended act is asked."""

    act: int
    service: ServiceId
    body: dict[str, Any]
    why: Why


class Found(Struct, frozen=True):
    """What gathering brought."""

    act: int
    gathered: Gathered


class Answered(Struct, frozen=True):
    """An act's answer."""

    act: int
    told: Told


class Failed(Struct, frozen=True):
    """Why there is no answer; `number` is the exchange that was refused."""

    act: int
    code: str
    sentence: str
    facts: tuple[str, ...] = ()
    number: str = ""


Job = Gather | Ask
Outcome = Found | Answered | Failed


def perform(jobs: list[Job], agencies: Agencies, carried: Carried) -> list[Outcome]:
    """All jobs of one case, side by side; each question carries the consent that it needs."""
    return agencies.run(_all(jobs, agencies, carried))


async def _all(jobs: list[Job], agencies: Agencies, carried: Carried) -> list[Outcome]:
    return list(await asyncio.gather(*(_one(job, agencies, carried) for job in jobs)))


async def _one(job: Job, agencies: Agencies, carried: Carried) -> Outcome:
    async def put(service: ServiceId, question: object, why: Why) -> Told:
        return await agencies.put(service, question, carried.why(service, why))

    try:
        async with asyncio.timeout(SECONDS):
            if isinstance(job, Gather):
                found = await gather(agencies.vocabulary, job.facts, job.known, job.why, put, system_clock)
                return Found(job.act, found)
            return Answered(job.act, await put(job.service, job.body, job.why))
    except TimeoutError:
        number, code, sentence = "", "peer-timeout", f"Expected an answer within {SECONDS:g} s; asked again later."
    except Refused as error:
        number, code, sentence = error.number, error.code, error.sentence
    return Failed(job.act, code, sentence, job.facts if isinstance(job, Gather) else (), number)
