"""Policy under every mixture: taking away never gives, nothing raises, a path cannot say two things."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from terpadu.errors import CODES
from terpadu.model import paths
from terpadu.model.federation import Agreement, Endpoint
from terpadu.model.message import Facts
from tests.spec.policy_table import ROWS
from tests.spec.policy_world import (
    ASKER,
    CONSUMER,
    FACTS,
    SERVER,
    SERVICE,
    WHO,
    Change,
    World,
    agreement,
    decided,
    federation,
    halted,
    receipt,
    revoked,
    service,
    suspended,
    used,
    withdrawn,
)


def _mixed(picked: list[tuple[Change, ...]]) -> World:
    return reduce(lambda world, change: change(world), [one for some in picked for one in some], World())


WORLDS = st.lists(st.sampled_from([row.changes for row in ROWS]), max_size=3).map(_mixed)
"""The base case with the changes of up to three rows of the truth table, in any order."""


def _each(change: Callable[[Agreement], dict[str, Any]]) -> Change:
    return lambda world: federation(
        agreements=tuple(replace(one, **change(one)) for one in world.federation.agreements)
    )(world)


def _listed_less(kind: str, world: World) -> World:
    return federation(**{kind: getattr(world.federation, kind)[:-1]})(world)


def _less(kind: str) -> Change:
    return lambda world: _listed_less(kind, world)


NARROWINGS: dict[str, Change] = {
    "a purpose less": _each(lambda a: {"purposes": a.purposes[:-1]}),
    "an endpoint less": _each(lambda a: {"endpoints": a.endpoints[:-1]}),
    "no endpoint": agreement(endpoints=()),
    "no field": agreement(fields=()),
    "a smaller quota": _each(lambda a: {"quota": a.quota // 2}),
    "a lower ceiling": _each(lambda a: {"persons": a.persons // 2}),
    "a smaller cohort": _each(lambda a: {"share": a.share // 2}),
    "a later beginning": _each(lambda a: {"since": a.since + 1}),
    "an earlier end": _each(lambda a: {"until": a.until - 1}),
    "no default purpose": agreement(default_purpose=""),
    "a case needed": agreement(needs_case=True),
    "a consent needed": agreement(needs_consent=True),
    "not abroad": agreement(abroad=False),
    "the service offers a path less": lambda world: federation(
        services=tuple(replace(one, endpoints=one.endpoints[:-1]) for one in world.federation.services)
    )(world),
    "no serving node": service(nodes=()),
    "an earlier expiry": lambda world: federation(expires=world.federation.expires - 1)(world),
    **{f"{kind}, one less": _less(kind) for kind in
       ("members", "nodes", "subsystems", "services", "purposes", "agreements", "keys")},
    **{f"{what} suspended": suspended(what) for what in
       ("ID/GOV/1", "ID/GOV/9", ASKER, SERVER, CONSUMER, "ID/GOV/9/pop", SERVICE, "A1", "A2", "A1/1", "ID/GOV/7")},
    "halted": halted,
    "the consent key revoked": revoked(1),
    "the consent withdrawn": withdrawn(receipt()),
    "a call more": used(WHO),
    "a person more": used(b"9" * 16),
}  # fmt: skip


@pytest.mark.parametrize("how", NARROWINGS)
def test_taking_away_from_any_row_never_gives(how: str) -> None:
    for row in ROWS:
        _never_gives(_mixed([row.changes]), how)


@given(WORLDS, st.sampled_from(sorted(NARROWINGS)))
@settings(max_examples=1500, deadline=None)
def test_taking_away_never_gives(world: World, how: str) -> None:
    _never_gives(world, how)


def _never_gives(world: World, how: str) -> None:
    before, after = decided(world), decided(NARROWINGS[how](world))
    assert before.yes or not after.yes, f"{how}: {before.rule} became {after.rule}"


@given(WORLDS)
@settings(max_examples=300, deadline=None)
def test_a_field_less_releases_no_more(world: World) -> None:
    """A field less may bring an agreement within a narrower consent; what is released is still less than was agreed."""
    fewer = _each(lambda a: {"fields": a.fields[:-1]})(world)
    before, after = decided(world), decided(fewer)
    if after.yes and after.agreement:
        agreed = {name for one in world.federation.agreements for name in one.fields}
        assert set(after.agreement.fields) < agreed
        assert before.yes or (before.rule == "consent" and after.agreement.needs_consent)


WORDS = st.text(max_size=40)


@given(
    st.builds(
        Facts,
        consumer=st.just(CONSUMER) | WORDS,
        service=st.just(SERVICE) | WORDS,
        verb=st.just("POST") | WORDS,
        path=st.just("/person") | WORDS,
        agreement=st.just("A1/1") | st.none() | WORDS,
        purpose=st.just("akta-lahir") | st.none() | WORDS,
        case=st.just("KL-1") | st.none() | WORDS,
        consent=st.just(FACTS.consent) | st.none() | st.binary(max_size=400),
        has_key=st.booleans(),
        asker=st.just(ASKER) | WORDS,
        who=st.none() | st.just(WHO),
        share=st.none() | st.integers(0, 999),
        person=st.none() | WORDS,
    )
)
@settings(max_examples=500, deadline=None)
def test_any_facts_get_an_answer(facts: Facts) -> None:
    decision = decided(World(facts=facts))
    assert decision.yes or (decision.code in CODES and decision.missing.endswith("."))


PIECES = [*"/.%\\;?#*a7é", "%2e", "%2F", "%5c", "%25", "%00", "..", "//", "%c3%a9", "%ef%bc%8e"]
PATHS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(PATHS)
@settings(max_examples=2000, deadline=None)
def test_a_path_that_is_read_can_be_read_again(raw: str) -> None:
    text = paths.normalised("/" + raw)
    if text is not None:
        for reading in (text, unquote(text), unquote(unquote(text))):
            assert not re.search(r"\.\.|//|[\\;?#\x00]", reading)
            assert reading.count("/") == ("/" + raw).count("/")
            assert "." not in reading.split("/")


def _matches(pattern: str, path: str) -> bool:
    """X-Road's rules once more, by trying every way: slow and obvious."""
    if not pattern:
        return not path
    if pattern.startswith(("\\*", "\\\\")):
        return path[:1] == pattern[1] and _matches(pattern[2:], path[1:])
    if pattern.startswith("**"):
        return any(_matches(pattern[2:], path[i:]) for i in range(len(path) + 1))
    if pattern.startswith("*"):
        end = path.find("/") if "/" in path else len(path)
        return any(_matches(pattern[1:], path[i:]) for i in range(end + 1))
    return path[:1] == pattern[0] and _matches(pattern[1:], path[1:])


@given(st.text("*/a\\.", max_size=8), st.text("*/a\\.", max_size=8))
@settings(max_examples=3000, deadline=None)
def test_patterns_mean_what_x_road_says(pattern: str, path: str) -> None:
    assert paths.names((Endpoint("*", pattern),), "GET", path) == _matches(pattern, path)
