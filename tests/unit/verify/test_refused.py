"""Files that are signed well and lie nevertheless: each row is refused, by the check that the protocol gives it to."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from traceback import extract_tb

import pytest

from tests.lib.evidence_forge import (
    ANSWER,
    ASKER,
    EMPTY,
    PART,
    PROVIDER,
    SECOND,
    WITNESSES,
    Forge,
    asked_after,
    content_of,
    exchange,
    streamed,
)
from tests.lib.evidence_keys import NOW, YEAR, Key, b64
from tests.lib.evidence_lies import (
    OTHER_MEMBER,
    OTHER_NODE,
    Maker,
    alg_confusion,
    another_head,
    between,
    crafted_half_leaf,
    edited,
    end_of_nothing,
    end_with_more,
    fields_turned_round,
    heads,
    pair,
    raw_head,
    repeated,
    reply_to,
    seal_edited,
    second_signature_line,
    signed_by,
    status_about_another,
    title_moved,
    turn_in_anothers_name,
    twin_under_its_neighbours_index,
    unshown_cosigner,
    unused_key,
    without,
    wrong_root_for_a_short_path,
)
from tests.lib.evidence_lies_kept import (
    another_registry,
    content_lent_by_the_request,
    journal_key,
    offline_key_as_a_nodes_key,
    one_key_in_two_uses,
    one_offline_key_under_two_names,
    one_witness_twice,
    recorded,
    registry,
    registry_signed_wrongly,
    revoked,
    revoked_without_witnesses,
    revoked_witness,
    same_frame_in_another_turn,
    shown,
    unlisted_key,
    unsigned_checkpoint,
    vouched_by,
    witness_key,
)
from verify import verify as verifier


def refused_by(text: str, forge: Forge) -> str:
    """The check that refuses the file, or `none`."""
    try:
        verifier.verify(text, verifier.read_trust(forge.trust()))
    except ValueError as error:
        return extract_tb(error.__traceback__)[2].name
    return "none"


ROWS: dict[str, tuple[str, Maker]] = {
    # A2, A4: nothing beside what is signed, and one spelling only
    "unknown section": ("check_1_form", edited("== registry", "== notes\nx\n== registry")),
    "head twice": ("check_1_form", repeated("head request")),
    "registry twice": ("check_1_form", repeated("registry")),
    "content twice": ("check_1_form", repeated("content request", contents=True)),
    "record twice": ("check_1_form", repeated("journal")),
    "key twice": ("check_1_form", repeated("key")),
    "one witness twice": ("check_1_form", one_witness_twice),
    "two signature lines": ("check_1_form", second_signature_line),
    "cosigner not shown": ("check_1_form", unshown_cosigner),
    "key that signed nothing": ("check_1_form", unused_key),
    "line before the sections": ("check_1_form", edited("evidence/1\n", "evidence/1\n\n")),
    "carriage returns": ("check_1_form", lambda forge: exchange(forge).replace("\n", "\r\n")),
    "no last line end": ("check_1_form", lambda forge: exchange(forge).removesuffix("\n")),
    "no heads at all": ("check_5_binding", lambda forge: forge.file({}, [])),
    "title moved between sections": ("check_1_form", title_moved),
    "field twice": ("check_1_form", raw_head(lambda head: head.replace('"purpose":', '"purpose":"dua","purpose":'))),
    "fields in another order": ("check_1_form", raw_head(fields_turned_round)),
    "unknown field": ("check_1_form", raw_head(lambda head: head.replace('"v":1', '"v":1,"w":1'))),
    "empty field": ("check_1_form", heads({"case": ""})),
    "backslash": ("check_1_form", raw_head(lambda head: head.replace("uji", "u\\u006ai"))),
    "false": ("check_1_form", heads({"stream": False})),
    "float": ("check_1_form", raw_head(lambda head: head.replace(str(NOW), f"{NOW}.0", 1))),
    "number above 2**53": ("check_1_form", heads({"time": 2**53 + 1, "until": 2**53 + 2})),
    "head over 2048 bytes": ("check_1_form", heads({"case": "x" * 2048})),
    "deadline too far": ("check_1_form", heads({"until": NOW + 600_001})),
    "reply with a state": ("check_1_form", heads(reply={"state": "done"})),
    "other version": ("check_1_form", heads({"v": 2})),
    "identifier in capitals": ("check_1_form", heads({"id": "00000000-0000-4000-8000-00000000000A"})),
    # the registry
    "threshold not met": ("check_2_registry", registry(lambda forge: forge.offline[:1])),
    "key that is not trusted": ("check_2_registry", registry(lambda f: [*f.offline, Key("ID/registry/9", "registry", ())])),
    "one offline key twice": ("check_1_form", registry(lambda forge: [forge.offline[0]] * 2)),
    "one offline key under two names": ("check_2_registry", one_offline_key_under_two_names),
    "offline key's name, other key": ("check_2_registry", registry(lambda f: [replace(key, seed="x") for key in f.offline])),
    "another registry of the same keys": ("check_2_registry", another_registry),
    "registry signed wrongly": ("check_2_registry", registry_signed_wrongly),
    "entry that is not listed": ("check_3_keys", unlisted_key),
    # A10: one use a key
    "one key, two uses": ("check_3_keys", one_key_in_two_uses),
    "registry key in a node": ("check_3_keys", offline_key_as_a_nodes_key),
    "turn under a tls key": ("check_4_seals", signed_by("tls")),
    "turn under a journal key": ("check_4_seals", signed_by("journal", alg="ed25519")),
    "turn under a consent key": ("check_4_seals", signed_by("consent")),
    "checkpoint under a frame key": ("check_6_records", journal_key("frame")),
    "checkpoint under a P-256 key": ("check_6_records", journal_key(alg="ecdsa-p256")),
    "cosignature under a journal key": ("check_7_witnesses", witness_key("journal")),
    # A5: the entry chooses the algorithm
    "ed25519 entry, P-256 signature": ("check_4_seals", alg_confusion),
    # A6: another member's key, A47: keys out of their time
    "another member's key": ("check_4_seals", signed_by("frame", ("ID/GOV/7",))),
    "key that has ended": ("check_4_seals", signed_by("frame", until=NOW + 1)),
    "key that has not begun": ("check_4_seals", signed_by("frame", since=NOW + 2)),
    "checkpoint key that had ended": ("check_6_records", journal_key(until=NOW + 20)),
    "witness key that had ended": ("check_7_witnesses", witness_key(until=SECOND * 1000)),
    "witness key that had not begun": ("check_7_witnesses", witness_key(since=SECOND * 1000 + 1)),
    "node that another one signs for": ("check_1_form", turn_in_anothers_name),
    # trees
    "head that is not in its frame": ("check_4_seals", another_head),
    "head at another place": ("check_4_seals", seal_edited("messages 3 1 ", "messages 3 0 ")),
    "place outside the frame": ("check_4_seals", seal_edited("messages 3 1 ", "messages 3 9 ")),
    "other number of messages": ("check_4_seals", seal_edited("messages 3 1 ", "messages 4 1 ")),
    "frame for another receiver": ("check_4_seals", seal_edited(f" {PROVIDER}\n", f" {OTHER_NODE}\n")),
    "129 messages": ("check_4_seals", lambda forge: exchange(forge, records=0, company=128)),
    "path too long": ("check_4_seals", wrong_root_for_a_short_path),
    "root made of half a leaf": ("check_4_seals", crafted_half_leaf),
    "twin frame, other index": ("check_4_seals", twin_under_its_neighbours_index),
    # A3: the reply is for this request
    "reply to another request": ("check_5_binding", reply_to({"purpose": "lain"})),
    "reply with another id": ("check_5_binding", heads(reply={"id": "00000000-0000-4000-8000-000000000009"})),
    "reply from another service": ("check_5_binding", heads(reply={"from": "ID/GOV/9/pop/y"})),
    "reply to another subsystem": ("check_5_binding", heads(reply={"to": "ID/GOV/1/other"})),
    "reply older than its request": ("check_5_binding", heads(reply={"time": NOW - 60_001})),
    "reply of another node": ("check_5_binding", between(ASKER, PROVIDER, OTHER_NODE, ASKER)),
    "reply to another node": ("check_5_binding", between(ASKER, PROVIDER, PROVIDER, OTHER_MEMBER)),
    "nodes swapped": ("check_4_seals", between(PROVIDER, ASKER, ASKER, PROVIDER)),
    "reply without request": ("check_5_binding", lambda f: f.file({"reply": pair(f)["reply"]}, [])),
    "status about another request": ("check_5_binding", status_about_another),
    "status without query": ("check_5_binding", lambda f: without("(?:head|seal) query", asked_after(f))),
    "stream without its end": ("check_5_binding", lambda f: without("(?:head|seal) reply-end", streamed(f))),
    "stream with a mark for an end": ("check_1_form", end_with_more),
    "end without a stream": ("check_5_binding", end_of_nothing),
    # records
    "record of another turn": ("check_6_records", same_frame_in_another_turn),
    "record in another journal": ("check_6_records", recorded(journal=f"{OTHER_NODE}/journal/1")),
    "record in the asker's journal": ("check_6_records", recorded(journal=f"{ASKER}/journal/1")),
    "record of another direction": ("check_6_records", recorded(side="out", journal=f"{PROVIDER}/journal/1")),
    "record of another number": ("check_6_records", recorded(n=4)),
    "record of another frame": ("check_6_records", recorded(frame=b64(bytes(32)))),
    "checkpoint without its own signature": ("check_6_records", unsigned_checkpoint),
    "record of another kind": ("check_1_form", recorded(kind="access")),
    "record at another index": ("check_6_records", edited("tlog-proof@v1\nindex 0\n", "tlog-proof@v1\nindex 1\n")),
    "proof with extra data": ("check_1_form", edited("tlog-proof@v1\n", "tlog-proof@v1\nextra eA==\n")),
    # revocation
    "signer revoked before it was seen": ("check_8_revocations", revoked(ASKER, 1)),
    "signer revoked in the very second": ("check_8_revocations", revoked(ASKER, 0)),
    "signer revoked and no record": ("check_8_revocations", revoked(ASKER, -YEAR, records=0)),
    "signer revoked, witnesses not asked for": ("check_8_revocations", revoked_without_witnesses),
    "journal revoked before it was seen": ("check_8_revocations", revoked(f"{PROVIDER}/journal/1", 0)),
    "cosigner of the same member": ("check_8_revocations", vouched_by(WITNESSES[0], f"{PROVIDER}/witness")),
    "two cosigners of one member": ("check_8_revocations", vouched_by(WITNESSES[0], "ID/GOV/2/n2/witness")),
    "revoked cosigner": ("check_8_revocations", revoked_witness),
    # contents
    "other content": ("check_9_contents", shown({"request": ANSWER})),
    "other salt": ("check_9_contents", shown({"request": content_of(PART[20:], salt=bytes(16))})),
    "content lent by the request": ("check_9_contents", content_lent_by_the_request),
    "content of a message not shown": ("check_9_contents", shown({"reply": EMPTY}, "request")),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_refused(name: str) -> None:
    check, make = ROWS[name]
    forge = Forge()
    assert refused_by(make(forge), forge) == check


ACCEPTED: dict[str, Maker] = {
    "as it is": exchange,
    "all contents": shown({"request": PART, "reply": ANSWER}),
    "a reply in the tolerance": heads(reply={"time": NOW - 60_000}),
    "a key in its last millisecond": signed_by("frame", until=NOW + 2),
    "a key in its first millisecond": signed_by("frame", since=NOW + 1),
    "a key that speaks for two": signed_by("frame", ("ID/GOV/7", "ID/GOV/1")),
    "an ed25519 node": signed_by("frame", alg="ed25519"),
    "a revoked signer, seen before": revoked(ASKER, -1),
    "a revoked journal, seen before": revoked(f"{PROVIDER}/journal/1", -1),
    "a revoked signer and two honest witnesses": vouched_by(*WITNESSES[:2]),
    "three offline keys": registry(lambda forge: forge.offline),
    "all fields": heads(
        {"actor": b64(bytes(16)), "consent": b64(bytes(32)), "idem": b64(bytes(16))},
        {"first": b64(bytes(32)), "code": "x"},
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    """The rows' counterparts: what is refused above is refused for its own reason."""
    forge = Forge()
    assert refused_by(ACCEPTED[name](forge), forge) == "none"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("terpadu.trust/1\n", "terpadu.trust/2\n"),
        ("ID/registry 2", "ID/registry 0"),
        ("witnesses 2\n", ""),
        ("witnesses 2\n", "witnesses 2\nwitnesses 1\n"),
        ("ID/registry/1+", "ID/registry/4+"),
        ("witnesses 2\n", "witnesses 2\nrevoked ID/GOV/1/n1 xyz 1\n"),
    ],
)
def test_trust_that_is_not_in_its_form_is_not_read(old: str, new: str) -> None:
    text = Forge().trust()
    assert old in text
    with pytest.raises(ValueError, match=r"form|C2SP"):
        verifier.read_trust(text.replace(old, new, 1))


def test_base64_has_one_spelling() -> None:
    """Every form that the grammar gives to base64 leaves no bit free."""
    for size in range(40):
        true = base64.b64encode(bytes(range(size))).decode()
        assert re.fullmatch(verifier.FORMS["BASE"], true)
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
            false = re.sub("[^=](=*)$", rf"{letter}\1", true)
            if false != true and base64.b64decode(false) == base64.b64decode(true):
                assert not re.fullmatch(verifier.FORMS["BASE"], false)
