"""What was decided before and still holds: a yes under one agreement, for as long as the federation stays the same.

Most rules speak of what stands in the federation and of the moment only through dates. Where all of them said yes, only
those of the moment are asked again: counts, the person's consent, the person's place in a cohort.
"""

from __future__ import annotations

from typing import NamedTuple

from terpadu.model.message import Decision, Facts
from terpadu.model.rights import Rights
from terpadu.policy.rules import Claimed, Rule

OF_THE_MOMENT = frozenset({"cohort", "quota", "persons", "consent", "withdrawn"})
"""The rules that depend on more than a key holds; each is asked every time."""
_MOST = 4096
_VIEWS = 4


class Standing(NamedTuple):
    """A yes, from when until when (Unix ms) it holds, and the rules to ask again."""

    decision: Decision
    since: int
    until: int
    moment: tuple[Rule[Claimed], ...]


Key = tuple[str, str, str, str, str, str | None, str | None, bool, bool]


class Known:
    """The standing yeses of a few views of the federation; one is dropped with its view."""

    def __init__(self) -> None:
        self._views: dict[int, tuple[Rights, dict[Key, Standing]]] = {}

    def find(self, facts: Facts, rights: Rights, now: int) -> Standing | None:
        """A yes to the same question that still holds at `now`."""
        view = self._views.get(id(rights))
        found = view[1].get(_key(facts)) if view is not None else None
        return found if found is not None and found.since <= now < found.until else None

    def add(self, facts: Facts, rights: Rights, standing: Standing) -> None:
        """Remember a yes; the view is held, so that its id is no other's."""
        view = self._views.get(id(rights))
        if view is None:
            if len(self._views) >= _VIEWS:
                self._views.clear()
            view = self._views[id(rights)] = (rights, {})
        if len(view[1]) >= _MOST:
            view[1].clear()
        view[1][_key(facts)] = standing


def _key(facts: Facts) -> Key:
    """All that the standing rules read."""
    return (
        *(facts.consumer, facts.service, facts.asker, facts.verb, facts.path, facts.agreement, facts.purpose),
        *(bool(facts.case and facts.case.strip()), facts.has_key),
    )
