"""A federation on the command line, from nothing to a suspended member, served by a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from terpadu.cli import federation, node_keys
from terpadu.clock import system_clock
from terpadu.trust.fetch import Source
from terpadu.trust.keeper import Keeper
from terpadu.trust.store import Store

app = typer.Typer()
app.add_typer(federation.app, name="federation")
app.add_typer(node_keys.app, name="node")
PROGRAM = "from tests.journey.test_federation import app; app()"

SERVICE = """
id = "ID/GOV/DUK/pop/nik"
title = "Cek NIK"
type = "REST"
effect = "safe"
nodes = ["ID/GOV/DUK/n1"]
endpoints = [["POST", "/**"]]
subject = "body:nik"
"""
AGREEMENT = """
id = "A1"
version = 1
consumer = "ID/GOV/KES/klinik"
service = "ID/GOV/DUK/pop/nik"
purposes = ["lahir"]
endpoints = [["POST", "/**"]]
fields = ["nama", "alamat"]
since = 2026-01-01T00:00:00+07:00
until = 2100-01-01T00:00:00+07:00
quota = 1000
persons = 100
"""


def run(*words: object, code: int = 0) -> str:
    """The output of a command that ends with this status."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A registry with a full draft, unsigned."""
    where = tmp_path / "registri"
    (tmp_path / "service.toml").write_text(SERVICE)
    (tmp_path / "agreement.toml").write_text(AGREEMENT)
    here = ("--dir", where)
    run("federation", "init", where, "--instance", "ID")
    for number, member in enumerate(("ID/GOV/DUK", "ID/GOV/KES"), 1):
        run("federation", "member", "add", member, "--name", f"Instansi {number}", *here)
        folder = tmp_path / f"n{number}"
        run("node", "init", folder, "--id", f"{member}/n1", "--host", "127.0.0.1", "--port", 5500 + number)
        run("federation", "node", "add", folder / "request.json", *here)
        assert (folder / "tls-1.crt").exists()
    run("federation", "subsystem", "add", "ID/GOV/DUK/pop", "--name", "Kependudukan", *here)
    run("federation", "subsystem", "add", "ID/GOV/KES/klinik", "--name", "Klinik", *here)
    run("federation", "service", "add", tmp_path / "service.toml", *here)
    run("federation", "purpose", "add", "lahir", "--title", "Pencatatan kelahiran", "--basis", "UU 24/2013", *here)
    run("federation", "agreement", "add", tmp_path / "agreement.toml", *here)
    return where


@contextmanager
def served(registry: Path) -> Iterator[str]:
    """`publish --serve` in a process of its own; gives the address."""
    words = ["federation", "publish", "--serve", "127.0.0.1:0", "--dir", str(registry)]
    unbuffered = {**os.environ, "PYTHONUNBUFFERED": "1"}
    program = [sys.executable, "-c", PROGRAM, *words]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=unbuffered)
    assert process.stdout is not None
    with process, process.stdout as output:
        try:
            found = next(match for line in output if (match := re.search(r"http://\S+", line)))
            yield found[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)
    assert process.returncode == 0


def test_from_nothing_to_a_suspended_member(registry: Path, tmp_path: Path) -> None:
    here = ("--dir", registry)
    assert "+ agreement A1/1" in run("federation", "diff", *here)
    assert "1 dari 2" in run("federation", "sign", "--key", registry / "offline/1.pem", *here)
    assert "1 dari 2" in run("federation", "sign", "--key", registry / "offline/1.pem", *here), "the same holder, once"
    assert "signatures of 2 holders, found 1" in run("federation", "publish", *here, code=1)
    assert "2 dari 2" in run("federation", "sign", "--key", registry / "offline/3.pem", *here)
    with served(registry) as address:
        assert "Draf sama" in run("federation", "diff", *here)
        root = (registry / "public/root.json").read_bytes()
        keeper = Keeper(Store(tmp_path / "trust", root), lambda: [Source(address)], system_clock)
        assert asyncio.run(keeper.refresh()), keeper.state().errors
        assert set(keeper.rights().agreements) == {"A1/1"}
        run("federation", "suspend", "ID/GOV/KES", "--by", "centre", "--reason", "uji", *here)
        before = system_clock()
        assert asyncio.run(keeper.refresh()), keeper.state().errors
        assert keeper.rights().suspended == {"ID/GOV/KES"}
        assert system_clock() - before < 5_000
    assert "ditangguhkan ID/GOV/KES" in run("federation", "diff", *here)
    run("federation", "resume", "ID/GOV/KES", "--by", "centre", *here)


def test_what_the_machine_does_alone_and_a_renewal(registry: Path, tmp_path: Path) -> None:
    here = ("--dir", registry)
    for number in (2, 3):
        run("federation", "sign", "--key", registry / f"offline/{number}.pem", *here)
    assert "nomor 1 terbit" in run("federation", "publish", *here)
    assert "Tidak ada yang menunggu" in run("federation", "publish", *here)
    run("federation", "halt", "ID/GOV/DUK/pop/nik", *here)
    assert "peluncuran dihentikan ID/GOV/DUK/pop/nik" in run("federation", "diff", *here)
    run("federation", "unhalt", "ID/GOV/DUK/pop/nik", *here)
    key = run("federation", "keys", *here).split(" ")[0]
    run("federation", "revoke", key, *here)
    assert run("federation", "keys", *here).splitlines()[0].endswith("revoked")
    run("federation", "withdraw", "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80=", *here)
    run("federation", "rekey", "narrowing", *here)
    folder = tmp_path / "n1"
    run("node", "renew", folder, "tls", "--host", "127.0.0.1", "--port", 5501)
    run("federation", "node", "add", folder / "request-tls-2.json", *here)
    assert (folder / "tls-2.crt").exists()
    for number in (1, 2):
        run("federation", "sign", "--key", registry / f"offline/{number}.pem", *here)
    assert "nomor 2 terbit" in run("federation", "publish", *here)
    with served(registry) as address:
        root = (registry / "public/root.json").read_bytes()
        keeper = Keeper(Store(tmp_path / "trust", root), lambda: [Source(address)], system_clock)
        assert asyncio.run(keeper.refresh()), keeper.state().errors
        taken = address.rstrip("/").rpartition("//")[2]
        assert "free address" in run("federation", "publish", "--serve", taken, *here, code=1)
    assert "HOST:PORT" in run("federation", "publish", "--serve", "8080", *here, code=2)


def test_a_server_restarts_while_holders_are_signing(registry: Path) -> None:
    here = ("--dir", registry)
    for number in (1, 2):
        run("federation", "sign", "--key", registry / f"offline/{number}.pem", *here)
    run("federation", "publish", *here)
    run("federation", "member", "add", "ID/GOV/SOS", "--name", "Sosial", *here)
    run("federation", "sign", "--key", registry / "offline/1.pem", *here)
    with served(registry) as address:
        assert address


def test_wrong_input_gets_one_sentence(registry: Path, tmp_path: Path) -> None:
    here = ("--dir", registry)

    def refused(*words: object) -> str:
        told = run("federation", *words, *here, code=2)
        assert "Traceback" not in told
        assert told.count("\n") == 2, told  # its meaning in Indonesian, and the exact sentence
        return told

    broken = tmp_path / "broken.toml"
    broken.write_text("id = ")
    assert "Expected TOML in" in refused("service", "add", broken)
    broken.write_text(SERVICE + "colour = 1")
    assert "unknown field `colour`" in refused("service", "add", broken)
    broken.write_text(SERVICE.replace("DUK/n1", "KES/n1"))
    assert "of another member" in refused("service", "add", broken)
    broken.write_text(SERVICE.replace('"safe"', '"keyed"').replace('/n1"]', '/n1", "ID/GOV/DUK/n2"]'))
    assert "exactly one node" in refused("service", "add", broken)
    assert "needs its offset" in refused("agreement", "add", _written(broken, AGREEMENT.replace("+07:00", "")))
    assert "fields empty" in refused("agreement", "add", _written(broken, AGREEMENT.replace('"nama", "alamat"', "")))
    assert "belongs to no member" in refused("subsystem", "add", "ID/GOV/X/app", "--name", "X")
    assert "INSTANCE/CLASS/MEMBER" in refused("member", "add", "ID/GOV", "--name", "X")
    assert "names of instance ID" in refused("member", "add", "SG/GOV/X", "--name", "X")
    assert "joining request" in refused("node", "add", broken)
    assert "another key" in refused("sign", "--key", registry / "online/snapshot.pem")
    assert "private key in PEM" in refused("sign", "--key", broken)
    assert "No such file" in refused("sign", "--key", tmp_path / "nowhere.pem")
    assert "published federation" in refused("suspend", "ID/GOV/DUK", "--by", "centre", "--reason", "x")
    assert "two holders" in run("federation", "publish", *here, code=1)
    assert "holds files" in run("federation", "init", registry, "--instance", "ID", code=2)


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
