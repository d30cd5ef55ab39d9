"""The hospital's rows into SATUSEHAT through two real nodes: `terpadu connect feed`, killed half-way and run again."""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from contoh.alat import credential, serve
from contoh.alat.credentials import DEFAULTS
from contoh.orang import make
from contoh.satusehat.app import make_app
from contoh.simrs.basis import buka, isi
from contoh.simrs.cacat import CACAT_KELAHIRAN, CACAT_KUNJUNGAN
from terpadu.model.federation import WHOLE_BODY, Endpoint
from tests.lib import two_nodes as house
from tests.lib.feeding import FEED, SATUSEHAT
from tests.lib.two_nodes import APP, POP, Pair, agreement, service, two_nodes

PEOPLE = make(2026, 60)
COMMAND = (sys.executable, "-c", "from terpadu.cli.connect import app; app()", "feed")
Story = Callable[[Path, house.Pair], Awaitable[None]]


def play(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str, story: Story) -> None:
    """Two nodes, SATUSEHAT behind the second, the hospital's database and its feed before the first."""
    text = SATUSEHAT.read_text().replace("http://127.0.0.1:9103", url).replace("ID/GOV/KEMENKES/SATUSEHAT", POP)
    text = text.replace('/fhir-r4/v1"', '/fhir-r4"').replace('path = ""', 'path = "/v1"')
    monkeypatch.setattr(house, "CONNECTOR", text.replace("{", "{{").replace("}", "}}"))
    post = (Endpoint("POST", "/v1"),)
    federation = {
        "services": (replace(service("kirim-bundel", "keyed", subject=""), endpoints=post),),
        "agreements": (agreement("A1", "kirim-bundel", fields=(WHOLE_BODY,), endpoints=post),),
    }

    async def run() -> None:
        secrets = {name: credential(name) for name in DEFAULTS}
        async with two_nodes(folder, plan={"secrets": secrets}, **federation) as pair:
            await story(hospital(folder / "rsud", pair), pair)

    asyncio.run(run())


def hospital(folder: Path, pair: Pair) -> Path:
    folder.mkdir()
    engine = buka(f"sqlite:///{folder / 'simrs.db'}")
    isi(engine, PEOPLE, 2026)
    engine.dispose()
    text = FEED.read_text()
    for before, after in {
        "http://127.0.0.1:9210": f"http://127.0.0.1:{pair.asker.door_port}",
        "ID/GOV/RSUD/SIMRS": APP,
        "ID/GOV/KEMENKES/SATUSEHAT/kirim-bundel": f"{POP}/kirim-bundel",
        'purpose = "rekam-medis"': 'purpose = "uji"\npath = "/v1"',
    }.items():
        text = text.replace(before, after)
    (folder / "feed.toml").write_text(text)
    return folder


async def run(folder: Path, when: Callable[[], bool] | None = None) -> tuple[int | None, str]:
    """The command, killed as soon as `when` holds."""
    running = await asyncio.create_subprocess_exec(
        *COMMAND, str(folder / "feed.toml"), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    while when is not None and running.returncode is None:
        if when():
            running.send_signal(signal.SIGKILL)
            break
        await asyncio.sleep(0.001)
    told, _ = await asyncio.wait_for(running.communicate(), 60)
    return running.returncode, told.decode()


def done(folder: Path) -> int:
    """Visits that the hospital holds as done."""
    database = sqlite3.connect(folder / "simrs.db")
    [[many]] = database.execute("SELECT count(*) FROM kunjungan WHERE stts = 'Sudah'").fetchall()
    database.close()
    return int(many)


def test_every_visit_arrives_once_although_the_feed_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(PEOPLE)

    def encounters() -> int:
        return int(app.state.counters.as_json().get("akibat:Encounter", 0))

    async def story(folder: Path, _: Pair) -> None:
        for reached in (1, 15):
            status, told = await run(folder, lambda reached=reached: encounters() >= reached)
            assert status == -signal.SIGKILL, told
        status, told = await run(folder)
        assert status == 0, told
        refused = told.count("  ditolak ")
        assert encounters() == done(folder) - refused
        careless = {str(one.aturan) for one in (*CACAT_KUNJUNGAN, *CACAT_KELAHIRAN)}
        assert set(re.findall(r"ditolak \w+ \S+: (\S+) ", told)) == careless, told
        status, told = await run(folder)
        assert (status, "dikirim 0 (sumber daya baru: 0)" in told) == (0, True), told

    with serve(app) as url:
        play(tmp_path, monkeypatch, url, story)


def test_a_node_that_is_down_is_one_sentence_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(PEOPLE)

    async def story(folder: Path, _: Pair) -> None:
        right = (folder / "feed.toml").read_text()
        (folder / "feed.toml").write_text(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", right))
        status, told = await run(folder)
        assert (status, told.count("\n")) == (1, 2), told
        assert "Jalankan lagi nanti" in told
        (folder / "feed.toml").write_text(right)
        status, told = await run(folder)
        assert status == 0, told
        assert "dikirim 0" not in told

    with serve(app) as url:
        play(tmp_path, monkeypatch, url, story)
