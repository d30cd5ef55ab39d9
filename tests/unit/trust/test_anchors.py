"""The lines for offline verifiers: written and read alike by the registry and by the verifier."""

from __future__ import annotations

import pytest

from terpadu.errors import Unverified
from terpadu.model.federation import RevokedKey
from terpadu.signing.evidence.trust import read_root
from terpadu.trust.anchors import Anchors, Holder, read_anchors
from tests.lib.federation import Made

ANCHORS = Anchors(
    origin="ID/registry",
    threshold=2,
    holders=tuple(Holder(f"ID/registry/{number}", f"{'A' * 42}{letter}=") for number, letter in ((1, "A"), (2, "E"))),
    witnesses=1,
    revoked=(RevokedKey(name="ID/GOV/DUK/n1", id="0011aabb", since=1_790_000_000_000),),
)


def test_lines_are_read_as_written() -> None:
    assert read_anchors(ANCHORS.lines()) == ANCHORS


def test_the_offline_verifier_reads_the_same_root(made: Made) -> None:
    trust, anchors = read_root(made.root), made.office.anchors()
    assert (trust.registry, trust.threshold, trust.witnesses) == (anchors.origin, 2, 1)
    assert list(trust.keys) == [(holder.name, holder.key_id) for holder in anchors.holders]
    plain = read_root(("\n".join(ANCHORS._replace(holders=anchors.holders).lines()) + "\n").encode())
    assert plain.revoked == {("ID/GOV/DUK/n1", bytes.fromhex("0011aabb")): 1_790_000_000}


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[:-2],
        lambda lines: ["terpadu.trust/2", *lines[1:]],
        lambda lines: [lines[0], lines[1].replace("registry ", "log "), *lines[2:]],
        lambda lines: [lines[0], "registry ID/registry 0", *lines[2:]],
        lambda lines: [lines[0], "registry ID/registry 02", *lines[2:]],
        lambda lines: [*lines[:2], lines[2].replace("+", "+0", 1), *lines[3:]],
        lambda lines: [*lines[:2], lines[2][:-4], *lines[3:]],
        lambda lines: [*lines, ""],
        lambda lines: [],
    ],
)
def test_other_lines_are_refused(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unverified, match=r"terpadu\.trust/1"):
        read_anchors(change(ANCHORS.lines()))
