"""Names of offices and their systems, as the federation has them; asked of the portal's own node."""

from __future__ import annotations

import time
from typing import NamedTuple

from terpadu.errors import Refused
from terpadu.model.identifiers import ServiceId
from terpadu.pages.agencies import agencies

_PAUSE = 10.0
"""Seconds before a silent node is asked for names again: a page of the catalogue doesn't wait for it twice."""


class Office(NamedTuple):
    """A system and the office that owns it, as people know them."""

    system: str
    office: str

    def __str__(self) -> str:
        return self.system if self.office in self.system else f"{self.system}, {self.office}"


class _Names:
    """Names heard so far; a node that does not answer is left alone for a while."""

    def __init__(self) -> None:
        self._known: dict[str, Office] = {}
        self._not_before = 0.0

    def heard(self) -> dict[str, Office]:
        if time.monotonic() >= self._not_before:
            try:
                found = agencies().agreements()
                self._known = {_subsystem(one["service"]): Office(one["system"], one["office"]) for one in found}
            except Refused:
                self._not_before = time.monotonic() + _PAUSE
        return self._known


_names = _Names()


def office_of(service: ServiceId) -> Office:
    """Who offers a service: from the federation, or from the id itself while the node does not answer."""
    return _names.heard().get(_subsystem(service)) or _spelled(service)


def _subsystem(service: str) -> str:
    return service.rpartition("/")[0]


def _spelled(service: str) -> Office:
    """`ID/GOV/KEMENDAGRI/DUKCAPIL/penduduk` as DUKCAPIL, KEMENDAGRI."""
    _, _, member, system, *_ = service.split("/")
    return Office(system, member)
