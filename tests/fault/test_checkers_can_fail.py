"""Each checker of an invariant finds what is broken on purpose; a judge who can't convict proves nothing."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from terpadu.cli.node import plan_of
from terpadu.journal.layout import Generation
from terpadu.model.heads import ReplyHead
from tests.lib import fault_invariants as invariants
from tests.lib.fault_ledger import Ledger, prove, read_ledger
from tests.lib.fault_load import Load, Told, Write
from tests.lib.fault_rig import Rig, rig
from tests.lib.fault_story import judge


class Quiet:
    """A short run in which nobody dies: everything holds until a test breaks it."""

    def __init__(self, it: Rig, load: Load) -> None:
        self.it, self.load = it, load
        self.effects = Counter(it.system.effects)
        self.ours, self.theirs = read_ledger(it.asker), read_ledger(it.answerer)
        self.findings = judge(it, load, self.ours, self.theirs, (), 2**53)

    @property
    def signed(self) -> list[Told]:
        """What callers were told with the other node's word."""
        return [one for one in self.load.told if one.signed]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Quiet:
    async def run() -> Quiet:
        async with rig(tmp_path_factory.mktemp("quiet")) as it:
            await it.start()
            load = Load(it.asker.door)
            await load.more(60)
            await load.end()
            assert await it.stop() == [0, 0]
            return Quiet(it, load)

    return asyncio.run(run())


def without(ledger: Ledger, leaf: str) -> Ledger:
    """The ledger as if one message had never been recorded."""
    return ledger._replace(lines=tuple(line for line in ledger.lines if line.leaf != leaf))


def test_a_quiet_run_breaks_nothing(quiet: Quiet) -> None:
    assert quiet.findings == []
    assert len(quiet.signed) >= 60


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_one_lost_record_is_found(quiet: Quiet, side: str) -> None:
    told = quiet.signed[7]
    ledger: Ledger = getattr(quiet, side)
    lost = next(line.leaf for line in ledger.lines if line.head.id == told.number and isinstance(line.head, ReplyHead))
    both = {"ours": quiet.ours, "theirs": quiet.theirs, side: without(ledger, lost)}
    assert invariants.acknowledged_is_recorded(quiet.load.told, both["ours"], both["theirs"]) == [
        f"I1: {told.kind} {told.number} was told (200), but not recorded by both."
    ]
    assert len(invariants.journals_agree(both["ours"], both["theirs"], (), quiet.load.told)) == 1


def test_a_death_explains_only_what_was_told_to_nobody(quiet: Quiet) -> None:
    line = next(iter(quiet.theirs.requests("in").values()))
    ours, deaths = without(quiet.ours, line.leaf), (invariants.Death(quiet.ours.node, line.at),)
    untold = [one for one in quiet.load.told if one.number != line.head.id]
    assert invariants.journals_agree(ours, quiet.theirs, deaths, untold) == []
    assert len(invariants.journals_agree(ours, quiet.theirs, deaths, quiet.load.told)) == 1
    assert len(invariants.journals_agree(ours, quiet.theirs, (), untold)) == 1


def test_another_message_under_the_same_number_is_found(quiet: Quiet) -> None:
    told = quiet.signed[3]
    lines = [
        line._replace(leaf="AAAA") if line.head.id == told.number and isinstance(line.head, ReplyHead) else line
        for line in quiet.theirs.lines
    ]
    changed = quiet.theirs._replace(lines=tuple(lines))
    assert "other messages" in invariants.acknowledged_is_recorded(quiet.load.told, quiet.ours, changed)[0]


def test_a_second_or_missing_effect_is_found(quiet: Quiet) -> None:
    done = next(write for write in quiet.load.writes if write.final and write.final.status == 200)
    twice, never = Counter(quiet.effects), Counter(quiet.effects)
    twice[done.key], never[done.key] = 2, 0
    assert invariants.one_effect(quiet.effects, quiet.load.writes) == []
    assert len(invariants.one_effect(twice, quiet.load.writes)) == 2
    assert len(invariants.one_effect(never, quiet.load.writes)) == 1
    assert "never settled" in invariants.one_effect(Counter(), [Write("catat")])[0]


def test_two_answers_under_one_key_are_found(quiet: Quiet) -> None:
    done = next(write for write in quiet.load.writes if write.final and write.final.status == 200)
    other = Write(done.kind)
    other.answers = [done.answers[-1], done.answers[-1]._replace(body=b"{}")]
    assert len(invariants.one_answer([other])) == 1


def test_an_unresolved_doubt_is_found(quiet: Quiet) -> None:
    line = next(iter(quiet.theirs.replies("out").values()))
    assert len(invariants.doubts_resolved(without(quiet.theirs, line.leaf))) == 1


def test_an_outcome_that_never_came_is_found(quiet: Quiet) -> None:
    line = next(iter(quiet.ours.replies("in").values()))
    assert invariants.outcomes_known(quiet.ours) == []
    assert len(invariants.outcomes_known(without(quiet.ours, line.leaf))) == 1


def test_a_release_without_right_a_late_return_and_a_surprise_are_found(quiet: Quiet) -> None:
    assert invariants.nothing_released(quiet.theirs, "/lihat", 0) != []
    assert invariants.back_in_time(invariants.SECONDS_BACK + 0.1) != []
    assert invariants.no_surprises([quiet.signed[0]._replace(code="internal")]) != []


def test_a_flipped_bit_and_an_unknown_number_are_found(quiet: Quiet) -> None:
    node = quiet.it.answerer
    segment = Generation(plan_of(node.settings).journal, node.name, 1).segments()[0]
    whole = segment.read_bytes()
    at = whole.index(b'"kind":"frame"', len(whole) // 2)
    segment.write_bytes(whole[: at + 10] + bytes((whole[at + 10] ^ 1,)) + whole[at + 11 :])
    try:
        assert invariants.journals_verify(read_ledger(node)) != []
        assert len(prove(node, ["00000000-0000-4000-8000-000000000000"])) == 1
    finally:
        segment.write_bytes(whole)
