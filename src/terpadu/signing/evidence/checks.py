"""The checks 1 to 4 and 6 to 9 of an evidence file, one small function each (protocol section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from terpadu.errors import Refused, Unverified
from terpadu.model.federation import KeyEntry
from terpadu.model.heads import Milliseconds, ReplyHead, RequestHead
from terpadu.model.identifiers import member_of, node_id
from terpadu.model.rights import note_key_id
from terpadu.signing import canonical, hashes, note, tree
from terpadu.signing.checkpoint import Checkpoint, parse_checkpoint
from terpadu.signing.evidence.broken import broken, need
from terpadu.signing.evidence.form import Entry, Evidence, Key, Side
from terpadu.signing.evidence.shape import ProvenHead, check_shape, is_hash, journal_owner
from terpadu.signing.evidence.trust import KeyName, Trust
from terpadu.signing.keys import check_of
from terpadu.signing.turn import Turn, parse_turn
from terpadu.signing.wire import MESSAGES_LIMIT

Keys = dict[KeyName, KeyEntry]


class Proven(NamedTuple):
    """A head whose signature holds."""

    side: Side
    head: ProvenHead
    leaf: bytes
    turn: Turn
    turn_hash: bytes
    frame: bytes
    key: KeyName


class Line(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The record of a frame (protocol section 6)."""

    at: Milliseconds
    direction: Literal["in", "out"] = msgspec.field(name="dir")
    frame: str
    kind: Literal["frame"]
    local: str | None = None
    n: int
    recovered: bool | None = None
    trust: Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,15})( (0|[1-9][0-9]{0,15})){2}$")]
    turn: str


class Recorded(NamedTuple):
    """A record that is in its journal: whose, which heads it covers, and its checkpoint."""

    entry: Entry
    line: Line
    node: str
    checkpoint: Checkpoint
    key: KeyName
    covers: tuple[str, ...]


def _listed(key: Key) -> tuple[KeyName, KeyEntry]:
    try:
        entry = msgspec.json.decode(key.line, type=KeyEntry)
        if canonical.line(entry) != key.line:
            raise ValueError
        return (entry.name, note_key_id(entry)), entry
    except (msgspec.DecodeError, ValueError):
        raise broken(1, "Expected a key entry as a canonical line.") from None


def _lines(raw: bytes) -> tuple[note.Line, ...]:
    try:
        lines = note.parse(raw).lines
    except Unverified as error:
        raise broken(1, error.sentence) from None
    need(1, len({line[:2] for line in lines}) == len(lines), "Expected under a note every key to sign once.")
    return lines


def check_signers_shown(file: Evidence, trust: Trust) -> None:
    """1: every signature line is of a key that is shown (the registry's: of the anchor), every key shown is used,
    once."""
    shown = [_listed(key)[0] for key in file.keys]
    used = {line[:2] for side in file.sides for line in _lines(side.note)}
    used |= {line[:2] for entry in file.entries for line in _lines(entry.checkpoint)}
    need(
        1, len(set(shown)) == len(shown) and set(shown) == used, "Expected exactly the keys that sign here, each once."
    )
    indices = [key.index for key in file.keys]
    need(1, indices == sorted(set(indices)), "Expected the keys in the order of the registry's log.")
    known = all(line[:2] in trust.keys for line in _lines(file.registry))
    need(1, known, "Expected under the registry's checkpoint only signatures of the anchor's keys.")


def check_registry(file: Evidence, trust: Trust) -> Checkpoint:
    """2: the registry's checkpoint under the threshold of distinct trusted keys: one under two names counts once."""
    signed = note.parse(file.registry)
    for line in signed.lines:
        verifies = check_of("ed25519", trust.keys[line[:2]])(line.signature, signed.text)
        need(2, verifies, "Expected every signature under the registry's checkpoint to verify.")
    distinct = len({trust.keys[line[:2]] for line in signed.lines})
    need(2, distinct >= trust.threshold, f"Expected {trust.threshold} registry keys, {distinct} signed.")
    checkpoint = _checkpoint(2, signed.text)
    need(2, checkpoint.origin == trust.registry, f"Expected a checkpoint of {trust.registry}.")
    return checkpoint


def _checkpoint(number: int, text: bytes) -> Checkpoint:
    try:
        return parse_checkpoint(text)
    except Unverified as error:
        raise broken(number, error.sentence) from None


def check_keys(file: Evidence, registry: Checkpoint, trust: Trust) -> Keys:
    """3: every key entry is in the registry's log, and no public key has two uses or names, the anchor's included."""
    listed = dict(map(_listed, file.keys))
    for key, entry in zip(file.keys, listed.values(), strict=True):
        root = tree.root_from_path(hashes.record(key.line), key.index, registry.size, key.path)
        need(3, root == registry.root, f"Expected the key of {entry.name} in the registry's log.")
    distinct, offline = {entry.key for entry in listed.values()}, set(trust.keys.values())
    once = len(distinct) == len(listed) and not distinct & offline
    need(3, once, "Expected one use and one name for every public key.")
    return listed


def check_seals(file: Evidence, keys: Keys) -> dict[str, Proven]:
    """4: each head in its frame, the frame in its turn, the turn signed by a frame key that was valid and speaks for
    it."""
    return {side.name: _proven(side, keys) for side in file.sides}


def _proven(side: Side, keys: Keys) -> Proven:
    try:
        signed, head = note.parse(side.note), check_shape(side.name, canonical.decode_head(side.head))
        turn = parse_turn(signed.text)
        node_id(turn.node), node_id(side.receiver)
    except (Unverified, Refused) as error:
        raise broken(4, f"{side.name}: {error}") from None
    leaf, name = hashes.leaf(side.head), signed.lines[0][:2]
    listed = side.index < len(side.leaves) <= MESSAGES_LIMIT and side.leaves[side.index] == leaf
    need(4, listed, f"Expected the {side.name} among at most {MESSAGES_LIMIT} leaves.")
    need(4, journal_owner(turn.journal.origin) == turn.node, f"Expected a journal of {turn.node} in its turn.")
    frame = hashes.frame(turn.node, side.receiver, side.leaves)
    rooted = tree.root_from_path(frame, side.place, turn.frames, side.path)
    need(4, rooted == turn.root, f"Expected the frame of the {side.name} under its turn's root.")
    need(4, len(signed.lines) == 1 and name[0] == turn.node, f"Expected {turn.node} alone to sign the {side.name}.")
    _signed_by(4, signed.lines[0], signed.text, keys, "frame", turn.time)
    need(4, member_of(head.source) in keys[name].members, f"Expected {turn.node}'s key to speak for {head.source}.")
    return Proven(side, head, leaf, turn, hashes.turn(signed.text), frame, name)


def _signed_by(number: int, line: note.Line, text: bytes, keys: Keys, use: str, at: int) -> None:
    entry = keys[line[:2]]
    need(number, entry.use == use, f"Expected a key of {line.name} for {use}; the registry lists it for {entry.use}.")
    need(number, use == "frame" or entry.alg == "ed25519", f"Expected an Ed25519 key for {use} notes of {line.name}.")
    need(number, entry.since <= at < entry.until, f"Expected a key of {line.name} that was valid then.")
    need(
        number,
        check_of(entry.alg, entry.key)(line.signature, text),
        f"Expected the signature of {line.name} to verify.",
    )


def check_records(file: Evidence, proven: dict[str, Proven], keys: Keys) -> list[Recorded]:
    """6: each record names such a frame and turn, in the right journal and direction, included, the log's signature
    good."""
    found = [_recorded(entry, proven, keys) for entry in file.entries]
    places = {(one.checkpoint.origin, one.entry.index) for one in found}
    need(6, len(places) == len(found), "Expected each record once.")
    return found


def _recorded(entry: Entry, proven: dict[str, Proven], keys: Keys) -> Recorded:
    line, signed = _line(entry.record), note.parse(entry.checkpoint)
    checkpoint = _checkpoint(6, signed.text)
    node = journal_owner(checkpoint.origin)
    if node is None:
        raise broken(6, "Expected the checkpoint of a node's journal.")
    covers = tuple(name for name, one in proven.items() if _names(line, node, one))
    need(
        6,
        bool(covers),
        f"Expected a record of one of these frames in its node's direction; that in {checkpoint.origin} is not.",
    )
    root = tree.root_from_path(hashes.record(entry.record), entry.index, checkpoint.size, entry.path)
    need(6, root == checkpoint.root, f"Expected the record in {checkpoint.origin} under its checkpoint's root.")
    own = [one for one in signed.lines if one.name == checkpoint.origin]
    need(6, len(own) == 1, f"Expected one signature of {checkpoint.origin} under its checkpoint.")
    younger = keys[own[0][:2]].since  # the checkpoint may be younger than the record, and so may its key
    _signed_by(6, own[0], signed.text, keys, "journal", max(line.at, younger))
    return Recorded(entry, line, node, checkpoint, own[0][:2], covers)


def _line(record: bytes) -> Line:
    try:
        line = msgspec.json.decode(record, type=Line)
        if canonical.line(line) != record or line.recovered is False or not is_hash(line.local):
            raise ValueError
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        raise broken(6, "Expected the record of a frame as a canonical line.") from None
    return line


def _names(line: Line, node: str, one: Proven) -> bool:
    owner = one.turn.node if line.direction == "out" else one.side.receiver
    same = (
        line.frame == hashes.b64(one.frame)
        and line.turn == hashes.b64(one.turn_hash)
        and line.n == len(one.side.leaves)
    )
    return same and owner == node


def check_witnesses(records: Sequence[Recorded], keys: Keys, trust: Trust) -> list[int | None]:
    """7: every cosignature verifies; for each record the second that it is not later than, by the n-th other member."""
    return [_not_later(one, keys, trust) for one in records]


def _not_later(one: Recorded, keys: Keys, trust: Trust) -> int | None:
    signed, members = note.parse(one.entry.checkpoint), keys[one.key].members
    earliest: dict[str, int] = {}
    for line in signed.lines:
        if line[:2] == one.key:
            continue
        entry = keys[line[:2]]
        seconds = (
            note.cosigned_at(line, signed.text, check_of(entry.alg, entry.key)) if entry.use == "witness" else None
        )
        valid = seconds is not None and entry.alg == "ed25519" and entry.since <= seconds * 1000 < entry.until
        need(7, valid, f"Expected a cosignature of {line.name}, a listed witness, that verifies.")
        if seconds is not None and line[:2] not in trust.revoked:
            for member in set(entry.members) - set(members):
                earliest[member] = min(seconds, earliest.get(member, seconds))
    times = sorted(earliest.values())
    return times[trust.witnesses - 1] if 0 < trust.witnesses <= len(times) else None


def check_revocations(
    proven: dict[str, Proven], records: Sequence[Recorded], witnessed: Sequence[int | None], trust: Trust
) -> None:
    """8: a revoked key counts only where witnesses saw its work before the revocation."""
    for one, second in zip(records, witnessed, strict=True):
        revoked = trust.revoked.get(one.key)
        in_time = revoked is None or (second is not None and second < revoked)
        need(8, in_time, f"Expected witnesses of {one.checkpoint.origin} before its key was revoked.")
    for name, head in proven.items():
        revoked = trust.revoked.get(head.key)
        seen = [
            second for one, second in zip(records, witnessed, strict=True) if second is not None and name in one.covers
        ]
        in_time = revoked is None or any(second < revoked for second in seen)
        need(8, in_time, f"Expected witnesses of the {name} before the key of {head.turn.node} was revoked.")


def check_contents(file: Evidence, proven: dict[str, Proven]) -> dict[str, bytes]:
    """9: a content that is shown is the one that its head commits to."""
    for name, content in file.contents:
        head = proven[name].head if name in proven else None
        fits = isinstance(head, RequestHead | ReplyHead) and head.content == hashes.commitment(
            head.kind, head.id, content
        )
        need(9, fits, f"Expected the content that the {name}'s head commits to.")
    return dict(file.contents)
