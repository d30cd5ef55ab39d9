"""The sql connector on both databases: read-only, bounded, bound values only, effects once (A25, S7, S8)."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from terpadu.connectors.sql.inbox import TABLE as INBOX
from terpadu.errors import BadInput, Refused
from tests.lib.admitting import admitted, described, said
from tests.lib.postgres import own_database

TABLES = (
    INBOX
    + """;
CREATE TABLE pasien (
  no_rm VARCHAR(20) PRIMARY KEY, nik VARCHAR(16) UNIQUE, nama VARCHAR(80), lahir DATE, saldo NUMERIC(12,2)
);
CREATE TABLE sentinel (isi VARCHAR(20));
INSERT INTO sentinel VALUES ('utuh');
INSERT INTO pasien VALUES ('RM-1', '9901015204869001', 'SEKARNINGRUM', '1986-04-12', 10.50);
INSERT INTO pasien VALUES ('RM-2', '9901010309849001', 'PANDUWAN', '1984-09-03', 0);
"""
)
FILE = """
[system]
name = "SIMRS uji"
kind = "sql"
subsystem = "ID/GOV/UJI/SISTEM"
base = "{base}"
limits = {{ seconds = 5 }}
[sql]
rows = 3
[service.pasien]
mode = "asked"
select = "SELECT no_rm, nik, nama, lahir, saldo FROM pasien WHERE nik = :nik"
bind = {{ nik = "question.nik" }}
question = {{ type = "object", required = ["nik"], properties = {{ nik = {{ type = "string" }} }} }}
answer = {{ nama = "row.nama", lahir = "row.lahir", saldo = "row.saldo" }}
[service.cari]
mode = "asked"
select = "SELECT nama FROM pasien WHERE nama LIKE :awal ORDER BY nama"
bind = {{ awal = "join('', [question.awal, '%'])" }}
empty_is_an_answer = true
question = {{ type = "object" }}
answer = {{ nama = "rows[].nama", jumlah = "count" }}
[service.hitung]
mode = "asked"
select = "{slow}"
question = {{ type = "object" }}
answer = {{ n = "row.n" }}
[service.banyak]
mode = "asked"
select = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r"
question = {{ type = "object" }}
answer = {{ n = "rows[].n" }}
[service.ganti-nama]
mode = "asked"
DANGEROUS_these_statements_change_the_database = [
  "UPDATE pasien SET nama = :nama WHERE no_rm = :rm",
  "UPDATE pasien SET saldo = saldo + 1 WHERE no_rm = :rm",
]
select = "SELECT nama, saldo FROM pasien WHERE no_rm = :rm"
bind = {{ nama = "question.nama", rm = "question.rm" }}
question = {{ type = "object" }}
answer = {{ nama = "row.nama", saldo = "row.saldo" }}
"""
SLOW = {
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) AS n FROM r",
    "postgresql": "SELECT 1 AS n FROM pg_sleep(60)",
}
ALL = ("nama", "lahir", "saldo", "jumlah", "n")


class Old:
    """A small real database with two patients and a sentinel."""

    def __init__(self, base: str, execute: Callable[[str], list[Any]]) -> None:
        self.base, self.execute = base, execute
        self.rows = execute
        self.kind = base.partition(":")[0]

    def file(self) -> str:
        return FILE.format(base=self.base, slow=SLOW[self.kind])

    def untouched(self) -> bool:
        """The sentinel stands, the patients are two, no table came or went."""
        return self.rows("SELECT isi FROM sentinel") == [("utuh",)] and len(self.rows("SELECT * FROM pasien")) == 2


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Old]:
    yield from {"sqlite": _sqlite, "postgresql": _postgresql}[request.param](tmp_path)


def _sqlite(folder: Path) -> Iterator[Old]:
    with sqlite3.connect(folder / "lama.db") as made:
        made.executescript(TABLES)
    made.close()

    own = sqlite3.connect(folder / "lama.db", isolation_level=None)
    yield Old("sqlite:///lama.db", lambda statement: own.execute(statement).fetchall())
    own.close()


def _postgresql(_: Path) -> Iterator[Old]:
    with own_database() as base, psycopg.connect(base, autocommit=True) as own:
        own.execute(TABLES)
        yield Old(base, lambda statement: _fetch(own, statement))


def _fetch(connection: psycopg.Connection, statement: str) -> list[Any]:
    done = connection.execute(statement)
    return done.fetchall() if done.description else []


def ask(old: Old, folder: Path, code: str, *questions: Any, **how: Any) -> list[Any]:
    """Ask one after the other; a refusal comes back as its code."""

    async def walk() -> list[Any]:
        connectors = described(folder, old.file())
        answers: list[Any] = []
        for question in questions:
            try:
                answer = await connectors.ask(admitted(code, question, fields=ALL, **how))
                answers.append(said(answer.body))
            except Refused as refusal:
                answers.append(refusal.code if "SELECT" not in refusal.sentence else refusal.sentence)
        await connectors.close()
        return answers

    return asyncio.run(walk())


def test_one_person_in_normal_form(old: Old, tmp_path: Path) -> None:
    known, unknown = ask(old, tmp_path, "pasien", {"nik": "9901015204869001"}, {"nik": "9900000000000000"})
    assert known == {"nama": "SEKARNINGRUM", "lahir": "1986-04-12", "saldo": known["saldo"]}
    assert str(known["saldo"]).startswith("10.5")
    assert unknown == "not-found"


def test_nothing_is_an_answer_only_where_the_file_says_so(old: Old, tmp_path: Path) -> None:
    found, none = ask(old, tmp_path, "cari", {"awal": "SEK"}, {"awal": "X"})
    assert found == {"nama": ["SEKARNINGRUM"], "jumlah": 1}
    assert none == {"nama": [], "jumlah": 0}


def test_a_slow_statement_is_stopped_and_the_connection_serves_on(old: Old, tmp_path: Path) -> None:
    async def walk() -> None:
        connectors = described(tmp_path, old.file())
        slow = [admitted("hitung", {}, fields=ALL, seconds=0.4) for _ in range(6)]
        refusals = await asyncio.gather(*map(connectors.ask, slow), return_exceptions=True)
        assert {refusal.code for refusal in refusals if isinstance(refusal, Refused)} <= {
            "upstream-down",
            "upstream-retry",
        }
        for _ in range(6):
            with pytest.raises(Refused, match="left alone"):
                await connectors.ask(admitted("cari", {"awal": "S"}, fields=ALL))
        await connectors.close()
        fresh = described(tmp_path, old.file())
        assert said((await fresh.ask(admitted("cari", {"awal": "S"}, fields=ALL))).body)["jumlah"] == 1
        await fresh.close()

    asyncio.run(walk())


def test_more_rows_than_agreed_is_a_refusal_not_a_part(old: Old, tmp_path: Path) -> None:
    assert ask(old, tmp_path, "banyak", {}) == ["upstream-garbage"]


INJECTIONS = [
    *r"""
' OR '1'='1
' OR 1=1 --
'; DROP TABLE sentinel; --
"; DROP TABLE sentinel; --
') UNION SELECT isi FROM sentinel --
x' UNION SELECT isi,isi,isi,isi,isi FROM sentinel --
1; UPDATE sentinel SET isi='rusak'
\'; DELETE FROM sentinel; --
%27%20OR%201=1
＇ OR 1=1 --
ʼ; DROP TABLE pasien; --
:nik
%(nik)s
?
$1
${nik}
{nik}
`id`
x'||(SELECT isi FROM sentinel)||'
1) ORDER BY (SELECT 1 FROM sentinel)
/**/OR/**/1=1
';ATTACH DATABASE 'x' AS y; --
'; COPY sentinel TO '/dev/null'; --
'; SELECT pg_sleep(10); --
' AND randomblob(1000000000) --
'; PRAGMA writable_schema=1; --
'/**/;/**/CREATE/**/TABLE/**/baru(a int)--
""".strip().splitlines(),
    *("x\nUNION\nSELECT", "x'\t;\tDROP\tTABLE\tsentinel", "\u202e'; DROP", "a" * 40_000),
]
UNBINDABLE = ["a\0'; DROP TABLE sentinel", 2**70, ["x"], {"$ne": None}, {"a": "' OR 1=1"}]


@pytest.mark.parametrize(("code", "name"), [("pasien", "nik"), ("cari", "awal")])
def test_no_value_is_ever_read_as_sql(old: Old, tmp_path: Path, code: str, name: str) -> None:
    said_of = ask(old, tmp_path, code, *({name: attack} for attack in [*INJECTIONS, *UNBINDABLE]))
    nothing = {
        "pasien": {"not-found", "mismatch", "content"},
        "cari": {"{'nama': [], 'jumlah': 0}", "mismatch", "content"},
    }
    assert set(map(str, said_of)) <= nothing[code]
    assert old.untouched()


def test_no_value_of_a_write_is_ever_read_as_sql(old: Old, tmp_path: Path) -> None:
    for number, attack in enumerate(INJECTIONS):
        how: dict[str, Any] = {"effect": "tx", "key": f"kunci-{number}"}
        assert ask(old, tmp_path, "ganti-nama", {"nama": "ADA", "rm": attack}, **how) == ["not-found"]
        [given] = ask(
            old, tmp_path, "ganti-nama", {"nama": attack[:80], "rm": "RM-2"}, **(how | {"key": f"nama-{number}"})
        )
        assert given["nama"] == attack[:80]
    assert old.untouched()


def test_the_database_itself_refuses_a_write_by_a_reading_statement(old: Old, tmp_path: Path) -> None:
    for trick in (
        "WITH x AS (DELETE FROM sentinel RETURNING isi) SELECT isi AS n FROM x",
        "SELECT load_extension('x') AS n",
        "SELECT set_config('transaction_read_only', 'off', false) AS n",
    ):
        text = old.file().replace(SLOW[old.kind], trick)

        async def walk(text: str = text) -> None:
            connectors = described(tmp_path, text)
            with pytest.raises(Refused) as caught:
                await connectors.ask(admitted("hitung", {}, fields=ALL))
            assert caught.value.code in {"upstream-garbage", "upstream-auth"}
            await connectors.close()

        asyncio.run(walk())
    assert old.untouched()


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("SELECT no_rm,", "DELETE no_rm,", "expected one SELECT"),
        ("WHERE nik = :nik", "WHERE nik = :nik; DROP TABLE sentinel", "expected one SELECT"),
        ("WHERE nik = :nik", "WHERE nik = :lain", "the statement uses :lain"),
        ('nik = "question.nik"', 'nik = "question["', "JMESPath"),
        ("[sql]", "[sql]\nsalah = 1", "salah"),
        ("postgresql://postgres@", "postgresql://postgres:rahasia@", "holds a password"),
        ("postgresql://postgres@", "mysql://postgres@", "a database address like"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence(tmp_path: Path, before: str, after: str, sentence: str) -> None:
    text = FILE.format(base="postgresql://postgres@127.0.0.1/x", slow="SELECT 1 AS n")
    assert before in text
    with pytest.raises(BadInput, match=sentence) as caught:
        described(tmp_path, text.replace(before, after, 1))
    assert "rahasia" not in str(caught.value)


def test_an_effect_happens_once_for_its_key(old: Old, tmp_path: Path) -> None:
    change = {"nama": "BARU", "rm": "RM-2"}
    how: dict[str, Any] = {"effect": "tx", "key": "kunci-1"}
    first, again, other = ask(old, tmp_path, "ganti-nama", change, change, {"nama": "LAIN", "rm": "RM-2"}, **how)
    assert (first, other) == (again, "idem-mismatch")
    assert old.rows("SELECT nama, CAST(saldo AS INTEGER) FROM pasien WHERE no_rm = 'RM-2'") == [("BARU", 1)]
    assert ask(old, tmp_path, "ganti-nama", change) == ["key-needed"]


def test_two_offices_may_choose_the_same_key(old: Old, tmp_path: Path) -> None:
    how: dict[str, Any] = {"effect": "tx", "key": "1"}
    ask(old, tmp_path, "ganti-nama", {"nama": "BARU", "rm": "RM-2"}, **how)
    for spelling in ("ID/GOV/LAIN/APP", "ID/GOV/LAIN/%41PP"):
        [answer] = ask(old, tmp_path, "ganti-nama", {"nama": "LAIN", "rm": "RM-2"}, client=spelling, **how)
        assert answer["nama"] == "LAIN"
    assert old.rows("SELECT nama, CAST(saldo AS INTEGER) FROM pasien WHERE no_rm = 'RM-2'") == [("LAIN", 2)]


def test_twenty_callers_with_one_key_make_one_effect(old: Old, tmp_path: Path) -> None:
    async def walk() -> None:
        connectors = described(tmp_path, old.file())
        question = admitted("ganti-nama", {"nama": "BARU", "rm": "RM-2"}, fields=ALL, effect="tx", key="satu")
        answers = await asyncio.gather(*(connectors.ask(question) for _ in range(20)))
        assert len({answer.body for answer in answers}) == 1
        await connectors.close()

    asyncio.run(walk())
    assert old.rows("SELECT CAST(saldo AS INTEGER) FROM pasien WHERE no_rm = 'RM-2'") == [(1,)]


def test_a_failed_effect_leaves_neither_change_nor_row(old: Old, tmp_path: Path) -> None:
    """The second statement finds no row: the first is undone and the key is free."""
    text = old.file().replace(
        "saldo = saldo + 1 WHERE no_rm = :rm", "saldo = saldo + 1 WHERE no_rm = :rm AND saldo > 99"
    )
    old.file = lambda: text  # type: ignore[method-assign]
    how: dict[str, Any] = {"effect": "tx", "key": "kunci-1"}
    assert ask(old, tmp_path, "ganti-nama", {"nama": "BARU", "rm": "RM-2"}, **how) == ["not-found"]
    assert old.rows("SELECT nama FROM pasien WHERE no_rm = 'RM-2'") == [("PANDUWAN",)]
    assert old.rows("SELECT * FROM terpadu_inbox") == []


def test_after_a_doubt_it_looks_for_its_row(old: Old, tmp_path: Path) -> None:
    async def walk() -> None:
        connectors = described(tmp_path, old.file())
        connector: Any = next(iter(connectors._places.values())).connector
        question = admitted("ganti-nama", {"nama": "BARU", "rm": "RM-2"}, fields=ALL, effect="tx", key="ragu")
        assert await connector.look(question) is None
        done = await connectors.ask(question)
        assert said((await connector.look(question)).body) == said(done.body)
        await connectors.close()

    asyncio.run(walk())
    assert old.rows("SELECT CAST(saldo AS INTEGER) FROM pasien WHERE no_rm = 'RM-2'") == [(1,)]


def test_check_asks_for_the_inbox_with_its_statement(old: Old, tmp_path: Path) -> None:
    async def walk() -> list[tuple[str, str, str]]:
        connectors = described(tmp_path, old.file())
        try:
            return await connectors.check()
        finally:
            await connectors.close()

    assert asyncio.run(walk()) == [("SIMRS uji", "", "SIMRS uji answers.")]
    old.execute("DROP TABLE terpadu_inbox")
    [(_, code, sentence)] = asyncio.run(walk())
    assert code == "upstream-garbage"
    assert "CREATE TABLE terpadu_inbox" in sentence


def test_a_database_that_is_not_there_is_down(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    gone = Old(f"postgresql://postgres@127.0.0.1:{port}/x", lambda _: [])
    assert ask(gone, tmp_path, "cari", {"awal": "x"}) == ["upstream-down"]
    assert ask(Old("sqlite:///tiada.db", lambda _: []), tmp_path, "cari", {"awal": "x"}) == ["upstream-down"]
    assert not (tmp_path / "tiada.db").exists()


def test_a_server_that_takes_the_call_and_never_speaks(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = Old(f"postgresql://postgres@127.0.0.1:{silent.getsockname()[1]}/x", lambda _: [])
        mute.file = lambda: Old.file(mute).replace("seconds = 5", "seconds = 2")  # type: ignore[method-assign]
        assert ask(mute, tmp_path, "cari", {"awal": "x"}, seconds=0.3) == ["upstream-down"]


@pytest.mark.parametrize(
    ("code", "question", "held", "released"),
    [("pasien", {"nik": "9901015204869001"}, 5, 3), ("cari", {"awal": ""}, 2, 2), ("cari", {"awal": "X"}, 2, 2)],
)
def test_what_is_held_is_the_columns_each_once(
    old: Old, tmp_path: Path, code: str, question: Any, held: int, released: int
) -> None:
    """However many rows there are, and although expressions see the first row twice; at least what the answer names."""

    async def walk() -> None:
        connectors = described(tmp_path, old.file())
        answer = await connectors.ask(admitted(code, question, fields=ALL))
        assert (answer.held, answer.released) == (held, released)
        await connectors.close()

    asyncio.run(walk())


def test_the_system_s_own_counter_is_heard(old: Old, tmp_path: Path) -> None:
    async def walk() -> None:
        text = old.file().replace("[sql]", '[system.quota]\nper_day = 100\nleft = "count"\n[sql]')
        connectors = described(tmp_path, text)
        await connectors.ask(admitted("cari", {"awal": ""}, fields=ALL))
        await connectors.ask(admitted("cari", {"awal": "SEK"}, fields=ALL))
        await connectors.ask(admitted("cari", {"awal": "SEK"}, fields=ALL))
        with pytest.raises(Refused, match="quota for today"):
            await connectors.ask(admitted("cari", {"awal": "SEK"}, fields=ALL))
        await connectors.close()

    asyncio.run(walk())
