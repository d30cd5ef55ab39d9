"""Services that a node answers itself, about itself (X-Road's metaservices, PR-MREST, and ours).

`OPEN` ones need no agreement: they say what is on offer and how much it is used, and name no person. `RESERVED` codes
are all those that no agency may give to a service of its own, also where we do not answer them. `getAccesses` (who
looked at a person's data) is about persons: it is asked under an agreement like all else, so reserved but not open.
"""

from __future__ import annotations

from functools import lru_cache

from terpadu.model.identifiers import ServiceId

OPEN = frozenset({"listMethods", "allowedMethods", "getOpenAPI", "getCounters"})
RESERVED = OPEN | {
    "getAccesses",
    "getWsdl",
    "getSecurityServerMetrics",
    "getSecurityServerOperationalData",
    "getSecurityServerHealthData",
}


@lru_cache(maxsize=4096)
def is_open(service: ServiceId) -> bool:
    """May every member ask this without an agreement?"""
    return service.rpartition("/")[2] in OPEN
