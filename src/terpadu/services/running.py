"""A service run for one person: facts first, then its acts in order, each with one key; for programs without a portal.

Running it again with the same case does nothing twice: the keys are made of the case and the act's name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from terpadu.errors import Refused
from terpadu.exchange.client import Told, Why
from terpadu.facts.gathering import Ask, Gathered, gather, merged
from terpadu.facts.vocabulary import Vocabulary, evaluate, value
from terpadu.services.definition import Act, Service

Outside = Callable[[Act, dict[str, Any]], Awaitable[None]]
"""What a person does before an act (pays at a bank); gets the act and what is known."""


class Done(Struct, frozen=True, kw_only=True):
    """One act as it went: its answer, or why there is none. Time is ms."""

    act: Act
    told: Told | None
    code: str = ""
    sentence: str = ""
    milliseconds: float = 0.0


class Run(Struct, frozen=True):
    """How a service went: every gathering and every act, in the order in which they went."""

    service: Service
    case: str
    steps: tuple[Gathered | Done, ...]

    @property
    def done(self) -> tuple[Done, ...]:
        """The acts that were tried."""
        return tuple(step for step in self.steps if isinstance(step, Done))

    @property
    def complete(self) -> bool:
        """Were all facts there and all acts done?"""
        missing = any(step.missing for step in self.steps if isinstance(step, Gathered))
        return not missing and len(self.done) == len(self.service.act) and all(one.told for one in self.done)


class Runner(Struct, frozen=True):
    """What running a service needs."""

    vocabulary: Vocabulary
    ask: Ask
    clock: Callable[[], int]
    outside: Outside

    async def run(self, service: Service, case: str, subject: dict[str, Any]) -> Run:
        """From what the person says of themselves to the last act."""
        known: dict[str, Any] = {"subjek": subject, "fakta": {}, "hasil": {}}
        steps: list[Gathered | Done] = [await self._gather(service, case, service.facts, known)]
        for act in service.act:
            if act.after:
                await self.outside(act, known)
            if act.facts:
                steps.append(await self._gather(service, case, act.facts, known))
            done = await self._do(service, case, act, known)
            steps.append(done)
            if done.told is None:
                break
        return Run(service, case, tuple(steps))

    async def _gather(self, service: Service, case: str, facts: tuple[str, ...], known: dict[str, Any]) -> Gathered:
        why = Why(purpose=service.purpose, case=case)
        found = await gather(self.vocabulary, facts, known, why, self.ask, self.clock)
        known["fakta"] = merged(known["fakta"], found.tree())
        return found

    async def _do(self, service: Service, case: str, act: Act, known: dict[str, Any]) -> Done:
        body = evaluate(act.body, known)
        missing = lacking(act, known, body)
        if missing:
            return Done(act=act, told=None, code="mismatch", sentence=missing)
        why = Why(purpose=service.purpose, case=case, key=key_of(case, act))
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            told = await self.ask(act.service, body, why)
        except Refused as error:
            return Done(act=act, told=None, code=error.code, sentence=error.sentence)
        known["hasil"] = {**known["hasil"], act.name: told.value}
        return Done(act=act, told=told, milliseconds=(loop.time() - began) * 1000)


def key_of(case: str, act: Act) -> str:
    """The one key of an act in a case: a repeat has it too, so that nothing is done twice."""
    return f"{case}.{act.name}"


def lacking(act: Act, known: dict[str, Any], body: dict[str, Any]) -> str:
    """Why an act cannot be done yet, in one sentence: something does not hold, or a part of its body is not known."""
    unmet = [need for need in act.needs if value(need, known) is not True]
    if unmet:
        return f"Expected {unmet[0]!r} to hold before this is done; it does not."
    unknown = [expression for name, expression in act.body.items() if name not in body]
    return f"Expected {unknown[0]!r} to be known before this is done; it is not." if unknown else ""
