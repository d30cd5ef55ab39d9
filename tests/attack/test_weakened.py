"""Each attack succeeds on a build that is weakened at the very check which stops it: so the tests can fail (deep)."""

from __future__ import annotations

import json
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec import structs

from terpadu.exchange import frames, own_keys, streams
from terpadu.exchange.frames import Type
from terpadu.exchange.link import Link
from terpadu.model.heads import RequestHead, UnreadableHead
from terpadu.model.message import Message
from terpadu.model.rights import ListedKey, Rights
from terpadu.policy.agreement_rules import AGREEMENT_RULES
from terpadu.policy.federation_rules import FEDERATION_RULES
from terpadu.signing import note, turn
from terpadu.signing.wire import split_content
from tests.attack import test_door as door
from tests.attack import test_hostile_consumer as consumer
from tests.attack import test_hostile_provider as provider
from tests.attack import test_link as link
from tests.attack import test_substitution as substitution
from tests.lib.hostile_world import World, attack

Patch = Callable[[pytest.MonkeyPatch], None]
Story = Callable[[World], Awaitable[None]]


class Weakened(NamedTuple):
    """A check taken out, the attack that must now succeed, and what the world needs for it."""

    patch: Patch
    story: Story
    world: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it


def nothing(*_: Any, **__: Any) -> None:
    """A check that checks nothing."""


def gone(*targets: str) -> Patch:
    """These checks check nothing."""
    return lambda patch: [patch.setattr(target, nothing) for target in targets] and None


def instead(target: str, other: Any, *more: str) -> Patch:
    """Something else stands in a check's place, and in that of the same check behind it."""
    return lambda patch: [patch.setattr(one, other) for one in (target, *more)] and None


def no_rule(name: str) -> Patch:
    """A rule of the agreement is not asked."""
    return instead("terpadu.policy.decide.AGREEMENT_RULES", tuple(rule for rule in AGREEMENT_RULES if rule.name != name))


async def every_bit(_: World) -> None:
    """A2."""
    assert substitution.every_bit() == []


async def every_note(_: World) -> None:
    """A4."""
    for name in substitution.BENT_NOTES:
        substitution.test_what_must_be_signed_is_fixed_by_the_protocol(name)


def _content_unchecked(message: Message, head: Any) -> tuple[bytes, bytes]:
    return split_content(message.content)


def _any_form(raw: bytes) -> Any:
    return msgspec.json.decode(raw, type=RequestHead) if b'"kind":"request"' in raw else UnreadableHead("bent")


def _old_tls(*args: Any) -> ssl.SSLContext:
    context = own_keys_tls(*args)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


own_keys_tls = own_keys.tls_context  # type: ignore[attr-defined]
_key = Rights.key


def _any_use(self: Rights, name: str, key_id: bytes) -> ListedKey | None:
    found = _key(self, name, key_id)
    return None if found is None else found._replace(entry=structs.replace(found.entry, use="frame"))


def _believed(self: Any, known: str) -> Any:
    return turn.parse_turn(note.parse(known.encode()).text)


def _echo(self: Link, kind: int, body: bytes) -> None:
    self.write(frames.frame(Type.PONG, body))


def _lively(self: Link, data: bytes) -> None:
    self._heard_at = self._loop.time()
    self._splitter.feed(data)


def _unbound(self: streams.Streams, link: Link, kind: Type, body: bytes) -> None:
    name, rest = body[:16], body[16:]
    if kind == Type.CHUNK and name in self._in:
        self._in[name].chunk(int.from_bytes(rest[:8], "big"), rest[8:])
    elif kind == Type.CREDIT and name in self._out:
        self._out[name].credit(link, int.from_bytes(rest[:8], "big"))
    elif kind == Type.STOP and name in self._out:
        self._out[name].stop(rest.decode("ascii", "replace"))


def _only_told(self: Link) -> None:
    self._writable.clear()


def _any_member(patch: pytest.MonkeyPatch) -> None:
    """Two checks again: the key speaks for the sender's member, and policy asks for a node of that member."""
    patch.setattr("terpadu.signing.opening._speaks_for", nothing)
    patch.setattr("terpadu.policy.decide.FEDERATION_RULES", tuple(r for r in FEDERATION_RULES if r.name != "asker"))


def _lent(patch: pytest.MonkeyPatch) -> None:
    """Two checks hold against a lent content: its commitment, and X-Road's own headers in it."""
    patch.setattr("terpadu.signing.opening._content", _content_unchecked)
    patch.setattr("terpadu.exchange.doors.rest.check_echo", nothing)


WEAKENED: dict[str, Weakened] = {
    "A1 memory": Weakened(instead("terpadu.exchange.repetition.Memory.meet", lambda *_: "new"), link.replayed),
    "A1 receiver's name": Weakened(
        gone("terpadu.signing.seal._frame_is_in_turn"), link.replayed_elsewhere, {"second": True}),
    "A1 turn's time": Weakened(gone("terpadu.signing.seal._turn_is_fresh"), link.same_number),
    "A2 signature": Weakened(instead("terpadu.signing.seal.check_of", lambda *_: lambda *_: True), every_bit),
    "A2 path": Weakened(gone("terpadu.signing.seal._frame_is_in_turn"), every_bit),
    "A2 commitment": Weakened(instead("terpadu.signing.opening._content", _content_unchecked), every_bit),
    "A2 one form": Weakened(instead("terpadu.signing.seal._head", _any_form), link.unreadable),
    "A3 binding": Weakened(gone("terpadu.signing.opening._about_this_request"), provider.unbound, {"seconds": 1.2}),
    "A3 echo": Weakened(gone("terpadu.exchange.doors.rest.check_echo"), provider.unbound, {"seconds": 1.2}),
    "A3 content": Weakened(_lent, provider.swapped),
    "A3 signer": Weakened(gone("terpadu.signing.seal._sender_is_peer"), provider.signed_by_another, {"seconds": 1.2}),
    "A4 one line": Weakened(gone("terpadu.signing.seal._sender_is_peer"), every_note),
    "A5 TLS": Weakened(instead("terpadu.exchange.own_keys.tls_context", _old_tls), link.downgraded),
    "A6 pinned key": Weakened(gone("terpadu.exchange.link.check_pinned"), link.impersonated),
    "A6 turn's node": Weakened(gone("terpadu.signing.seal._sender_is_peer"), link.impersonated),
    "A6 member": Weakened(_any_member, consumer.every_refusal),
    "A6 query": Weakened(gone("terpadu.exchange.deciding.check_own"), consumer.others_query),
    "A6 our own note": Weakened(instead("terpadu.exchange.ground.Ground.own_turn", _believed), link.forged_known),
    "A10 use": Weakened(instead("terpadu.model.rights.Rights.key", _any_use), link.misused),
    "A10 consent": Weakened(instead("terpadu.policy.consent._may_sign", lambda *_: True), consumer.every_refusal),
    "A15 length": Weakened(instead("terpadu.exchange.frames.FRAME_LIMIT", 1 << 40), link.lengths_that_lie),
    "A15 echo": Weakened(instead("terpadu.exchange.link.Link._ping", _echo), link.lengths_that_lie),
    "A15 trickle": Weakened(instead("terpadu.exchange.link.Link.data_received", _lively), link.trickled),
    "A15 unread replies": Weakened(instead("terpadu.exchange.link.Link.pause_writing", _only_told), link.never_read),
    "A15 another's lane": Weakened(instead("terpadu.exchange.streams.Streams.bulk", _unbound), link.others_stream),
    "A17 head": Weakened(gone("terpadu.exchange.doors.http.HttpProtocol._check_head"), door.smuggled),
    "A19 reply": Weakened(instead("terpadu.exchange.doors.rest.told_headers", lambda headers: headers), provider.told_headers),
    "A19 twins": Weakened(instead("terpadu.signing.part.passed", tuple), door.twins),
    "A20 head": Weakened(gone("terpadu.exchange.doors.http.HttpProtocol._count_head"), door.oversized),
    "A23 path": Weakened(
        instead("terpadu.model.paths.normalised", lambda raw: raw, "terpadu.connectors.paths.normalised"), door.traversed),
    "A26 JSON": Weakened(instead("terpadu.exchange.reading.clear_json", json.loads), consumer.every_refusal),
    "A30 caller": Weakened(
        gone("terpadu.exchange.doors.callers.Callers.check"), door.deputies, {"callers": door.BY_TOKEN}),
    "A30 X-Road-Client": Weakened(gone("terpadu.exchange.deciding.check_content"), consumer.every_refusal),
    "A31 served here": Weakened(gone("terpadu.exchange.deciding.check_served_here"), consumer.every_refusal),
    **{f"A31 {rule}": Weakened(no_rule(rule), consumer.every_refusal)
       for rule in ("begun", "ended", "endpoint", "purpose", "case", "key", "consent")},
}  # fmt: skip


@pytest.mark.deep
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WEAKENED)
def test_the_attack_succeeds_when_its_check_is_gone(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weak = WEAKENED[name]
    if weak.story is link.trickled:
        monkeypatch.setattr("terpadu.exchange.link.SILENCE", 0.5)
    weak.patch(monkeypatch)
    with pytest.raises((AssertionError, TimeoutError, ValueError, KeyError, ConnectionError, pytest.fail.Exception)):
        attack(tmp_path, weak.story, **weak.world)
