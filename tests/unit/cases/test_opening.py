"""A case begins as a draft with an opaque reference; sending is once; personal data lie sealed."""

import re

import pytest
from django.db import connection

from terpadu.cases import opening
from terpadu.cases.models import Case
from terpadu.cases.states import State
from terpadu.errors import Refused
from terpadu.identity.models import Person

pytestmark = pytest.mark.django_db
NIK = "9971010101800001"


@pytest.fixture
def person() -> Person:
    return Person.objects.create(email="sari@contoh.example")


def test_a_reference_is_opaque_and_of_its_service() -> None:
    found = {opening.reference("kelahiran") for _ in range(200)}
    assert len(found) == 200
    assert all(re.fullmatch(r"KL-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", one) for one in found)


def test_sending_is_once(person: Person) -> None:
    case = opening.start("kelahiran", person, {"nik": NIK})
    opening.send(case)
    assert case.state == State.SENT
    assert case.wake is not None
    assert [event.kind for event in case.events.all()] == ["sent"]
    with pytest.raises(Refused, match="was sent before"):
        opening.send(case)


def test_the_database_holds_no_number(person: Person) -> None:
    case = opening.start("kelahiran", person, {"nik": NIK})
    case.answers, case.facts = {"nik_ayah": NIK}, [{"name": "ibu.nik", "value": NIK}]
    case.save()
    with connection.cursor() as cursor:
        cursor.execute("select * from cases_case")
        assert NIK not in str([bytes(one) if isinstance(one, memoryview) else one for one in cursor.fetchone()])
    assert Case.objects.get().subject == {"nik": NIK}
