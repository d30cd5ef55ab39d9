"""One question to one system: within its budget, circuit, limits and deadline; then cut to the agreement."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from terpadu import crash
from terpadu.clock import Clock, system_clock
from terpadu.connectors.budget import Budget
from terpadu.connectors.circuit import Circuit
from terpadu.connectors.connector import Connector
from terpadu.connectors.deadline import Deadline
from terpadu.connectors.description import Limits
from terpadu.connectors.errors import crowded, unanswered
from terpadu.connectors.gate import Gate
from terpadu.connectors.mapping import cut_answer
from terpadu.errors import Refused
from terpadu.model.identifiers import ServiceId, SubsystemId
from terpadu.model.message import Admitted, Answer

FAILS = {"upstream-down", "outcome-unknown"}
"""The codes that count against a system's circuit: it did not answer."""
ANSWERED = {"not-found", "mismatch", "business-rule", "upstream-auth", "upstream-retry", "upstream-garbage"}
"""The codes that speak for it: it did. Any other says nothing about the system, for it was not asked."""


class Place(NamedTuple):
    """A system with what guards it."""

    subsystem: SubsystemId
    name: str
    connector: Connector
    limits: Limits
    budget: Budget
    circuit: Circuit


class Connectors:
    """All systems of a node, by service."""

    def __init__(self, places: Mapping[ServiceId, Place], clock: Clock = system_clock) -> None:
        self._places = dict(places)
        self._gates = {place.subsystem: Gate(place.limits.concurrency) for place in places.values()}
        self._clock = clock

    @property
    def services(self) -> tuple[ServiceId, ...]:
        """What the files describe."""
        return tuple(self._places)

    async def ask(self, admitted: Admitted) -> Answer:
        """Ask the system behind the service; the answer holds the agreed fields only. Raises Refused."""
        place = self._place(admitted.service.id)
        seconds = self._seconds(place, admitted)
        crash.point("p5")
        answer = await self._guarded(place, admitted, seconds)
        crash.point("p6")
        cut = cut_answer(answer, admitted.fields)
        crash.point("p7")
        return cut

    async def check(self) -> list[tuple[str, str, str]]:
        """For `terpadu doctor`: each system's name, the code of its illness (empty: healthy) and a sentence."""
        return [await _checked(place) for place in self._systems()]

    async def close(self) -> None:
        """Let go of every system."""
        for place in self._systems():
            await place.connector.close()

    def _systems(self) -> list[Place]:
        return list({place.subsystem: place for place in self._places.values()}.values())

    def _place(self, service: ServiceId) -> Place:
        place = self._places.get(service)
        if place is None:
            raise Refused("unknown-service", f"Expected a service that a connector describes, got {service}.")
        return place

    def _seconds(self, place: Place, admitted: Admitted) -> float:
        seconds = (admitted.until - self._clock()) / 1000
        if seconds <= 0:
            raise Refused("stale", f"Expected time left to ask {place.name}, but the deadline has passed; ask again.")
        return min(seconds, place.limits.seconds)

    async def _guarded(self, place: Place, admitted: Admitted, seconds: float) -> Answer:
        place.circuit.enter()
        gate = self._gates[place.subsystem]
        entered = gate.try_enter()
        try:
            with Deadline(seconds):
                if not entered:
                    await gate.enter()
                    entered = True
                place.budget.spend()
                answer = await place.connector.ask(admitted)
        except TimeoutError as error:
            (place.circuit.failed if entered else place.circuit.left)()
            raise (unanswered if entered else crowded)(place.name, seconds, admitted) from error
        except Refused as refusal:
            _told(place.circuit, refusal.code)
            raise
        except BaseException:
            place.circuit.left()
            raise
        finally:
            if entered:
                gate.leave()
        place.circuit.worked()
        return answer


def _told(circuit: Circuit, code: str) -> None:
    """What a refusal says about the system's health."""
    if code in FAILS:
        circuit.failed()
    elif code in ANSWERED:
        circuit.worked()
    else:
        circuit.left()


async def _checked(place: Place) -> tuple[str, str, str]:
    try:
        said = await asyncio.wait_for(place.connector.check(), place.limits.seconds)
    except Refused as refusal:
        return place.name, refusal.code, refusal.sentence
    except TimeoutError:
        return place.name, "upstream-down", f"Expected {place.name} within {place.limits.seconds:g} s, got no answer."
    return place.name, "", said


async def nothing_behind(admitted: Admitted) -> Answer:
    """What a node without connectors says."""
    raise Refused("unknown-service", "Expected a node with systems behind it; this one only asks.")
