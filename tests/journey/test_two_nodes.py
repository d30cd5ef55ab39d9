"""One message from one office's system to another's, through two real nodes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.lib.two_nodes import said, two_nodes

QUESTION = b'{"nik":"9901010101010001"}'


def test_a_question_is_answered_with_the_agreed_fields(tmp_path: Path) -> None:
    async def story() -> None:
        async with two_nodes(tmp_path) as pair:
            status, headers, body = await pair.ask("POST", "/pop/x/orang", QUESTION, Terpadu_Purpose="uji")
            assert (status, said(body)) == (200, {"nama": "Uji Rekaan", "alamat": {"kota": "Rekaan"}})
            assert headers["x-road-service"] == "ID/GOV/9/pop/x"
            assert headers["data-released"] == "2/5"
            (seen,) = pair.system.seen
            assert (seen.verb, seen.path, seen.body) == ("POST", "/orang", QUESTION)
            assert seen.headers["x-road-client"] == "ID/GOV/1/app"
            assert "terpadu-purpose" not in seen.headers

    asyncio.run(story())
