"""`make demo`: one family's year, served from the existing systems of seven ministries, through real nodes."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys

from contoh.orang import Person, Population, make
from demo import desk, federation, portal, report, screen
from demo.places import BUILD, HOST, PLACES, REGISTRY_PORT, TOGETHER, Place, home
from demo.processes import Crew, NotStarted, be_the_only_one, check_free, together
from demo.year import Chapter, Year, problems
from terpadu.errors import TerpaduError


def main() -> int:
    """Run the demo; with `--once` end by itself."""
    parser = argparse.ArgumentParser(prog="python -m demo")
    parser.add_argument("--once", action="store_true", help="end after the year, exit 0 if all of it was served")
    once = parser.parse_args().once
    try:
        with be_the_only_one():
            return asyncio.run(_show(once))
    except (NotStarted, TerpaduError) as problem:
        screen.problem(str(problem))
        return 1


async def _show(once: bool) -> int:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    crew = Crew(BUILD / "catatan", screen.fallen)
    playing = asyncio.ensure_future(_play(crew))
    stopping = asyncio.ensure_future(stopped.wait())
    try:
        await asyncio.wait((playing, stopping), return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            return 130
        good = playing.result()
        if not once:
            await stopped.wait()
        return 0 if good else 1
    finally:
        playing.cancel()
        stopping.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        await crew.stop()


async def _play(crew: Crew) -> bool:
    """The whole evening: invent, start, serve the year, tell."""
    screen.console.print()
    _tell_environment()
    check_free(_ports())
    people = await _invent()
    await _old_systems(crew)
    await _nodes(crew)
    await _portal(crew)
    year = Year(people)
    try:
        await _first_load(year)
        await _newborn(crew)
        chapters = [await year.birth(), await year.school(), await year.job()]
    finally:
        year.close()
    return await _tell(chapters, people.figures["sari"])


def _tell_environment() -> None:
    took, packages = os.environ.get("DEMO_ENV_SECONDS", ""), os.environ.get("DEMO_ENV_PACKAGES", "")
    if took and packages:
        screen.done("Lingkungan Python", f".venv, {packages} paket, semua dengan sidik", float(took))


def _ports() -> list[int]:
    standins = [place.standin for place in PLACES if place.standin]
    return [
        portal.PORT,
        REGISTRY_PORT,
        TOGETHER,
        *standins,
        *(place.door for place in PLACES),
        *(place.peers for place in PLACES),
    ]


async def _invent() -> Population:
    with screen.step("Kunci dan orang rekaan") as line:
        shutil.rmtree(BUILD, ignore_errors=True)
        BUILD.mkdir(parents=True)
        people = make()
        office = await asyncio.to_thread(federation.found)
        shutil.copy(office.public / "root.json", BUILD / "root.json")
        ministries = len({place.ministry for place in PLACES if place.system != "Portal"})
        count, families = screen.whole(len(people.people)), screen.whole(len(people.families))
        line.told = f"{ministries} kementerian, {count} orang, {families} keluarga"
    return people


async def _old_systems(crew: Crew) -> None:
    """The stand-ins of the ministries' systems; the hospital's is a database."""
    with screen.step("Sistem lama (tiruan)") as line:
        dtsen = home(next(place for place in PLACES if place.name == "dtsen")) / "sistem" / "dtsen.pub"
        extra = {"dtsen": ["--folder", str(BUILD / "dtsen"), "--kunci-publik", str(dtsen)]}
        running = [place for place in PLACES if place.standin]
        await together(
            *(
                crew.start(place.name, f"contoh.{place.name}", "--port", str(place.standin), *extra.get(place.name, []))
                for place in running
            ),
            crew.start("bersama", "contoh.bersama", "--port", str(TOGETHER)),
            crew.finish("simrs", "contoh.simrs", "--url", _database()),
        )
        ports = [TOGETHER, *(place.standin for place in running if place.standin)]
        line.told = f"{len(running) + 2} hidup, di {HOST}:{min(ports)}-{max(ports)} dan satu basis data"


def _database() -> str:
    folder = home(next(place for place in PLACES if place.name == "simrs")) / "sistem"
    return f"sqlite:///{folder / 'simrs.db'}"


async def _nodes(crew: Crew) -> None:
    with screen.step("Simpul") as line:
        where = ("--serve", f"{HOST}:{REGISTRY_PORT}", "--dir", str(BUILD / "registri"))
        await crew.start("registri", "terpadu", "federation", "publish", *where)
        await together(*(_node(crew, place) for place in PLACES))
        line.told = f"{len(PLACES)} hidup, federasi nomor 1 diterima, catatan utuh"


async def _node(crew: Crew, place: Place) -> None:
    await crew.start(f"simpul-{place.name}", "terpadu", "node", "run", str(home(place) / "simpul.toml"))


async def _portal(crew: Crew) -> None:
    with screen.step("Portal") as line:
        await crew.finish("portal-siap", "terpadu", "portal", "prepare", str(portal.FILE))
        await crew.finish("portal-registri", "terpadu", "portal", "adopt", str(portal.FILE))
        await crew.finish(
            "portal-inventaris", "terpadu", "portal", "inventory", str(portal.FILE), str(portal.INVENTORY)
        )
        await together(
            *(crew.start(f"portal-{what}", "terpadu", "portal", what, str(portal.FILE)) for what in ("run", "work"))
        )
        await desk.register()
        line.told = f"melayani di {portal.ADDRESS}"


async def _first_load(year: Year) -> None:
    with screen.step("SIMRS ke SATUSEHAT") as line:
        found, sent = await year.feed()
        rules = len({row.rule for row in found.refused if row.rule})
        line.told = (
            f"{found.sent} baris dalam {len(sent)} kiriman, {len(found.refused)} ditolak menurut {rules} RuleNumber"
        )


async def _newborn(crew: Crew) -> None:
    """The child arrives in the hospital's database."""
    await crew.finish("bayi-baru", "contoh.simrs", "--url", _database(), "--bayi-baru")


async def _tell(chapters: list[Chapter], newcomer: Person) -> bool:
    """The table, what is no longer asked, the receipts checked, what to try; True where all of it went well."""
    rows = [row for chapter in chapters for row in chapter.rows]
    screen.console.print()
    screen.console.print(screen.table(chapters))
    documents = [document for chapter in chapters for document in chapter.run.service.document]
    still = [document.title.id.lower() for chapter in chapters for document in chapter.run.service.still_asked]
    good = await report.verified(rows)
    screen.summary(
        len(documents), still, sum(row.released for row in rows), sum(row.held for row in rows), good, len(rows)
    )
    report.write(rows, len(documents) - len(still), good)
    for chapter in chapters:
        for name, sentence in problems(chapter.run):
            screen.problem(f"{name}: {sentence}")
    screen.try_it(next((row.receipt for row in rows if row.receipt), ""), newcomer)
    return good == len(rows) and all(chapter.run.complete for chapter in chapters)


if __name__ == "__main__":
    sys.exit(main())
