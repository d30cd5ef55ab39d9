"""For whom one applies: oneself, or a child; what expressions then see as `subjek`."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.utils.translation import gettext
from msgspec import Struct

from terpadu.errors import Refused
from terpadu.identity import mandates
from terpadu.identity.mandates import family
from terpadu.identity.models import Person
from terpadu.identity.proving.register import Silent
from terpadu.pages.sealed import index
from terpadu.services.definition import Service


class Subject(Struct, frozen=True, kw_only=True):
    """One for whom the person may apply. `key` stands in the page, `subject` begins the case."""

    key: str
    label: str
    subject: dict[str, Any]


def subjects(person: Person, service: Service) -> tuple[Subject, ...]:
    """All for whom this person may apply for this service; nobody where it begins elsewhere."""
    if service.begins:
        return ()
    own = {"nik": person.nik, "nama": person.name, "tanggal_lahir": person.birth_date}
    found = (
        [Subject(key="self", label=gettext("Untuk saya sendiri"), subject=own)] if "self" in service.for_whom else []
    )
    if "child" in service.for_whom:
        found += [_child(own, child) for child in _children(person, service.id)]
    return tuple(found)


def _child(own: dict[str, Any], mandate: mandates.PersonMandate) -> Subject:
    nik, name = str(mandate.subject_nik), str(mandate.subject_name)
    return Subject(key=index(f"untuk {nik}")[:16], label=name, subject={**own, "nik_anak": nik, "nama_anak": name})


def _children(person: Person, service: str) -> list[mandates.PersonMandate]:
    """Children of whom this person is parent or guardian; the family card is asked where nothing is known (any longer)."""
    found = _known_children(person, service)
    if not found:
        with suppress(Refused, Silent):  # then the page says that there is nobody to apply for
            family.derive(person)
        found = _known_children(person, service)
    return found


def _known_children(person: Person, service: str) -> list[mandates.PersonMandate]:
    kinds = (mandates.PersonMandate.Kind.PARENT, mandates.PersonMandate.Kind.GUARDIAN)
    return [one for one in mandates.people_of(person, service) if one.kind in kinds]
