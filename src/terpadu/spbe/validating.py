"""What an instrument must hold, one check a sentence. All problems are told at once, so that a file is mended in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from terpadu.spbe.written import WHOLE, Weighted, Written


def problems(written: Written) -> list[str]:
    """Everything that is wrong, in sentences; nothing where the instrument holds together."""
    return [sentence for check in CHECKS for sentence in check(written)]


def notes(written: Written) -> list[str]:
    """What is not wrong, but must be known by whoever uses it."""
    found = [f"indicator {one.number}: {one.erratum}" for one in written.indicator if one.erratum]
    if written.standing == "secondary":
        found.insert(0, "written from secondary sources: compare it with the official copy before publishing from it")
        bare = sum(not one.criteria for one in written.indicator)
        found += [f"{bare} indicators have no criteria"] * bool(bare)
    return found


def _numbers(written: Written) -> Iterator[str]:
    groups: dict[str, Sequence[Weighted]] = {
        "domain": written.domain,
        "aspect": written.aspect,
        "indicator": written.indicator,
    }
    for kind, group in groups.items():
        numbers = [one.number for one in group]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{kind}s: expected the numbers 1 to {len(numbers)} in order, each once; got {_shown(numbers)}"


def _belonging(written: Written) -> Iterator[str]:
    domains, aspects = {one.number for one in written.domain}, {one.number for one in written.aspect}
    for aspect in written.aspect:
        if written.domain and aspect.domain not in domains:
            yield f"aspect {aspect.number}: expected one of the domains {_shown(domains)}, got {aspect.domain}"
        if not written.domain and aspect.domain is not None:
            yield f"aspect {aspect.number}: names domain {aspect.domain}, but the file has no domains"
    for one in written.indicator:
        if one.aspect not in aspects:
            yield f"indicator {one.number}: expected one of the aspects {_shown(aspects)}, got {one.aspect}"


def _weights(written: Written) -> Iterator[str]:
    everything: tuple[Weighted, ...] = (*written.domain, *written.aspect, *written.indicator)
    for one in everything:
        if one.weight <= 0:
            yield f"{one.name!r}: expected a weight above 0, got {one.weight}"
    yield from _sum("all indicators", (one.weight for one in written.indicator), WHOLE)
    yield from _sum("all aspects", (one.weight for one in written.aspect), WHOLE)
    if written.domain:
        yield from _sum("all domains", (one.weight for one in written.domain), WHOLE)
    for aspect in written.aspect:
        inside = (one.weight for one in written.indicator if one.aspect == aspect.number)
        yield from _sum(f"the indicators of aspect {aspect.number}", inside, aspect.weight)
    for domain in written.domain:
        inside = (one.weight for one in written.aspect if one.domain == domain.number)
        yield from _sum(f"the aspects of domain {domain.number}", inside, domain.weight)


def _sum(what: str, weights: Iterable[Decimal], wanted: Decimal) -> Iterator[str]:
    total = sum(weights, Decimal())
    if total != wanted:
        yield f"weights of {what}: expected exactly {wanted}, they add up to {total}"


def _levels(written: Written) -> Iterator[str]:
    wanted = written.highest - written.lowest + 1
    for name, row in written.levels.items():
        if len(row) != wanted:
            yield f"levels {name!r}: expected {wanted} names, as in the longest row, got {len(row)}"
    for aspect in written.aspect:
        if aspect.levels not in written.levels:
            yield f"aspect {aspect.number}: expected one of the levels {_shown(written.levels)}, got {aspect.levels!r}"
    if wanted < 2:
        yield f"levels: expected at least two, got {wanted}"


def _criteria(written: Written) -> Iterator[str]:
    wanted = written.highest - written.lowest + 1
    for one in written.indicator:
        if len(one.criteria) not in ((wanted,) if written.standing == "official" else (0, wanted)):
            yield f"indicator {one.number}: expected {wanted} criteria, one for each level, got {len(one.criteria)}"
        if any(not text.strip() for text in one.criteria):
            yield f"indicator {one.number}: a criterion is empty"


def _predicates(written: Written) -> Iterator[str]:
    bounds = [one.least for one in written.predicate]
    if not bounds:
        yield "predicates: expected at least one, got none"
        return
    if any(high <= low for high, low in pairwise(bounds)):
        yield f"predicates: expected falling bounds, the highest first; got {_shown(bounds)}"
    if bounds[-1] != written.lowest:
        yield f"predicates: expected the last to begin at the lowest level {written.lowest}, it begins at {bounds[-1]}"
    if bounds[0] > written.highest:
        yield f"predicates: nobody reaches {bounds[0]}, the highest level is {written.highest}"
    names = [one.name for one in written.predicate]
    if len(set(names)) != len(names):
        yield f"predicates: expected each name once, got {_shown(names)}"
    if written.target not in names:
        yield f"target: expected one of the predicates {_shown(names)}, got {written.target!r}"


def _years(written: Written) -> Iterator[str]:
    if written.last_year is not None and written.last_year < written.first_year:
        yield f"years: expected the last not before the first, got {written.first_year} to {written.last_year}"


CHECKS: Sequence[Callable[[Written], Iterator[str]]] = (
    _numbers, _belonging, _weights, _levels, _criteria, _predicates, _years,
)  # fmt: skip


def _shown(values: Iterable[object]) -> str:
    listed = [str(value) for value in values]
    return ", ".join(listed[:12]) + (" …" if len(listed) > 12 else "") or "nothing"
