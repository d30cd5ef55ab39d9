"""What the replay memory is made of: the stored frames of a journal as it was at start, generation after generation."""

from __future__ import annotations

from collections.abc import Iterator

from terpadu.journal.layout import Generation, generations
from terpadu.journal.opening import Opening, read_opening
from terpadu.journal.start import Start
from terpadu.journal.stored import Stored, read_segment
from terpadu.signing.hashes import b64


def believed(place: Generation) -> list[Generation]:
    """This generation and the former ones whose records are believed, oldest first.

    One that did not pass its whole check when the next was opened is kept for the auditor; what was in it comes from
    the other ends.
    """
    found = [place]
    for number in reversed(generations(place.directory)):
        if number >= found[0].number:
            continue
        opening = read_opening(found[0])
        if opening is not None and not opening.sound:
            break
        found.insert(0, place._replace(number=number))
    return found


def frames(place: Generation, limit: int | None, since: int) -> Iterator[Stored]:
    """The stored frames of a generation from Unix ms `since` on, in order, below record `limit`."""
    paths = place.segments()
    for number, path in enumerate(paths):
        after = next(read_segment(paths[number + 1]), None) if number + 1 < len(paths) else None
        if after is not None and after.record.at < since:
            continue
        for stored in read_segment(path, limit):
            if stored.record.kind == "frame" and stored.record.at >= since:
                yield stored


def former_of(place: Generation) -> Opening | None:
    """What this generation follows: as it was opened, or as the former one ended; None for the first."""
    former = [number for number in generations(place.directory) if number < place.number]
    known = read_opening(place)
    if known is not None or not former:
        return known
    before = place._replace(number=former[-1])
    ended = Start(before, None, None, None).read().checkpoint
    return Opening(at=0, former=before.origin, size=ended.size, root=b64(ended.root), sound=True)
