"""From a case to its service and its process: the one that stands in the folder now, or the one that the case began with."""

from __future__ import annotations

from functools import lru_cache

from terpadu.cases.engine import reading
from terpadu.cases.engine.elements import Process
from terpadu.cases.models import Case, ProcessFile
from terpadu.errors import Refused
from terpadu.services.catalogue import Entry, catalogue
from terpadu.services.definition import Service


def entry(name: str) -> Entry:
    """A service of the catalogue. Raises `Refused` where it is no longer there."""
    found = catalogue().get(name)
    if found is None:
        raise Refused(
            "unknown-service", f"Expected the service {name!r} in the catalogue; it is not there. Put it back."
        )
    return found


def service_of(case: Case) -> Service:
    """The service of a case. Raises `Refused`."""
    return entry(case.service).service


def process_of(case: Case) -> Process:
    """The process that a case follows; a case that has not begun will follow the newest. Raises `Refused`, `BadInput`."""
    if case.file_id:
        return _understood(case.file_id, case.service)
    return reading.read(entry(case.service).folder, service_of(case))


def pin(case: Case, process: Process) -> None:
    """Let a case keep these bytes; saved by the caller."""
    case.file, _ = ProcessFile.objects.get_or_create(digest=process.digest, defaults={"text": process.text})


@lru_cache(maxsize=256)
def _understood(digest: str, service: str) -> Process:
    text = ProcessFile.objects.get(digest=digest).text
    return reading.understood(text, f"{service}/{reading.FILE}", entry(service).service)
