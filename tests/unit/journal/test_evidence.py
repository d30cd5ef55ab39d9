"""One exchange proven from one text; and every way in which the text could be bent (protocol section 7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from terpadu.errors import BadInput, TerpaduError
from terpadu.signing import evidence, hashes, note
from terpadu.signing.evidence import Evidence, parse, render, verify
from terpadu.signing.evidence.broken import Broken
from tests.lib.exchanges import COSIGNED, HOLDERS, Exchange, evidence_of, exchange, registry, root
from tests.lib.journals import CONSUMER, NOW, PROVIDER, Keyring, reply, request, seal


class Case:
    """A good file and what made it."""

    def __init__(self, directory: Path) -> None:
        self.ring = Keyring()
        self.text, self.exchange = evidence_of(directory, self.ring, keep=True)
        self.root = root(self.ring)
        self.file = parse(self.text)

    def fails(self, number: int, file: Evidence | bytes, anchor: bytes | None = None) -> str:
        text = file if isinstance(file, bytes) else render(file)
        with pytest.raises(Broken) as caught:
            verify(text, anchor or self.root)
        assert caught.value.number == number, caught.value.sentence
        return caught.value.sentence

    def rebuilt(self, sides: list[evidence.Side] | None = None) -> Evidence:
        """The same with other heads, no records and the keys that they need."""
        return parse(evidence.build(sides or self.file.sides, [], registry(self.ring)))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("evidence"))


def test_a_good_file_says_what_it_proves_and_what_not(case: Case) -> None:
    found = verify(case.text, case.root)
    said = "\n".join(found.proven)
    assert f"Node {CONSUMER} signed the request {case.exchange.asked.head.id} to node {PROVIDER}" in said
    assert "under agreement A1/1 for purpose 'uji'" in said
    assert f"record 2 in {PROVIDER}/journal/1, going in" in said
    assert said.count("is not later than 2026-09-21") == 4
    assert "content of the reply shown here" in said
    assert found.not_proven == ["Whether what was said is true: the file proves who said it, not that it is right."]
    assert len(parse(case.text).entries) == 4
    assert len(parse(case.text).keys) == 6


def test_without_contents_and_records_it_says_so(case: Case) -> None:
    found = verify(render(case.rebuilt()), case.root)
    assert any("Whether ID/GOV/9/n1 recorded the request" in one for one in found.not_proven)
    assert any("What the reply said" in one for one in found.not_proven)


def test_every_character_counts(case: Case) -> None:
    for position in range(len(case.text)):
        here = case.text[position : position + 1]
        change = (b"", bytes((here[0] ^ 1,)), here * 2)[position % 3]
        with pytest.raises(Broken):
            verify(case.text[:position] + change + case.text[position + 1 :], case.root)


@pytest.mark.parametrize(
    "bend",
    [
        lambda text: text + b"\n",
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text + b"== extra\n",
        lambda text: text.replace(b"== journal\n", b"== Journal\n", 1),
        lambda text: b"",
        lambda text: text.split(b"== registry")[0],
        lambda text: re.sub(rb"(== key\n(?:.*\n)*?)(== key\n(?:.*\n)*?)(?===)", rb"\2\1", text, count=1),
        lambda text: re.sub(rb"(== head request(?:.*\n)*?)(?=== head reply)", rb"\1\1", text, count=1),
    ],
)
def test_1_one_form_only(case: Case, bend: Callable[[bytes], bytes]) -> None:
    case.fails(1, bend(case.text))


def test_1_no_signature_of_a_key_that_is_not_shown_and_no_key_too_many(case: Case) -> None:
    stranger = case.ring.signer("ID/GOV/5/n1/witness", "witness")
    entry = case.file.entries[0]
    more = note.cosign(note.parse(entry.checkpoint).text, stranger, COSIGNED)
    bent = structs.replace(
        case.file, entries=(structs.replace(entry, checkpoint=entry.checkpoint + more), *case.file.entries[1:])
    )
    case.fails(1, bent)
    case.fails(1, structs.replace(case.file, keys=case.file.keys[1:]))
    case.fails(1, structs.replace(case.file, entries=()))
    case.fails(1, structs.replace(case.file, keys=tuple(reversed(case.file.keys))))


def test_2_the_registry_needs_its_threshold(case: Case) -> None:
    one = registry(case.ring, HOLDERS[:1])
    case.fails(2, structs.replace(case.file, registry=one.checkpoint))
    twice = (
        note.parse(case.file.registry).text + b"\n" + case.file.registry.split(b"\n\n")[1].split(b"\n")[0] * 2 + b"\n"
    )
    case.fails(1, structs.replace(case.file, registry=twice))
    other = root(case.ring).replace(b"registry ID/registry 2", b"registry XX/registry 2")
    case.fails(2, case.file, other)


def test_3_keys_stand_in_the_registry_and_have_one_use(case: Case) -> None:
    key = case.file.keys[0]
    entry = msgspec.json.decode(key.line)
    longer = msgspec.json.encode({**entry, "until": entry["until"] + 1}, order="sorted")
    case.fails(3, structs.replace(case.file, keys=(structs.replace(key, line=longer), *case.file.keys[1:])))
    ring = Keyring()
    ring.signer(CONSUMER, "frame")
    ring.twin(CONSUMER, PROVIDER)
    one = exchange(ring)
    file = _file_of(ring, one)
    with pytest.raises(Broken) as caught:
        verify(file, root(ring))
    assert caught.value.number == 3


def _sides(one: Exchange, at: int = 1) -> list[evidence.Side]:
    return [_side("request", one.request, at), _side("reply", one.reply, at)]


def _side(name: str, frame, index: int) -> evidence.Side:  # type: ignore[no-untyped-def]
    return evidence.Side(
        name=name,
        head=frame.messages[index].raw,
        receiver=frame.seal.receiver,
        index=index,
        leaves=tuple(message.leaf for message in frame.messages),
        place=frame.seal.index,
        path=frame.seal.path,
        note=frame.seal.note,
    )


def _file_of(ring: Keyring, one: Exchange) -> bytes:
    return evidence.build(_sides(one), [], registry(ring))


def _signed(ring: Keyring, asked, answered, back_to=CONSUMER, time: int = NOW + 6) -> Exchange:  # type: ignore[no-untyped-def]
    there = seal(ring.signer(CONSUMER, "frame"), [(PROVIDER, [asked, asked])], NOW + 1)[0]
    back = seal(ring.signer(PROVIDER, "frame"), [(back_to, [answered, answered])], time)[0]
    return Exchange(asked, answered, there, back)


def test_4_head_in_frame_in_turn_signed_by_who_may(case: Case) -> None:
    asked, answered = case.file.sides
    case.fails(4, structs.replace(case.file, sides=(structs.replace(asked, receiver="ID/GOV/7/n1"), answered)))
    case.fails(4, structs.replace(case.file, sides=(structs.replace(asked, index=0), answered)))
    case.fails(4, structs.replace(case.file, sides=(structs.replace(asked, place=1), answered)))
    case.fails(4, case.rebuilt([structs.replace(answered, name="request")]))
    ring = Keyring()
    asked_now = request()
    old = _signed(ring, asked_now, reply(asked_now), time=NOW + 400 * 86_400_000)
    with pytest.raises(Broken, match="valid then") as caught:
        verify(_file_of(ring, old), root(ring))
    assert caught.value.number == 4


def test_4_a_key_speaks_for_its_members_only() -> None:
    ring = Keyring()
    asked = request()
    foreign = seal(ring.signer(PROVIDER, "frame"), [(CONSUMER, [asked, asked])], NOW + 1)[0]
    text = evidence.build([_side("request", foreign, 0)], [], registry(ring))
    with pytest.raises(Broken, match="speak for") as caught:
        verify(text, root(ring))
    assert caught.value.number == 4


@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: reply(request()),
        lambda asked: reply(asked, time=NOW - 61_000),
        lambda asked: reply(asked, stream=True),
        lambda asked: reply(request(number=asked.head.id)),
    ],
)
def test_5_replies_are_bound(answer) -> None:  # type: ignore[no-untyped-def]
    ring, asked = Keyring(), request()
    with pytest.raises(Broken) as caught:
        verify(_file_of(ring, _signed(ring, asked, answer(asked))), root(ring))
    assert caught.value.number == 5


def test_5_the_reply_comes_back_to_the_asker() -> None:
    ring, asked = Keyring(), request()
    with pytest.raises(Broken) as caught:
        verify(_file_of(ring, _signed(ring, asked, reply(asked), back_to=PROVIDER)), root(ring))
    assert caught.value.number == 5


def test_6_records_name_these_frames_in_the_right_journal(case: Case) -> None:
    first, *rest = case.file.entries
    case.fails(6, structs.replace(case.file, entries=(structs.replace(first, index=first.index + 1), *rest)))
    case.fails(6, structs.replace(case.file, entries=(first, *case.file.entries)))
    turned = first.record.replace(b'"dir":"out"', b'"dir":"in"')
    case.fails(6, structs.replace(case.file, entries=(structs.replace(first, record=turned), *rest)))
    later = re.sub(rb'"at":(\d+)', lambda found: b'"at":%d' % (int(found[1]) + 1), first.record)
    case.fails(6, structs.replace(case.file, entries=(structs.replace(first, record=later), *rest)))


def test_7_one_witness_a_member_and_never_the_logs_own(case: Case) -> None:
    first = case.file.entries[0]
    text, lines = note.parse(first.checkpoint)
    for name, count in (("ID/GOV/3/n2/witness", 1), (f"{CONSUMER}/witness", 1)):
        case.ring.signer(name, "witness")
        one = b"".join(
            [
                text + b"\n" + note.signature_line(*lines[0]),
                note.cosign(text, case.ring.signer("ID/GOV/3/n1/witness", "witness"), COSIGNED),
                note.cosign(text, case.ring.signer(name, "witness"), COSIGNED + 1),
            ]
        )
        file = evidence.build(case.file.sides, [structs.replace(first, checkpoint=one)], registry(case.ring))
        found = verify(file, case.root)
        assert "not later than" not in "\n".join(found.proven)
        assert any("fewer than 2 other members" in sentence for sentence in found.not_proven)
        assert sum("not later than" in one for one in verify(file, root(case.ring, count)).proven) == 1
    early = note.parse(first.checkpoint).lines[1]
    wrong = note.signature_line(early.name, early.key_id, (COSIGNED - 5).to_bytes(8, "big") + early.signature[8:])
    right = note.signature_line(*early)
    case.fails(7, render(case.file).replace(right, wrong))


def test_8_a_revoked_key_counts_only_before(case: Case) -> None:
    for name in (CONSUMER, f"{PROVIDER}/journal/1"):
        key_id = case.ring.signer(name, case.ring.entries[name].use).key_id.hex()
        line = f"revoked {name} {key_id}"
        verify(case.text, root(case.ring, revoked=(f"{line} {COSIGNED + 60}",)))
        case.fails(8, case.file, root(case.ring, revoked=(f"{line} {COSIGNED + 1}",)))
    unseen = case.rebuilt()
    key_id = case.ring.signer(CONSUMER, "frame").key_id.hex()
    case.fails(8, unseen, root(case.ring, revoked=(f"revoked {CONSUMER} {key_id} {COSIGNED + 60}",)))


def test_9_a_content_shown_is_the_one(case: Case) -> None:
    (name, content), other = case.file.contents
    case.fails(9, structs.replace(case.file, contents=((name, content[:-1]), other)))
    case.fails(9, structs.replace(case.file, contents=((name, other[1]), other)))


@pytest.mark.parametrize(
    "anchor",
    [
        b"",
        b"{}",
        b"terpadu.trust/1\nregistry ID/registry 2\n",
        b"terpadu.trust/1\n",
        b'{"signed":{"x-terpadu-evidence":[1]}}',
        b"\xff\xfe",
    ],
)
def test_a_bad_anchor_is_one_sentence(case: Case, anchor: bytes) -> None:
    with pytest.raises(BadInput, match="trust anchor"):
        verify(case.text, anchor)


def test_the_anchor_stands_in_root_json_too(case: Case) -> None:
    lines = case.root.decode().rstrip("\n").split("\n")
    signed = msgspec.json.encode({"signatures": [], "signed": {"_type": "root", "x-terpadu-evidence": lines}})
    assert verify(case.text, signed) == verify(case.text, case.root)


def test_garbage_never_gets_out_as_another_error(case: Case) -> None:
    for start in range(0, len(case.text), 997):
        for piece in (case.text[:start], case.text[start:], case.text[:start] + b"\xff" + case.text[start:]):
            if piece != case.text:
                with pytest.raises(TerpaduError):
                    verify(piece, case.root)


def test_hashes_are_those_of_the_vector(case: Case) -> None:
    side = case.file.sides[0]
    assert hashes.leaf(side.head) == side.leaves[side.index] == case.exchange.asked.leaf
