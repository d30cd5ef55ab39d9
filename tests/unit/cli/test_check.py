"""`terpadu check --deploy`: a bare installation is told all that is missing; a whole one, with real servers beside it, is fit."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from terpadu.clock import system_clock
from terpadu.model.federation import Member
from terpadu.model.identifiers import MemberId
from terpadu.trust import draft
from terpadu.trust.online import freshen
from terpadu.trust.serve import listening
from tests.lib.federation import Made, make_federation
from tests.lib.portals import prepared
from tests.lib.standing import post
from tests.unit.cases.little_node import little_node

ROOT = Path(__file__).resolve().parents[3]
SIGNER = "ID/GOV/A/persetujuan"


def terpadu(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "terpadu", *words]
    environment = {**os.environ, **more}
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False, env=environment)


def made(folder: Path, **lines: object) -> Path:
    """A portal that is prepared, with these lines in its file."""
    assert terpadu("portal", "init", str(folder)).returncode == 0
    file = folder / "portal.toml"
    told = {"keys": '"keys"', "services": f'"{ROOT / "demo/layanan"}"', **lines}
    file.write_text("[portal]\n" + "".join(f"{name} = {value}\n" for name, value in told.items()), encoding="utf-8")
    shutil.copytree(prepared(), folder, dirs_exist_ok=True)
    return file


def words(output: str) -> dict[str, set[str]]:
    """Subject -> the words said of it."""
    found: dict[str, set[str]] = {}
    for line in output.splitlines():
        for word in ("baik", "perhatian", "rusak"):
            if f"  {word} " in line and not line.startswith(" "):
                found.setdefault(line.partition("  ")[0].strip(), set()).add(word)
    return found


@contextmanager
def registry(office: Made) -> Iterator[int]:
    """The federation's files, served."""
    loop = asyncio.new_event_loop()
    bound: list[int] = []
    stop = asyncio.Event()

    async def serve() -> None:
        async with listening(office.office.public, "127.0.0.1", 0) as port:
            bound.append(port)
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    while not bound:
        time.sleep(0.01)
    yield bound[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def test_a_bare_installation_is_told_all_that_is_missing(tmp_path: Path) -> None:
    done = terpadu("check", "--deploy", str(made(tmp_path, node='"http://127.0.0.1:9"')))
    assert done.returncode == 1, done.stdout + done.stderr
    said = words(done.stdout)
    broken = {subject for subject, found in said.items() if "rusak" in found}
    assert broken == {"simpul", "alamat", "surel", "pekerja", "registri"}, done.stdout
    assert said["basis data"] == said["tanda tangan dokumen"] == said["tembolok"] == {"perhatian"}, done.stdout
    lines = done.stdout.splitlines()
    told = [number for number, line in enumerate(lines) if "  rusak " in line]
    assert all("->" in lines[number + 1] for number in told), "each says what to do"
    assert "Traceback" not in done.stdout + done.stderr


def test_without_deploy_only_what_must_hold_anywhere(tmp_path: Path) -> None:
    with little_node() as node:
        done = terpadu("check", str(made(tmp_path, node=f'"{node.address}"')))
    assert set(words(done.stdout)) == {"basis data", "layanan", "kunci", "tanda tangan dokumen", "simpul"}, done.stdout
    assert "0 kesepakatan" in done.stdout


@pytest.mark.parametrize("listed", [True, False])
def test_the_consent_key_is_looked_for_in_the_federation(tmp_path: Path, listed: bool) -> None:
    file = made(tmp_path / "portal")
    key = (tmp_path / "portal/keys/consent.pub").read_text(encoding="ascii").strip()
    office = make_federation(tmp_path / "federasi", members=[Member(id=MemberId("ID/GOV/A"), name="A")])
    now = system_clock()
    if listed:
        office.change(lambda before: draft.with_consent_signer(before, SIGNER, "ID/GOV/A", key, now))
    office.publish(now)
    freshen(office.office, now)
    with registry(office) as port, little_node() as node, post() as (mail, _):
        file.write_text(
            f'[portal]\nkeys = "keys"\nservices = "{ROOT / "demo/layanan"}"\naddress = "https://portal.contoh.example"\n'
            f'node = "{node.address}"\nregistries = ["http://127.0.0.1:{port}"]\nconsent_signer = "{SIGNER}"\n'
            f'mail = "127.0.0.1:{mail}"\nmail_from = "portal@contoh.example"\n'
        )
        assert terpadu("portal", "work", "--once", str(file)).returncode == 0
        done = terpadu("check", "--deploy", str(file))
    said = words(done.stdout)
    assert said["registri"] == {"baik" if listed else "rusak"}, done.stdout
    assert said["alamat"] == said["surel"] == said["jam"] == said["Django"] == {"baik"}, done.stdout


def test_a_key_that_others_read_is_named(tmp_path: Path) -> None:
    file = made(tmp_path)
    (tmp_path / "keys").chmod(0o755)
    done = terpadu("check", str(file))
    assert "terbaca orang lain: keys" in done.stdout
    assert done.returncode == 1
