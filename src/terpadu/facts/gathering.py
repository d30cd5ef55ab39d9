"""Facts gathered: every authority asked once, in parallel, with a deadline each; what is missing is said, never invented."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from msgspec import Struct

from terpadu.errors import Refused
from terpadu.exchange.client import Told, Why
from terpadu.facts.vocabulary import Question, Vocabulary, evaluate, questions_of, value
from terpadu.model.identifiers import ServiceId

Ask = Callable[[ServiceId, object, Why], Awaitable[Told]]
"""Through a node, always."""


class Asked(Struct, frozen=True, kw_only=True):
    """One question as it went: its answer, or the code and sentence of why there is none. Times are ms."""

    name: str
    question: Question
    told: Told | None
    code: str = ""
    sentence: str = ""
    milliseconds: float = 0.0


class Fact(Struct, frozen=True, kw_only=True):
    """A fact with where it came from: authority, moment (Unix ms) and the number of the exchange that proves it."""

    name: str
    value: Any
    source: ServiceId
    fetched: int
    number: str


class Gathered(Struct, frozen=True):
    """What was asked and what came of it; `missing` are facts without a value, with the code that says why."""

    facts: dict[str, Fact]
    missing: dict[str, str]
    asked: tuple[Asked, ...]

    def tree(self) -> dict[str, Any]:
        """The values as a tree: `keluarga.nomor` becomes `{"keluarga": {"nomor": …}}`, for expressions."""
        tree: dict[str, Any] = {}
        for name, fact in self.facts.items():
            *folders, last = name.split(".")
            place = tree
            for folder in folders:
                place = place.setdefault(folder, {})
            place[last] = fact.value
        return tree


async def gather(
    vocabulary: Vocabulary, wanted: Iterable[str], known: dict[str, Any], why: Why, ask: Ask, clock: Callable[[], int]
) -> Gathered:
    """Gather facts about `known["subjek"]`. Questions that need other facts wait for them; nothing is asked twice."""
    left = questions_of(vocabulary, wanted)
    gathered = Gathered({}, {}, ())
    while left:
        ready = _ready(vocabulary, left, known, gathered)
        if not ready:
            return _without(gathered, left)
        outcomes = await asyncio.gather(
            *(_put(name, vocabulary.questions[name], body, why, ask) for name, body in ready.items())
        )
        for outcome in outcomes:
            gathered = _with(gathered, vocabulary, outcome, left.pop(outcome.name), clock())
    return gathered


def _ready(
    vocabulary: Vocabulary, left: dict[str, list[str]], known: dict[str, Any], gathered: Gathered
) -> dict[str, dict[str, Any]]:
    """Questions whose whole body can be made of what is known by now."""
    seen = {**known, "fakta": merged(known.get("fakta", {}), gathered.tree())}
    bodies = {name: evaluate(vocabulary.questions[name].body, seen) for name in left}
    return {name: body for name, body in bodies.items() if len(body) == len(vocabulary.questions[name].body)}


async def _put(name: str, question: Question, body: dict[str, Any], why: Why, ask: Ask) -> Asked:
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(question.seconds):
            told = await ask(question.service, body, why)
    except TimeoutError:
        sentence = f"{question.service} did not answer within {question.seconds:g} s; go on later."
        return Asked(name=name, question=question, told=None, code="peer-timeout", sentence=sentence)
    except Refused as error:
        return Asked(name=name, question=question, told=None, code=error.code, sentence=error.sentence)
    return Asked(name=name, question=question, told=told, milliseconds=(loop.time() - began) * 1000)


def _with(gathered: Gathered, vocabulary: Vocabulary, outcome: Asked, names: list[str], now: int) -> Gathered:
    facts, missing = dict(gathered.facts), dict(gathered.missing)
    for name in names:
        told = outcome.told
        found = None if told is None else value(vocabulary.facts[name].value, told.value)
        if told is None or found is None:
            missing[name] = outcome.code or "not-found"
        else:
            source = outcome.question.service
            facts[name] = Fact(name=name, value=found, source=source, fetched=now, number=told.number)
    return Gathered(facts, missing, (*gathered.asked, outcome))


def _without(gathered: Gathered, left: dict[str, list[str]]) -> Gathered:
    """What could not even be asked, since something that it needs is missing."""
    missing = {name: "not-asked" for names in left.values() for name in names}
    return Gathered(gathered.facts, gathered.missing | missing, gathered.asked)


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Two trees of facts in one; where both have a value, the newer."""
    found = dict(old)
    for name, one in new.items():
        both = isinstance(one, dict) and isinstance(found.get(name), dict)
        found[name] = merged(found[name], one) if both else one
    return found
