"""How long an office's answer may stay in a draft, and how it is found again.

An answer is kept as long as each of its facts may be (`keep_hours` of the vocabulary). A fact that may not be kept stays for
half an hour, while the form is open: long enough to read it, and nobody is asked twice for one page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from terpadu.cases.asking import NO
from terpadu.errors import Refused
from terpadu.exchange.client import Told
from terpadu.facts.vocabulary import Vocabulary
from terpadu.model.identifiers import ServiceId

HOUR = 3_600_000
WHILE_OPEN = HOUR // 2
NOT_THERE = HOUR
"""Milliseconds that an answer "we have no such person" holds."""
DOWN = 15_000
"""Milliseconds before a silent office is asked again by opening the page; the link "Coba lagi" asks at once."""
PENDING = "pending"
"""The code of a fact whose office was asked and has not answered yet."""


def key(service: ServiceId, body: object) -> str:
    """Under which a question is found again; tells nobody whom it is about."""
    return hashlib.sha256(service.encode() + b"\0" + msgspec.json.encode(body, order="sorted")).hexdigest()


def keep_for(words: Vocabulary, facts: Iterable[str]) -> dict[str, int]:
    """Service -> milliseconds that its answer may be kept."""
    found: dict[str, int] = {}
    for name in facts:
        fact = words.facts[name]
        service = words.questions[fact.question].service
        allowed = fact.keep_hours * HOUR or WHILE_OPEN
        found[service] = min(allowed, found.get(service, allowed))
    return found


def answered(service: ServiceId, told: Told, now: int, milliseconds: int) -> dict[str, Any]:
    """An answer as it is held."""
    held = {"service": service, "fetched": now, "until": now + milliseconds}
    return held | {"value": told.value, "number": told.number, "released": told.released, "of": told.held}


def failed(service: ServiceId, error: Refused, now: int, before: dict[str, Any] | None) -> dict[str, Any]:
    """A failure as it is held; when it was tried before is not forgotten."""
    tried = [*(before or {}).get("tried", ()), now][-5:]
    until = now + (NOT_THERE if error.code in NO else DOWN)
    return {"service": service, "code": error.code, "sentence": error.sentence, "tried": tried, "until": until}


def told(entry: dict[str, Any] | None, now: int, failures_at: int) -> Told | None:
    """The held answer, or None where none counts at `now`. Raises `Refused` for a failure that holds at `failures_at`."""
    if entry is not None and "code" in entry and entry["until"] > failures_at:
        raise Refused(entry["code"], entry["sentence"])
    if entry is None or "code" in entry or entry["until"] <= now:
        return None
    return Told(value=entry["value"], number=entry["number"], released=entry["released"], held=entry["of"])


def current(held: dict[str, Any], now: int) -> dict[str, Any]:
    """What may still be kept: expired answers go; an expired failure stays, so that its tries are still told."""
    return {name: entry for name, entry in held.items() if entry["until"] > now or "code" in entry}


def without(held: dict[str, Any], services: Iterable[str]) -> dict[str, Any]:
    """The same without what these services said: the person does not agree (any longer), so it is not kept."""
    gone = set(services)
    return {name: entry for name, entry in held.items() if entry["service"] not in gone}


def stale(held: dict[str, Any]) -> datetime | None:
    """When the first answer may no longer be kept; None where there is none."""
    ends = [entry["until"] for entry in held.values() if "code" not in entry]
    return datetime.fromtimestamp(min(ends) / 1000, UTC) if ends else None


def again(held: dict[str, Any]) -> dict[str, Any]:
    """The same with every failure that may pass asked anew."""
    return {
        name: entry | ({"until": 1} if entry.get("code", "not-found") not in NO else {}) for name, entry in held.items()
    }
