"""The way into SATUSEHAT: every row once, killed or not, refused rows told with their RuleNumber and never lost."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests

from contoh.alat import serve
from contoh.orang import make
from contoh.satusehat.app import make_app
from contoh.simrs.basis import bayi_baru, buka, isi
from contoh.simrs.cacat import CACAT_KELAHIRAN, CACAT_KUNJUNGAN
from terpadu.connectors.feed.bundle import Part
from terpadu.connectors.feed.description import read
from terpadu.connectors.feed.feed import Report, Send
from terpadu.connectors.feed.refusals import named, rule
from terpadu.connectors.feed.rows import earlier, utc
from terpadu.errors import BadInput, Refused
from terpadu.model.message import Answer
from tests.lib.feeding import FEED, feed, place
from tests.lib.postgres import own_database

PEOPLE = make(2026, 120)
CARELESS = {str(one.aturan) for one in (*CACAT_KUNJUNGAN, *CACAT_KELAHIRAN)}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One filled database, copied for each test."""
    file = tmp_path_factory.mktemp("simrs") / "simrs.db"
    engine = buka(f"sqlite:///{file}")
    isi(engine, PEOPLE, 2026)
    engine.dispose()
    return file


@pytest.fixture
def satusehat() -> Iterator[str]:
    with serve(make_app(PEOPLE)) as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path, filled: Path, satusehat: str) -> Path:
    place(tmp_path / "simpul", satusehat)
    (tmp_path / "simpul" / "simrs.db").write_bytes(filled.read_bytes())
    return tmp_path / "simpul"


def counts(url: str) -> dict[str, int]:
    found: dict[str, int] = requests.get(f"{url}/_contoh/hitungan", timeout=5).json()
    return found


def effects(url: str) -> dict[str, int]:
    """Resources made, by type."""
    return {name.partition(":")[2]: many for name, many in counts(url).items() if name.startswith("akibat:")}


@contextmanager
def simrs(folder: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(folder / "simrs.db", isolation_level=None)
    yield database
    database.close()


def sendable(folder: Path) -> int:
    """Rows that the hospital holds as done, without the careless ones."""
    with simrs(folder) as database:
        [[done]] = database.execute("SELECT count(*) FROM kunjungan WHERE stts = 'Sudah'").fetchall()
    return int(done)


def rules(report: Report) -> Counter[str]:
    return Counter(row.rule for row in report.refused)


def test_every_row_once_and_careless_ones_by_their_rule(folder: Path, satusehat: str) -> None:
    report = asyncio.run(feed(folder))
    assert set(rules(report)) == CARELESS, [row.sentence for row in report.refused if row.rule not in CARELESS]
    assert report.sent == report.sent_in_all == sendable(folder) - len(report.refused)
    made = effects(satusehat)
    assert made["Encounter"] == report.sent
    assert sum(made.values()) == report.created

    again = asyncio.run(feed(folder))
    assert (again.sent, again.created, again.refused) == (0, 0, report.refused)
    assert effects(satusehat) == made


def test_a_second_feed_without_memory_makes_nothing_twice(folder: Path, satusehat: str) -> None:
    """The state file is lost: identifiers and ifNoneExist still know each resource again."""
    first = asyncio.run(feed(folder))
    made = effects(satusehat)
    (folder / "state" / "satusehat.db").unlink()
    second = asyncio.run(feed(folder))
    assert (second.sent, second.created) == (first.sent, 0)
    assert effects(satusehat) == made


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 5])
def test_killed_half_way_and_run_again_each_row_has_one_effect(
    folder: Path, satusehat: str, number: int, when: str
) -> None:
    killed = subprocess.run(
        [sys.executable, "-m", "tests.lib.feeding", str(folder), str(number), when], check=False, timeout=60
    )
    assert killed.returncode == -9
    report = asyncio.run(feed(folder))
    assert set(rules(report)) == CARELESS
    assert report.sent_in_all == sendable(folder) - len(report.refused)
    assert effects(satusehat)["Encounter"] == report.sent_in_all
    assert effects(satusehat)["Condition"] == report.sent_in_all


def test_what_was_under_way_goes_again_with_the_same_key_and_bytes(folder: Path) -> None:
    sent: list[tuple[bytes, str]] = []

    def losing(send: Send) -> Send:
        async def lost(bundle: bytes, key: str) -> Answer:
            answer = await send(bundle, key)
            sent.append((bundle, key))
            if len(sent) == 1:
                raise Refused("peer-timeout", "The other office's node did not answer in time.")
            return answer

        return lost

    with pytest.raises(Refused, match="in time"):
        asyncio.run(feed(folder, losing))
    asyncio.run(feed(folder, losing))
    assert sent[0] == sent[1]
    assert len({key for _, key in sent}) == len(sent) - 1


def test_a_sick_server_stops_the_feed_and_nothing_is_lost(folder: Path, satusehat: str) -> None:
    requests.post(f"{satusehat}/_contoh/gangguan", json={"jenis": "html", "kali": 9}, timeout=5)
    with pytest.raises(Refused) as caught:
        asyncio.run(feed(folder))
    assert caught.value.code.startswith("upstream")
    requests.post(f"{satusehat}/_contoh/gangguan", json={"jenis": "bersih"}, timeout=5)
    report = asyncio.run(feed(folder))
    assert report.sent_in_all == sendable(folder) - len(report.refused) == effects(satusehat)["Encounter"]


def test_a_corrected_row_is_taken_and_a_changed_one_replaces_its_resource(folder: Path, satusehat: str) -> None:
    before = asyncio.run(feed(folder))
    made = effects(satusehat)
    late = "2026-11-24 09:00:00.000000"
    with simrs(folder) as database:
        database.execute("UPDATE kunjungan SET kd_dokter = 'D001', updated_at = ? WHERE kd_dokter IS NULL", (late,))
        [[sent]] = database.execute(
            "SELECT no_rawat FROM kunjungan WHERE stts = 'Sudah' AND kd_poli = 'POLIUM' AND kd_dokter = 'D002'"
            " AND tgl_keluar IS NOT NULL AND ihs_organization = '9900001' AND tgl_registrasi > '2026' LIMIT 1"
        ).fetchall()
        database.execute(
            "UPDATE kunjungan SET jam_keluar = '23:00:00', updated_at = ? WHERE no_rawat = ?", (late, sent)
        )
    after = asyncio.run(feed(folder))
    assert set(rules(before)) - set(rules(after)) == {"10119"}
    assert after.sent == 2
    assert effects(satusehat)["Encounter"] == made["Encounter"] + 2, "one new, one replaced"


def test_rows_that_share_a_time_and_rows_that_come_late(folder: Path, satusehat: str) -> None:
    """A row committed late, with a time before the watermark and an id before the last one, is still read."""
    asyncio.run(feed(folder))
    before = effects(satusehat)["Encounter"]
    with simrs(folder) as database:
        [[mark]] = database.execute("SELECT max(updated_at) FROM kunjungan WHERE stts = 'Sudah'").fetchall()
        late = earlier(mark, 600)
        [columns] = [[row[1] for row in database.execute("PRAGMA table_info(kunjungan)")]]
        [[like]] = database.execute(
            "SELECT no_rawat FROM kunjungan WHERE stts = 'Sudah' AND kd_dokter IS NOT NULL AND kd_poli IS NOT NULL"
            " AND tgl_keluar IS NOT NULL AND tgl_registrasi > '2026' AND ihs_organization = '9900001' LIMIT 1"
        ).fetchall()
        copied = ", ".join({"no_rawat": "'0000/TERLAMBAT'", "updated_at": "?"}.get(name, name) for name in columns)
        # the names of our own columns, asked of the database
        database.execute(f"INSERT INTO kunjungan SELECT {copied} FROM kunjungan WHERE no_rawat = ?", (late, like))  # noqa: S608
    assert asyncio.run(feed(folder)).sent == 1
    assert effects(satusehat)["Encounter"] == before + 1


def test_what_stands_refused_can_be_tried_again(folder: Path) -> None:
    keys: list[str] = []

    def listening(send: Send) -> Send:
        async def heard(bundle: bytes, key: str) -> Answer:
            keys.append(key)
            return await send(bundle, key)

        return heard

    first = asyncio.run(feed(folder))
    second = asyncio.run(feed(folder, listening, again=True))
    third = asyncio.run(feed(folder, listening, again=True))
    assert rules(first) == rules(second) == rules(third)
    assert len(set(keys)) == len(keys), "each try is an act of its own"


def test_the_newborn_of_today_arrives(folder: Path, satusehat: str) -> None:
    asyncio.run(feed(folder))
    before = effects(satusehat)
    engine = buka(f"sqlite:///{folder / 'simrs.db'}")
    bayi_baru(engine, PEOPLE, datetime(2026, 11, 24, 7, 0))
    engine.dispose()
    report = asyncio.run(feed(folder))
    assert (report.sent, report.created) == (1, 4)
    grown = {kind: many - before.get(kind, 0) for kind, many in effects(satusehat).items()}
    assert grown == {"Patient": 1, "Encounter": 1, "Observation": 1, "Condition": 1}


def test_the_same_on_postgresql(tmp_path: Path, satusehat: str) -> None:
    with own_database() as base:
        engine = buka(base)
        isi(engine, make(2026, 30), 2026)
        engine.dispose()
        place(tmp_path, satusehat)
        text = (tmp_path / "feed.toml").read_text()
        (tmp_path / "feed.toml").write_text(text.replace("sqlite:///simrs.db", base))
        report, again = asyncio.run(feed(tmp_path)), asyncio.run(feed(tmp_path))
    assert set(rules(report)) <= CARELESS
    assert report.sent > 10
    assert (again.sent, again.created) == (0, 0)


def test_one_feed_at_a_time(folder: Path) -> None:
    def second(send: Send) -> Send:
        async def inside(bundle: bytes, key: str) -> Answer:
            with pytest.raises(BadInput, match="see who else runs it"):
                await feed(folder)
            return await send(bundle, key)

        return inside

    asyncio.run(feed(folder, second))


def test_a_row_of_which_fhir_takes_nothing_is_refused_here(folder: Path, satusehat: str) -> None:
    text = (folder / "feed.toml").read_text()
    (folder / "feed.toml").write_text(
        text.replace("resourceType = \"'Encounter'\"\nstatus = \"'finished'\"", "resourceType = \"'Encounter'\"")
    )
    report = asyncio.run(feed(folder))
    assert report.sent == 0
    assert {row.rule for row in report.refused} == {""}
    assert all("Encounter.status (FHIR R4" in row.sentence for row in report.refused)
    assert counts(satusehat)["panggilan"] == 0


def test_nothing_of_a_bundle_stays_after_it_was_taken(folder: Path) -> None:
    asyncio.run(feed(folder))
    state = folder / "state" / "satusehat.db"
    assert state.stat().st_mode & 0o077 == 0
    memory = sqlite3.connect(state)
    assert memory.execute("SELECT count(*) FROM under_way").fetchone() == (0,)
    memory.close()


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("[feed]", "[feed", "expected the description of a feed"),
        ('id = "no_skl"', 'id = "no_skl; DROP"', "a plain column name"),
        ("update = false", "upsert = true", "upsert"),
        ('gender = "pick(', 'gender = "pick((', "JMESPath"),
        ('zone = "+07:00"', 'zone = "WIB"', "zone"),
    ],
)
def test_a_wrong_description_is_one_sentence(tmp_path: Path, before: str, after: str, sentence: str) -> None:
    text = FEED.read_text()
    assert before in text
    (tmp_path / "f.toml").write_text(text.replace(before, after, 1))
    with pytest.raises(BadInput, match=sentence) as caught:
        read(tmp_path / "f.toml")
    assert "\n" not in str(caught.value)


def test_a_refusal_names_its_rows_by_place() -> None:
    parts = [Part("a", "pasien"), Part("a", "kunjungan"), Part("b", "pasien"), Part("b", "kunjungan")]
    sentence = (
        "SATUSEHAT refused by a rule of its own: Bundle.entry[3].resource.participant: Encounter.participant cannot be null "
        "(RuleNumber: 10119); Bundle.entry[9].x: y (RuleNumber: 1)."
    )
    assert {row: number for row, (number, _) in named(sentence, parts).items()} == {"b": "10119"}
    assert rule("no number") == ""


def test_local_times_become_utc() -> None:
    wib = timezone(timedelta(hours=7))
    assert utc("2026-11-20", "04:35:00", wib) == "2026-11-19T21:35:00+00:00"
    assert utc("2026-11-20", "04:35:00.000000", wib) == "2026-11-19T21:35:00+00:00"
    assert utc("2026-11-20", None, wib) is None
    assert datetime.fromisoformat("2026-11-19T21:35:00+00:00").tzinfo == UTC
    assert earlier("2026-11-20 00:00:00.000000", 60) == "2026-11-19 23:59:00.000000"
