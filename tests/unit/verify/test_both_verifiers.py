"""Two verifiers, written apart from the protocol's text alone: of every file both must think the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from terpadu.errors import BadInput, EvidenceBroken
from terpadu.signing import evidence
from tests.lib.evidence_forge import ASKER, PROVIDER, WITNESSES, Forge, asked_after, exchange, streamed
from tests.lib.evidence_keys import NOW, Key, b64
from tests.lib.evidence_lies import Maker, heads, pair, raw_head
from tests.lib.evidence_lies_kept import recorded
from tests.unit.verify.test_refused import ACCEPTED, ROWS
from verify import verify as second

ODD: tuple[Any, ...] = (
    *("", " ", "x", "a b", "ID/GOV/1", "ID/GOV/1/app", "ID/GOV/9/pop/x", "ID/GOV/9/pop/x/y", "ID//1/app", "ID/GOV/1/a b"),
    *("A" * 22 + "==", "A" * 43 + "=", "A" * 42 + "B=", "A" * 44, b64(bytes(31)), "ä", 'q"', "\\", "\x7f", "\n"),
    *(0, 1, -1, 99, 100, 599, 600, 2**53 - 1, 2**53, 1.5, True, False, None, [], {}),
    *("00000000-0000-1000-8000-000000000001", "00000000-0000-4000-c000-000000000001", "none", "done", "request", "end"),
)  # fmt: skip
REQUEST = ("actor", "agreement", "case", "consent", "content", "from", "id", "idem", "kind", "purpose", "stream", "time")
REPLY = ("code", "content", "first", "for", "from", "id", "kind", "rule", "state", "status", "stream", "time", "to", "v")
QUERY = ("about", "from", "id", "kind", "time", "to", "until", "v")
END = ("content", "for", "from", "id", "kind", "more", "size", "time", "to", "v")
ENTRY = {
    "since": (0, -1, 2**53, NOW + 1, True),
    "until": (0, 2**53 - 1, 2**53, True),
    "members": ((), ("x",), ("",), ("ID/GOV/1", "a b")),
}
RECORD = ("at", "dir", "frame", "kind", "local", "n", "recovered", "trust", "turn")
TURN = (
    (f"node {ASKER}", "node ID/GOV/1"),
    (f"time {NOW + 1}", f"time 0{NOW + 1}"),
    (f"time {NOW + 1}", "time -1"),
    ("frames 3", "frames 03"),
    ("frames 3", "frames 1"),
    ("/journal/1 7", "/journal/1 07"),
    ("/journal/1 7", "/journal/01 7"),
    ("/journal/1 7", "/journal/one 7"),
    (f"journal {ASKER}", f"journal {PROVIDER}"),
    ("trust 4 1 9", "trust 4 1"),
    ("trust 4 1 9", "trust 4 1 9 9"),
    ("trust 4 1 9", "trust 4 1 -9"),
    ("trust 4 1 9", "trust 4  1 9"),
    ("trust 4 1 9\n", "trust 4 1 9\nmore\n"),
)


def with_turn(old: str, new: str) -> Maker:
    def make(forge: Forge) -> str:
        asked = forge.seal(forge.request(), ASKER, PROVIDER, text_of=lambda text: text.replace(old, new))
        return forge.file({"request": asked}, [])

    return make


def with_key(**entry: Any) -> Maker:
    """The asker's frame key with another entry."""

    def make(forge: Forge) -> str:
        forge.add(replace(forge.keys[ASKER], **entry))
        return exchange(forge, records=1)

    return make


def with_end(**end: Any) -> Maker:
    """A streamed request with a changed end."""

    def make(forge: Forge) -> str:
        asked = forge.request(stream=True)
        mark = forge.seal(forge.end(asked, **end), ASKER, PROVIDER, time=NOW + 3)
        return forge.file({"request": forge.seal(asked, ASKER, PROVIDER), "request-end": mark}, [])

    return make


def with_query(**query: Any) -> Maker:
    def make(forge: Forge) -> str:
        asked = forge.request()
        later = forge.seal(forge.query(asked, **query), ASKER, PROVIDER, time=NOW + 51)
        return forge.file({"request": forge.seal(asked, ASKER, PROVIDER), "query": later}, [])

    return make


def query_alone(forge: Forge) -> str:
    return forge.file({"query": forge.seal(forge.query(forge.request()), ASKER, PROVIDER)}, [])


def p256_witness(forge: Forge) -> str:
    witness = forge.add(Key(WITNESSES[0], "witness", ("ID/GOV/2",), "ecdsa-p256"))
    sealed = pair(forge)
    return forge.file(sealed, [forge.record(sealed["request"], "in", cosigned=[(witness, NOW // 1000 + 10)])])


def younger_journal_key(forge: Forge) -> str:
    forge.add(replace(forge.keys[f"{PROVIDER}/journal/1"], since=NOW + 1_000_000))
    return exchange(forge, records=2)


def reordered(order: Callable[[list[str]], list[str]]) -> Maker:
    """A true file whose sections stand in another order; a head stays with its seal."""

    def make(forge: Forge) -> str:
        title, *sections = exchange(forge, records=2).split("\n== ")
        pieces: list[str] = []
        for section in sections:
            if section.startswith("seal "):
                pieces[-1] += f"\n== {section}"
            else:
                pieces.append(section.removesuffix("\n"))
        return "\n== ".join((title, *order(pieces))) + "\n"

    return make


def last_first(pieces: list[str]) -> list[str]:
    return [pieces[-1], *pieces[:-1]]


def keys_turned(pieces: list[str]) -> list[str]:
    at = [number for number, piece in enumerate(pieces) if piece.startswith("key\n")]
    return [*pieces[: at[0]], *reversed(pieces[at[0] : at[-1] + 1]), *pieces[at[-1] + 1 :]]


KINDS: dict[str, Maker] = {
    "in its order": reordered(list),
    "registry first": reordered(last_first),
    "reply before request": reordered(lambda pieces: [pieces[1], pieces[0], *pieces[2:]]),
    "keys in another order": reordered(keys_turned),
    "keys before journals": reordered(lambda pieces: sorted(pieces, key=lambda piece: piece.startswith(("journal", "registry")))),

    "streamed": streamed,
    "asked after": asked_after,
    "asked after, request not shown": lambda forge: asked_after(forge, request=False),
    "query alone": query_alone,
    "query older than its request": with_query(time=NOW - 60_001, until=NOW),
    "P-256 witness": p256_witness,
    "younger journal key": younger_journal_key,
    "nothing": lambda forge: forge.file({}, []),
    "reply kind as status": raw_head(lambda head: head.replace('"kind":"request"', '"kind":"query"')),
    "member with no part": with_key(members=("ID/GOV/1", "x")),
    "for nobody": with_key(members=()),
}


def cases() -> Iterator[tuple[str, Maker]]:
    """Every file that the tests know, and odd values in every signed field."""
    yield from ((name, make) for name, (_, make) in ROWS.items())
    yield from ACCEPTED.items()
    yield from KINDS.items()
    yield from ((f"turn {new!r}", with_turn(old, new)) for old, new in TURN)
    yield from ((f"key {name} {odd}", with_key(**{name: odd})) for name, values in ENTRY.items() for odd in values)
    for value in ODD:
        yield from ((f"query {name} {value!r}", with_query(**{name: value})) for name in QUERY)
        yield from ((f"end {name} {value!r}", with_end(**{name: value})) for name in END)
        yield from ((f"request {name} {value!r}", heads({name: value})) for name in (*REQUEST, "to", "until", "v"))
        yield from ((f"reply {name} {value!r}", heads(reply={name: value})) for name in REPLY)
        yield from ((f"record {name} {value!r}", recorded(journal=f"{PROVIDER}/journal/1", **{name: value})) for name in RECORD)


def first_proves(text: str, root: str) -> str:
    """Empty, or why not."""
    try:
        evidence.verify(text.encode(), root.encode())
    except (EvidenceBroken, BadInput) as error:
        return error.sentence
    return ""


def second_proves(text: str, root: str) -> str:
    try:
        second.verify(text, second.read_trust(root))
    except ValueError as error:
        return str(error)
    return ""


def made(make: Callable[[Forge], str]) -> tuple[str, str] | None:
    forge = Forge()
    try:
        return make(forge), forge.trust()
    except (TypeError, ValueError, KeyError, AttributeError):
        return None  # the forge itself can't sign that


def test_both_verifiers_say_the_same_of_every_file() -> None:
    verdicts, apart = {"proven": 0, "refused": 0}, []
    for name, make in cases():
        file = made(make)
        if file is None:
            continue
        one, two = first_proves(*file), second_proves(*file)
        verdicts["refused" if one else "proven"] += 1
        if bool(one) != bool(two):
            apart.append(f"{name}: first {one or 'proven'!r}, second {two or 'proven'!r}")
    assert not apart, "\n".join(apart)
    assert verdicts["proven"] > 30
    assert verdicts["refused"] > 900


@pytest.mark.parametrize("root", ["", "{}", "terpadu.trust/1", "terpadu.trust/1\nregistry ID/registry 0\nwitnesses 0"])
def test_both_read_the_same_anchors(root: str) -> None:
    text = exchange(Forge())
    with pytest.raises(BadInput):
        evidence.verify(text.encode(), root.encode())
    with pytest.raises((ValueError, LookupError)):
        second.read_trust(root)


@pytest.mark.parametrize(
    ("order", "proves"), [("in its order", True), ("registry first", False), ("reply before request", False),
                          ("keys in another order", False), ("keys before journals", False)],
)  # fmt: skip
def test_sections_stand_in_one_order(order: str, proves: bool) -> None:
    file = made(KINDS[order])
    assert file is not None
    assert [not first_proves(*file), not second_proves(*file)] == [proves, proves]
