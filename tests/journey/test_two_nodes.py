"""One message from one office's system to another's, through two real nodes; repeats, refusals, restarts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from terpadu.clock import system_clock
from terpadu.exchange.node import Node
from terpadu.journal.deferrals import Deferral, defer
from tests.lib.two_nodes import ANSWERER, Pair, agreement, call, said, service, two_nodes

QUESTION = b'{"nik":"9901010101010001"}'
OTHER = b'{"nik":"9901010101010002"}'


def play(tmp_path: Path, story: Callable[[Pair], Awaitable[None]], **federation: Any) -> None:
    """Run a story between two fresh nodes."""

    async def run() -> None:
        async with two_nodes(tmp_path, **federation) as pair:
            await story(pair)

    asyncio.run(run())


def test_a_question_is_answered_with_the_agreed_fields(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        status, headers, body = await pair.ask("POST", "/pop/x/orang", QUESTION, Terpadu_Purpose="uji")
        assert (status, said(body)) == (200, {"nama": "Uji Rekaan", "alamat": {"kota": "Rekaan"}})
        assert headers["x-road-service"] == "ID/GOV/9/pop/x"
        assert headers["data-released"] == "2/5"
        (seen,) = pair.system.seen
        assert (seen.verb, seen.path, seen.body) == ("POST", "/orang", QUESTION)
        assert seen.headers["x-road-client"] == "ID/GOV/1/app"
        assert "terpadu-purpose" not in seen.headers

    play(tmp_path, story)


def test_many_at_once_share_frames_and_get_their_own_answers(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        asked = [pair.ask("POST", f"/pop/x/{number}", QUESTION) for number in range(60)]
        assert {status for status, _, _ in await asyncio.gather(*asked)} == {200}
        assert sorted(int(seen.path[1:]) for seen in pair.system.seen) == list(range(60))

    play(tmp_path, story)


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("/pop/x/orang", {"Terpadu_Purpose": "lain"}, 403, "purpose"),
        ("/pop/tidakada/orang", {}, 404, "unknown-service"),
        ("/pop/catat/orang", {}, 400, "key-needed"),
        ("/pop/x/%2e%2e/orang", {}, 403, "endpoint"),
    ],
)
def test_a_no_says_its_code_and_the_system_is_not_asked(
    tmp_path: Path, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    async def story(pair: Pair) -> None:
        found, said_headers, body = await pair.ask("POST", path, QUESTION, **headers)
        assert (found, said_headers["terpadu-error"]) == (status, code)
        assert said(body)["type"].startswith("server.clientproxy.")
        assert pair.system.seen == []

    play(tmp_path, story)


def test_the_provider_refuses_by_itself(tmp_path: Path) -> None:
    """The asking node may think what it likes: a request about nobody is refused where the data are."""

    async def story(pair: Pair) -> None:
        status, headers, _ = await pair.ask("POST", "/pop/x/orang", b"{}")
        assert (status, headers["terpadu-error"]) == (400, "content")
        assert headers["x-road-error"].startswith("server.serverproxy.")
        assert pair.system.seen == []

    play(tmp_path, story)


def test_quota_and_persons_are_counted_by_the_provider(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        found = [await pair.ask("POST", "/pop/x/orang", body) for body in (QUESTION, OTHER, QUESTION, QUESTION)]
        assert [headers.get("terpadu-error") for _, headers, _ in found] == [None, "persons", None, "quota"]

    play(tmp_path, story, agreements=(agreement("A1", "x", quota=2, persons=1),))


def test_one_key_is_one_effect_and_one_answer(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        first = await pair.ask("POST", "/pop/catat/akta", QUESTION, Idempotency_Key="k-1")
        again = await pair.ask("POST", "/pop/catat/akta", QUESTION, Idempotency_Key="k-1")
        other = await pair.ask("POST", "/pop/catat/akta", OTHER, Idempotency_Key="k-1")
        assert first[0] == again[0] == 200
        assert first[2] == again[2]
        assert (other[0], other[1]["terpadu-error"]) == (422, "idem-mismatch")
        assert pair.system.effects == {"k-1": 1}

    play(tmp_path, story)


def test_a_repeat_while_the_first_is_at_work_is_told_so(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        pair.system.delay = 0.5
        first = asyncio.create_task(pair.ask("POST", "/pop/catat/akta", QUESTION, Idempotency_Key="k-2"))
        await pair.system.called.wait()
        second = await pair.ask("POST", "/pop/catat/akta", QUESTION, Idempotency_Key="k-2")
        assert (second[0], second[1]["terpadu-error"]) == (409, "running")
        assert (await first)[0] == 200
        assert pair.system.effects == {"k-2": 1}

    play(tmp_path, story)


def test_after_a_restart_the_key_still_stands_for_its_answer(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        first = await pair.ask("POST", "/pop/catat/akta", QUESTION, Idempotency_Key="k-3")
        await pair.answerer.stop()
        pair.answerer = await Node.start(pair.plan(ANSWERER))
        again = await pair.ask("POST", "/pop/catat/akta", QUESTION, Idempotency_Key="k-3")
        assert (first[0], first[2]) == (again[0], again[2])
        assert pair.system.effects == {"k-3": 1}

    play(tmp_path, story)


def test_an_old_system_that_fails_is_told_in_the_normal_form(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        pair.system.said = b"<html>maaf</html>"
        garbage = await pair.ask("POST", "/pop/x/orang", QUESTION)
        assert (garbage[0], garbage[1]["terpadu-error"]) == (502, "upstream-garbage")
        unknown = await pair.ask("POST", "/pop/titip/orang", QUESTION)
        assert (unknown[0], unknown[1]["terpadu-error"]) == (502, "outcome-unknown")

    play(tmp_path, story)


def test_a_provider_that_cannot_be_reached(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.answerer.stop()
        status, headers, _ = await pair.ask("POST", "/pop/x/orang", QUESTION)
        assert (status, headers["terpadu-error"]) == (504, "peer-unreachable")
        pair.answerer = await Node.start(pair.plan(ANSWERER))
        status, _, _ = await pair.ask("POST", "/pop/x/orang", QUESTION)
        assert status == 200

    async def run() -> None:
        async with two_nodes(tmp_path, {"seconds": 1.5}) as pair:
            await story(pair)

    asyncio.run(run())


def test_an_exchange_is_found_again_and_proven_by_the_stand_alone_verifier(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        _, headers, _ = await pair.ask("POST", "/pop/x/orang", QUESTION, Terpadu_Case="KL-1")
        number = headers["x-road-request-id"]
        named = {"X-Road-Client": "ID/GOV/1/app"}
        status, _, body = await call(pair.asker.door_port, "GET", f"/exchanges/{number}", named)
        assert (status, said(body)["state"], said(body)["case"]) == (200, "done", "KL-1")
        status, _, text = await call(pair.asker.door_port, "GET", f"/exchanges/{number}/evidence", named)
        assert status == 200
        (tmp_path / "bukti").write_bytes(text)
        for program in (["verify/verify.py"], ["-m", "terpadu", "verify"]):
            root = ["--root", str(tmp_path / "root.json")] if "-m" in program else [str(tmp_path / "root.json")]
            command = [sys.executable, *program, str(tmp_path / "bukti"), *root]
            checked = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False)
            assert checked.returncode == 0, checked.stdout + checked.stderr

    play(tmp_path, story)


def test_a_caller_learns_its_own_agreements(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        _, _, body = await call(pair.asker.door_port, "GET", "/agreements", {"X-Road-Client": "ID/GOV/1/app"})
        assert {(one["agreement"], one["service"]) for one in said(body)["agreement"]} >= {("A1/1", "ID/GOV/9/pop/x")}
        status, _, _ = await call(pair.asker.door_port, "GET", "/agreements", {"X-Road-Client": "ID/GOV/9/pop"})
        assert status == 401

    play(tmp_path, story)


def test_who_looked_is_answered_from_the_providers_own_journal(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask("POST", "/pop/x/orang", QUESTION, Terpadu_Case="KL-2")
        await pair.ask("POST", "/pop/x/orang", OTHER)
        status, _, body = await pair.ask("POST", "/pop/getAccesses", b'{"nik":"9901010101010001"}')
        assert status == 200
        looks = [look for look in said(body)["looks"] if look["service"] == "ID/GOV/9/pop/x"]
        assert [(look["consumer"], look["purpose"], look["case"]) for look in looks] == [("ID/GOV/1/app", "by-agreement", "KL-2")]
        assert looks[0]["office"]
        assert looks[0]["fields"] == ["nama", "alamat.kota"]
        now = system_clock()
        defer(pair.plan(ANSWERER).journal, Deferral(case="KL-2", basis="UU 27/2022 pasal 33", at=now, until=now + 60_000))
        _, _, body = await pair.ask("POST", "/pop/getAccesses", b'{"nik":"9901010101010001"}')
        told = {look["service"] for look in said(body)["looks"]}  # with this look itself, if the disk was quick
        assert told == {"ID/GOV/9/pop/getAccesses"}

    everything = (agreement("A1", "x"), agreement("A9", "getAccesses", fields=("looks", "node")))
    play(tmp_path, story, agreements=everything, services=(service("x", "safe"), service("getAccesses", "safe")))
