"""For whom one applies: oneself, or a child; what expressions then see as `subjek`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from msgspec import Struct

from terpadu.identity.models import Person
from terpadu.services.definition import Service


class Subject(Struct, frozen=True, kw_only=True):
    """One for whom the person may apply. `key` stands in the page, `subject` begins the case."""

    key: str
    label: str
    subject: dict[str, Any]


def subjects(person: Person, service: Service) -> tuple[Subject, ...]:
    """All for whom this person may apply for this service; at least one, unless the service is for others alone."""
    own = {"nik": person.nik, "nama": person.name, "tanggal_lahir": person.birth_date}
    found = (
        [Subject(key="self", label=gettext("Untuk saya sendiri"), subject=own)] if "self" in service.for_whom else []
    )
    if "child" in service.for_whom:
        found += [_child(own, child) for child in _children(person)]
    return tuple(found)


def _child(own: dict[str, Any], child: Any) -> Subject:
    return Subject(key=child.key, label=child.name, subject={**own, "nik_anak": child.nik, "nama_anak": child.name})


def _children(person: Person) -> tuple[Any, ...]:
    return ()
