"""A29: `/ready` says 503 in each state in which calls would be refused, and why; `/metrics` counts and names nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec import structs
from prometheus_client.parser import text_string_to_metric_families

from terpadu.clock import system_clock
from terpadu.exchange.plan import Address
from terpadu.model.federation import RevokedKey
from terpadu.model.rights import note_key_id
from terpadu.trust import authority, online
from terpadu.trust.office import load_key
from tests.lib.two_nodes import ANSWERER, Pair, call, said, two_nodes

DAY = 86_400_000
PERSON = "9901010101010001"


async def ready(pair: Pair) -> tuple[int, list[str]]:
    """What the answering node's door says."""
    status, _, body = await call(pair.answerer.door_port, "GET", "/ready", {})
    told = said(body)
    assert told["ready"] == (status == 200) == (not told["why"])
    return status, told["why"]


async def journal_recovers(pair: Pair) -> None:
    pair.answerer.journal.recover("Another holds more.")


async def disk_is_small(pair: Pair) -> None:
    pair.answerer.readiness._free = 2**62


async def federation_ended(pair: Pair) -> None:
    pair.answerer.keeper._clock = lambda: system_clock() + 8 * DAY


async def frame_key_is_revoked(pair: Pair) -> None:
    office = pair.made.office
    entry = next(one for one in office.draft().keys if (one.name, one.use) == (ANSWERER, "frame"))
    gone = RevokedKey(name=ANSWERER, id=note_key_id(entry).hex(), since=system_clock())
    heard = asyncio.Event()
    pair.answerer.keeper.on_change(lambda rights: heard.set())
    online.revoke(office, system_clock(), lambda old: structs.replace(old, keys=(*old.keys, gone)))
    async with asyncio.timeout(10):
        await heard.wait()


async def certificate_ended(pair: Pair) -> None:
    office, own, now = pair.made.office, pair.answerer.keys, system_clock()
    issuer, public = load_key(office.directory / "ca.pem"), own.of("tls")[0].public
    ended = authority.issue(
        issuer, office.draft().authorities[-1], node=ANSWERER, public=public, since=now - 2 * DAY, until=now - DAY
    )
    own.certificate(1).write_text(ended)


async def certificate_is_gone(pair: Pair) -> None:
    pair.answerer.keys.certificate(1).unlink()


async def certificate_is_garbage(pair: Pair) -> None:
    pair.answerer.keys.certificate(1).write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")


STATES: dict[str, tuple[Callable[[Pair], Awaitable[None]], str]] = {
    "journal": (journal_recovers, "The journal is recovering: Another holds more."),
    "disk": (disk_is_small, "bytes free on the journal's disk"),
    "federation": (federation_ended, "within its 7 days"),
    "frame key": (frame_key_is_revoked, "Expected a listed, valid frame key"),
    "certificate ended": (certificate_ended, "Expected a TLS certificate that is still valid"),
    "certificate gone": (certificate_is_gone, "Expected a listed, valid tls key"),
    "certificate garbage": (certificate_is_garbage, ""),
}


@pytest.mark.parametrize("state", STATES)
def test_a29_not_ready_in_each_state_with_its_reason(tmp_path: Path, state: str) -> None:
    async def run() -> None:
        async with two_nodes(tmp_path) as pair:
            assert await ready(pair) == (200, [])
            break_it, sentence = STATES[state]
            await break_it(pair)
            status, why = await ready(pair)
            assert status == 503
            assert any(sentence in one for one in why), why

    asyncio.run(run())


def test_metrics_count_and_name_nobody(tmp_path: Path) -> None:
    async def run() -> None:
        async with two_nodes(tmp_path, {"metrics": Address()}) as pair:
            for _ in range(3):
                assert (await pair.ask("POST", "/pop/x/a", f'{{"nik": "{PERSON}"}}'.encode()))[0] == 200
            pair.answerer.ground.counters["unverified.form"] += 2
            status, headers, body = await call(pair.answerer.metrics_port, "GET", "/metrics", {})
            assert (status, headers["content-type"].partition(";")[0]) == (200, "text/plain")
            assert PERSON.encode() not in body
            samples = {
                (one.name, *sorted(one.labels.values())): one.value
                for family in text_string_to_metric_families(body.decode())
                for one in family.samples
            }
            assert samples["terpadu_answer_milliseconds_count", "ID/GOV/9/pop/x"] == 3
            assert samples["terpadu_answer_milliseconds_sum", "ID/GOV/9/pop/x"] > 0
            assert samples["terpadu_answer_milliseconds_bucket", "+Inf", "ID/GOV/9/pop/x"] == 3
            assert samples["terpadu_events_total", "unverified.form"] == 2
            assert samples["terpadu_ready",] == samples["terpadu_federation_fresh",] == 1
            assert samples["terpadu_journal_records",] >= 2
            for verb, path in (("GET", "/"), ("POST", "/metrics"), ("GET", "/ready"), ("GET", "/metrics/x")):
                assert (await call(pair.answerer.metrics_port, verb, path, {}))[0] == 404
            assert (await call(pair.answerer.door_port, "GET", "/metrics", {}))[0] != 200

    asyncio.run(run())
