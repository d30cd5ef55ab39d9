"""What nodes do for each other beside the exchange: relay, witness, prove, compare; and their keys renewed while they run."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import structs

from terpadu.clock import system_clock
from terpadu.errors import Refused
from terpadu.exchange.doors.neighbours import witness_of
from terpadu.exchange.handing import Cursor, Given
from terpadu.exchange.link import HTTP_LANE, tls_context
from terpadu.exchange.node import Node
from terpadu.exchange.own_keys import OwnKeys
from terpadu.journal.compare import HOUR, hour_of
from terpadu.journal.witness import submission
from terpadu.model.federation import RevokedKey
from terpadu.model.identifiers import NodeId
from terpadu.model.rights import note_key_id
from terpadu.signing import evidence, note
from terpadu.trust import draft, keys, online, publish, request
from tests.lib.three_nodes import THIRD, Three, node_entry, three_nodes, until
from tests.lib.two_nodes import ANSWERER, APP, ASKER
from verify import verify as second

BODY = b'{"nik": "9901010101010001"}'
DAY = 86_400_000


def awaited(test: Callable[[Path], Coroutine[Any, Any, None]]) -> Callable[[Path], None]:
    """Run the test in an event loop."""

    def run(tmp_path: Path) -> None:
        asyncio.run(test(tmp_path))

    return run


async def number_of(three: Three, code: str = "x") -> str:
    """One exchange; its message number."""
    status, told, _ = await three.ask("POST", f"/pop/{code}/a", BODY, Idempotency_Key=str(system_clock()))
    assert status == 200
    return told["x-road-request-id"]


# the federation, relayed


@awaited
async def test_a_peer_relays_a_newer_federation_where_the_registry_is_dead(tmp_path: Path) -> None:
    async with three_nodes(tmp_path) as three:
        await three.answerer.stop()
        three.made.change(lambda old: draft.with_purpose(old, "baru", "Baru", "UU contoh pasal 2"))
        three.made.publish(system_clock())
        await until(
            lambda: "baru" in three.asker.keeper.rights().purposes and "baru" in three.third.keeper.rights().purposes
        )
        three.answerer = await Node.start(three.plan(ANSWERER, registries=("http://127.0.0.1:1/",)))
        assert "baru" in three.answerer.keeper.rights().purposes
        assert three.answerer.keeper.state().word == "fresh"
        told = await three.asker.neighbours.ask(ANSWERER, "GET", "/federation/metadata/timestamp.json", b"", 5)
        assert (told.status, told.body) == (200, three.answerer.keeper.relay()["metadata/timestamp.json"])
        for name in ("nothing", "", "../node", "metadata/../root.json", "%2e%2e/node"):
            assert (await three.asker.neighbours.ask(ANSWERER, "GET", f"/federation/{name}", b"", 5)).status == 404


@awaited
async def test_peers_relay_also_after_the_own_federation_has_expired(tmp_path: Path) -> None:
    """The registry is dead for more than 7 days; two nodes got a newer federation meanwhile. Running, and started anew."""
    clock = Later()
    async with three_nodes(tmp_path, clock) as three:
        answerer = three.answerer
        relays, answerer.neighbours.relays = answerer.neighbours.relays, lambda: iter(())  # type: ignore[method-assign]
        answerer.plan = structs.replace(answerer.plan, registries=("http://127.0.0.1:1/",))
        await until(lambda: answerer.keeper.state().errors != ())
        await asyncio.to_thread(shutil.copytree, answerer.plan.trust, tmp_path / "old")
        clock.ahead = 8 * DAY
        three.made.publish(clock())
        online.freshen(three.made.office, clock())
        await until(lambda: {one.keeper.state().word for one in (three.asker, three.third)} == {"fresh"})
        await three.registry_server.aclose()
        with pytest.raises(Refused, match="within its 7 days"):
            answerer.keeper.rights()
        answerer.neighbours.relays = relays  # type: ignore[method-assign]
        await until(lambda: answerer.keeper.state().word in ("fresh", "stale"))
        assert answerer.keeper.rights()
        await answerer.stop()
        shutil.rmtree(answerer.plan.trust)
        shutil.copytree(tmp_path / "old", answerer.plan.trust)
        three.answerer = await Node.start(answerer.plan, clock)
        assert three.answerer.keeper.rights()


# who may ask


class Stolen:
    """A node's TLS key in other hands: used though it is revoked."""

    def __init__(self, own: OwnKeys, held: keys.NodeKeys) -> None:
        self.keys, self._authorities = held, "\n".join(own._rights().federation.authorities)

    def tls(self, server: bool, protocols: list[str]) -> ssl.SSLContext:
        context = tls_context(
            server, str(self.keys.certificate(1)), str(self.keys.folder / "tls-1.pem"), self._authorities
        )
        context.set_alpn_protocols(protocols)
        return context


@awaited
async def test_only_listed_keys_are_answered_and_asked(tmp_path: Path) -> None:
    async with three_nodes(tmp_path) as three:
        asker = three.asker.neighbours
        assert (await asker.ask(THIRD, "GET", "/checkpoint", b"", 5)).body.startswith(b"ID/GOV/5/n1/journal/1\n0\n")
        await number_of(three)
        await three.asker.journal.sign()
        told = await three.third.neighbours.ask(ASKER, "GET", "/checkpoint", b"", 5)
        assert note.parse(told.body).text.startswith(b"ID/GOV/1/n1/journal/1\n2\n")
        for verb, path in (("GET", "/"), ("POST", "/checkpoint"), ("GET", "/add-checkpoint"), ("DELETE", "/proof")):
            assert (await asker.ask(THIRD, verb, path, b"", 5)).status == 404
        entry = next(one for one in three.made.office.draft().keys if (one.name, one.use) == (THIRD, "tls"))
        gone = RevokedKey(name=THIRD, id=note_key_id(entry).hex(), since=system_clock())
        now = system_clock()
        online.revoke(three.made.office, now, lambda old: structs.replace(old, keys=(*old.keys, gone)))
        await until(lambda: not three.asker.keeper.rights().current_keys(THIRD, "tls", now + 1000))
        with pytest.raises(Refused, match="to answer"):
            await asker.ask(THIRD, "GET", "/checkpoint", b"", 5)
        three.third.neighbours._own = Stolen(three.third.own, three.third.keys)  # type: ignore[assignment]
        told = await three.third.neighbours.ask(ASKER, "GET", "/checkpoint", b"", 5)
        assert told.status == 403


@awaited
async def test_another_nodes_key_at_the_address_is_not_believed(tmp_path: Path) -> None:
    async with three_nodes(tmp_path) as three:
        rights = three.asker.keeper.rights()
        moved = structs.replace(rights.nodes[ANSWERER], port=three.ports[THIRD])
        three.asker.neighbours._rights = lambda: rights._replace(nodes={**rights.nodes, ANSWERER: moved})
        with pytest.raises(Refused, match="Unverified") as raised:
            await three.asker.neighbours.ask(ANSWERER, "GET", "/checkpoint", b"", 5)
        assert raised.value.code == "peer-unreachable"


# witnesses and four records


@awaited
async def test_checkpoints_are_cosigned_and_evidence_has_four_witnessed_records(tmp_path: Path) -> None:
    async with three_nodes(tmp_path) as three:
        number = await number_of(three)
        await three.asker.journal.sign()
        await three.answerer.journal.sign()
        done = await three.asker.jobs.witness()
        assert done is None or set(done.cosigned) == {f"{ANSWERER}/witness", f"{THIRD}/witness"}
        await three.answerer.jobs.witness()
        assert await three.asker.jobs.witness() is None  # nothing grew
        for node in (three.asker, three.answerer):
            await until(node.journal.place.cosigned.exists)
            names = [line.name for line in note.parse(node.journal.place.cosigned.read_bytes()).lines]
            assert len(names) == 3
        text = await three.asker.search.evidence(number, APP)
        assert text
        root = three.made.root
        found = evidence.verify(text, root)
        assert sum("stands as record" in one for one in found.proven) == 4
        assert sum("is not later than" in one for one in found.proven) == 4
        told = "\n".join(second.verify(text.decode(), second.read_trust(root.decode())))
        assert told.count("not later than") == 4
        assert "that ID/GOV" not in told.split("NOT PROVEN")[1]


@awaited
async def test_evidence_is_dated_by_witnesses_at_once(tmp_path: Path) -> None:
    async with three_nodes(tmp_path) as three:
        for _ in range(3):
            text = await three.asker.search.evidence(await number_of(three), APP)
            assert text
            told = "\n".join(second.verify(text.decode(), second.read_trust(three.made.root.decode())))
            assert told.count("not later than") == 4


@awaited
async def test_a_witness_key_dates_nothing_before_itself(tmp_path: Path) -> None:
    """Cosignatures count whole seconds: one in the first second of its key would be dated before it."""
    async with three_nodes(tmp_path) as three:
        await number_of(three)
        await three.asker.journal.sign()
        raw = three.asker.journal.place.checkpoint.read_bytes()
        entry = next(one for one in three.made.office.draft().keys if one.name == f"{THIRD}/witness")
        third = three.third
        third.own._clock = lambda: entry.since + 1
        witness = witness_of(tmp_path / "young.sqlite", third.own, third.keeper.rights, lambda: entry.since + 1)
        with pytest.raises(Refused) as raised:
            witness.add_checkpoint(submission(0, (), raw))
        assert raised.value.code == "busy"
        late = witness_of(tmp_path / "young.sqlite", third.own, third.keeper.rights, lambda: entry.since + 1000)
        assert late.add_checkpoint(submission(2, (), raw)).status == 200
        witness.close()
        late.close()


@awaited
async def test_a_witness_holds_the_rules_over_the_wire(tmp_path: Path) -> None:
    async with three_nodes(tmp_path) as three:
        await number_of(three)
        await three.asker.journal.sign()
        await until(lambda: three.asker.jobs._cosigned == 2)
        raw = three.asker.journal.place.checkpoint.read_bytes()

        async def add(body: bytes) -> tuple[int, str, bytes]:
            return await three.answerer.neighbours.cosignature(f"{THIRD}/witness", body)

        assert (await add(submission(2, (), raw)))[0] == 200  # the same again, brought by another
        assert tuple(await add(submission(0, (), raw))) == (409, "text/x.tlog.size", b"2\n")
        assert (await add(b"nonsense"))[0] == 400
        assert (await add(submission(2, (), raw.replace(b"ID/GOV/1", b"ID/GOV/2"))))[0] == 404
        assert (await add(submission(2, (), raw.replace(b"/journal/1\n2\n", b"/journal/1\n3\n"))))[0] == 403


@awaited
async def test_the_records_of_an_exchange_are_for_its_other_end_alone(tmp_path: Path) -> None:
    async with three_nodes(tmp_path) as three:
        number = await number_of(three)
        entries = await three.asker.neighbours.entries(ANSWERER, number, 5)
        assert len(entries) == 2
        assert await three.answerer.neighbours.entries(ASKER, number, 5)
        for target in (f"/proof?number={number}", "/proof?number=", "/proof"):
            assert (await three.third.neighbours.ask(ANSWERER, "GET", target, b"", 5)).status == 404
        await three.answerer.stop()
        text = await three.asker.search.evidence(number, APP)  # its own two, when the other is gone
        assert text
        assert text.count(b"== journal\n") == 2
        three.answerer = await Node.start(three.plan(ANSWERER))


@awaited
async def test_anothers_lying_records_do_not_spoil_the_own(tmp_path: Path) -> None:
    async with three_nodes(tmp_path) as three:
        first, later = await number_of(three), await number_of(three)
        lies = await three.asker.neighbours.entries(ANSWERER, later, 5)

        async def entries(*_: object) -> tuple[evidence.Entry, ...]:
            return lies

        three.asker.neighbours.entries = entries  # type: ignore[method-assign]
        text = await three.asker.search.evidence(first, APP)
        assert text
        assert text.count(b"== journal\n") == 2
        assert evidence.verify(text, three.made.root)


# comparison (A44)


class Later:
    """A clock that can be set forward, for all nodes alike."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return system_clock() + self.ahead


async def compared(node: Node) -> None:
    """What the job does by itself within a minute."""
    await node.jobs.compare()


@awaited
async def test_a44_both_ends_hold_the_same(tmp_path: Path) -> None:
    clock = Later()
    async with three_nodes(tmp_path, clock) as three:
        for _ in range(3):
            await number_of(three)
        hour = hour_of(clock())
        for wrong in (hour, hour + 1, hour + HOUR, -HOUR, "x", ""):
            told = await three.asker.neighbours.ask(ANSWERER, "GET", f"/hour?at={wrong}", b"", 5)
            assert told.status == 400  # not over yet, or no hour
        clock.ahead = HOUR + 300_000
        found = await three.asker.jobs.compare_hour(ANSWERER, hour)
        assert found.agrees
        assert (await three.asker.neighbours.hour(ANSWERER, hour)).startswith("6 ")
        assert await three.third.neighbours.hour(ANSWERER, hour) == await three.third.neighbours.hour(ASKER, hour)
        await compared(three.asker)
        assert not three.asker.jobs.differing
        assert "difference" not in three.asker.ground.counters


@awaited
async def test_a44_a_record_that_one_side_drops_is_named_by_the_other(tmp_path: Path) -> None:
    clock = Later()
    async with three_nodes(tmp_path, clock) as three:
        await number_of(three)
        dropped = await number_of(three)
        hour = hour_of(clock())
        await three.answerer.journal.sign()
        db = three.answerer.journal.index
        assert db.rows("number = ?", dropped)
        db._db.execute("DELETE FROM message WHERE number = ?", (dropped,))
        clock.ahead = HOUR + 300_000
        await compared(three.asker)
        assert len(three.asker.jobs.differing) == 1
        (one,) = three.asker.jobs.differing.values()
        assert (one.peer, one.hour) == (ANSWERER, hour)
        told = {(lost.number, lost.kind, lost.proof) for lost in one.difference.there}
        assert told == {
            (dropped, "request", f"{ANSWERER} signed a reply about it"),
            (dropped, "reply", f"{ANSWERER} signed it"),
        }
        assert three.asker.ground.counters["difference"] == 2
        await compared(three.answerer)  # the other side hears of what it lacks, and takes it
        assert not three.answerer.jobs.differing
        assert three.answerer.ground.counters["recovered"] == 2
        rows = db.rows("number = ?", dropped)
        assert {(row.kind, row.direction) for row in rows} == {("request", "in"), ("reply", "out")}
        assert (await three.asker.jobs.compare_hour(ANSWERER, hour)).agrees
        assert not three.asker.jobs.differing


@awaited
async def test_a44_what_does_not_prove_is_a_named_dispute(tmp_path: Path) -> None:
    """Another's word alone brings nothing into the evidence."""
    clock = Later()
    async with three_nodes(tmp_path, clock) as three:
        await number_of(three)
        hour, asker = hour_of(clock()), three.asker
        (kept, *_), known = asker.journal.index.rows("kind = 'request'"), asker.journal.durable
        asker.journal.index._db.execute("DELETE FROM message WHERE number = ?", (kept.number,))
        real = asker.neighbours.frames

        async def altered(peer: NodeId, hour: int, after: Cursor) -> tuple[Cursor, list[Given]]:
            at, found = await real(peer, hour, after)
            return at, [(structs.replace(sealed, heads=(sealed.heads[0] + b" ",)), told) for sealed, told in found]

        asker.neighbours.frames = altered  # type: ignore[method-assign]
        clock.ahead = HOUR + 300_000
        found = await asker.jobs.compare_hour(ANSWERER, hour)
        assert len(found.here) == 2
        assert (asker.ground.counters["disputed"], asker.ground.counters["difference"]) == (2, 2)
        assert asker.journal.durable == known
        await asker.jobs.compare_hour(ANSWERER, hour)
        assert asker.ground.counters["difference"] == 2  # one alarm for one difference
        asker.neighbours.frames = real  # type: ignore[method-assign]
        assert (await asker.jobs.compare_hour(ANSWERER, hour)).agrees


@awaited
async def test_a44_an_old_copy_of_a_journal_is_named(tmp_path: Path) -> None:
    """A provider that claims "no request came" with a journal of before it."""
    clock = Later()
    async with three_nodes(tmp_path, clock) as three:
        await number_of(three)
        await three.answerer.stop()
        home = three.answerer.plan.journal
        shutil.copytree(home, tmp_path / "copy")
        three.answerer = await Node.start(three.plan(ANSWERER), clock)
        denied, hour = await number_of(three), hour_of(clock())
        await three.answerer.stop()
        shutil.rmtree(home)
        shutil.copytree(tmp_path / "copy", home)
        three.answerer = await Node.start(three.plan(ANSWERER), clock)
        clock.ahead = HOUR + 300_000
        await three.asker.jobs.compare_hour(ANSWERER, hour)
        assert len(three.asker.jobs.differing) == 1
        (one,) = three.asker.jobs.differing.values()
        assert {lost.number for lost in one.difference.there} == {denied}


@awaited
async def test_a_peer_that_can_not_be_reached_is_compared_later(tmp_path: Path) -> None:
    clock = Later()
    async with three_nodes(tmp_path, clock) as three:
        await number_of(three)
        await three.answerer.stop()
        clock.ahead = HOUR + 300_000
        await compared(three.asker)
        assert len(three.asker.jobs._waiting) == 1
        three.answerer = await Node.start(three.plan(ANSWERER), clock)
        await compared(three.asker)
        assert not three.asker.jobs._waiting
        assert not three.asker.jobs.differing


# renewal


async def shown(three: Three) -> bytes:
    """The certificate that a new handshake with the answering node shows."""
    context = three.asker.own.tls(server=False, protocols=[HTTP_LANE])
    _, writer = await asyncio.open_connection("127.0.0.1", three.ports[ANSWERER], ssl=context)
    der: bytes = writer.get_extra_info("ssl_object").getpeercert(True)
    writer.transport.abort()
    return der


@awaited
async def test_renewed_keys_come_into_use_without_a_restart(tmp_path: Path) -> None:
    now = system_clock()
    async with three_nodes(tmp_path, now=now - 3 * DAY) as three:
        await number_of(three)
        before, signed = await shown(three), three.answerer.own.frame().key_id
        folder = three.answerer.keys.folder
        new = [keys.renew(folder, use) for use in ("tls", "frame")]
        asked = request.read_request(request.ask(node_entry(three, ANSWERER), new), "request.json")
        three.made.change(lambda old: draft.with_node(old, asked, now - DAY - 60_000))
        keys.load(folder).certificate(2).write_text(publish.certificate_for(three.made.office, asked))
        assert await shown(three) == before  # not listed yet
        three.made.publish(now - DAY - 60_000)
        online.freshen(three.made.office, system_clock())
        await until(lambda: three.answerer.own.frame().key_id != signed)
        after = await shown(three)
        assert after != before
        assert after == x509.load_pem_x509_certificate((folder / "tls-2.crt").read_bytes()).public_bytes(Encoding.DER)
        await until(lambda: len(three.asker.keeper.rights().current_keys(ANSWERER, "frame", system_clock())) == 2)
        await number_of(three)  # the open link went on, under the new frame key
        assert (await three.asker.neighbours.ask(ANSWERER, "GET", "/checkpoint", b"", 5)).status == 200
        assert three.answerer.why_not_ready() == []


@awaited
async def test_a_new_tls_key_without_its_certificate_waits(tmp_path: Path) -> None:
    now = system_clock()
    async with three_nodes(tmp_path, now=now - 3 * DAY) as three:
        before = await shown(three)
        new = [keys.renew(three.answerer.keys.folder, "tls")]
        asked = request.read_request(request.ask(node_entry(three, ANSWERER), new), "request.json")
        three.made.change(lambda old: draft.with_node(old, asked, now - DAY - 60_000))
        three.made.publish(now - DAY - 60_000)
        online.freshen(three.made.office, system_clock())
        await until(lambda: len(three.answerer.keeper.rights().current_keys(ANSWERER, "tls", system_clock())) == 2)
        assert await shown(three) == before
        await number_of(three)
