"""A person's number typed into a name: heads stand in clear for ever, so it ends at the door, unrecorded and unrepeated."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from contoh.orang import make
from terpadu.errors import Refused
from terpadu.exchange.doors.personal import check_impersonal
from tests.lib.two_nodes import Pair, two_nodes

NIK = "9901015204869001"
QUESTION = b'{"nik":"9901010101010001"}'


def test_every_invented_person_and_family_would_be_seen() -> None:
    people = make()
    numbers = [person.nik for person in people.people] + [family.no_kk for family in people.families]
    assert len(numbers) > 5000
    for number in numbers:
        with pytest.raises(Refused, match="case"):
            check_impersonal(case=f"urusan-{number}")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "KL-5ZZ6-H53X",
        "820261124000000",  # a bill, 15 digits
        "198701012010012001",  # a NIP, 18 digits
        "9901013204869001",  # the 32nd of a month
        "9901015213869001",  # the 13th month
        "0901015204869001",  # no province begins with 0
        "2026-11-24T11:25:07.123456",
    ],
)
def test_other_numbers_pass(text: str | None) -> None:
    check_impersonal(service="ID/GOV/9/pop/x", purpose=text, case=text)


@pytest.mark.parametrize(
    ("path", "headers", "where"),
    [
        (f"/pop/{NIK}", {}, "service"),
        (f"/pop/nik-{NIK}/orang", {}, "service"),
        (f"/pop/%39{NIK[1:]}", {}, "service"),
        ("/pop/x/orang", {"Terpadu_Purpose": NIK}, "purpose"),
        ("/pop/x/orang", {"Terpadu_Case": f"{NIK}/akta"}, "case"),
    ],
)
def test_a_number_in_a_name_is_refused_at_the_door(
    tmp_path: Path, path: str, headers: dict[str, str], where: str
) -> None:
    async def story(pair: Pair) -> None:
        status, told, body = await pair.ask("POST", path, QUESTION, **headers)
        assert (status, told["terpadu-error"]) == (400, "personal")
        assert where.encode() in body
        assert NIK.encode() not in body
        assert pair.system.seen == []
        assert pair.asker.journal.index.rows("1 = 1") == []

    async def run() -> None:
        async with two_nodes(tmp_path) as pair:
            await story(pair)

    asyncio.run(run())


def test_a_number_in_the_body_or_the_path_of_the_system_goes_where_it_belongs(tmp_path: Path) -> None:
    async def run() -> None:
        async with two_nodes(tmp_path) as pair:
            status, _, _ = await pair.ask("POST", f"/pop/x/orang/{NIK}", QUESTION, Terpadu_Case="KL-1")
            assert status == 200

    asyncio.run(run())
