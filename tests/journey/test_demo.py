"""The demo: what it prints and leaves behind, and that it goes as it came, however it is ended."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import cryptography
import psutil
import pytest
import requests
from msgspec import Struct, convert

from terpadu.facts import vocabulary
from terpadu.services import definition
from tests.lib.demo_run import BUILD, CTRL_C, HIDE, LAST_LINE, MOVED_BY, ROOT, SHOW, Terminal, demo, gone, quietly

WORDS = vocabulary.load()
PACKAGES = Path(cryptography.__file__).parents[1]


class Fields(Struct, forbid_unknown_fields=True):
    """Let through, of those held."""

    released: int
    held: int


class Line(Struct, forbid_unknown_fields=True):
    """One exchange in the report."""

    ministry: str
    system: str
    protocol: str
    service: str
    status: str
    milliseconds: float
    fields: Fields
    receipt: str


class Report(Struct, forbid_unknown_fields=True):
    """report.json in the demo's folder."""

    services: list[Line]
    documents_removed: int
    receipts_verified: int
    receipts_total: int
    root: str


@pytest.fixture(scope="module")
def serving() -> Iterator[Terminal]:
    """A demo that has shown the year on 80 columns and goes on serving."""
    with demo(columns=80) as terminal:
        terminal.until(LAST_LINE)
        yield terminal


@pytest.fixture(scope="module")
def report(serving: Terminal) -> Report:
    """What it left for programs."""
    return convert(json.loads((BUILD / "report.json").read_text()), Report)


def test_all_ministries_and_systems_were_asked_and_each_receipt_proved(report: Report) -> None:
    assert len({line.ministry for line in report.services}) >= 7
    assert len({line.system for line in report.services}) >= 9
    assert {line.status for line in report.services} == {"ok"}
    assert all(0 < line.fields.released <= line.fields.held for line in report.services)
    assert all(line.milliseconds > 0 for line in report.services)
    assert report.receipts_verified == report.receipts_total == len(report.services)
    year = [definition.load(ROOT / "demo/layanan" / name, WORDS) for name in ("kelahiran", "sekolah", "lamaran")]
    assert report.documents_removed == sum(len(one.document) - len(one.still_asked) for one in year) >= 18


def test_receipts_prove_from_another_directory_with_cryptography_alone(report: Report, tmp_path: Path) -> None:
    only = tmp_path / "only"
    only.mkdir()
    for pattern in ("cryptography", "cffi", "_cffi_backend*"):
        for path in PACKAGES.glob(pattern):
            (only / path.name).symlink_to(path)
    for line in report.services:
        assert Path(line.receipt).is_relative_to(BUILD)
        command = [sys.executable, "-S", str(ROOT / "verify" / "verify.py"), line.receipt, report.root]
        done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(only)}, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_receipt_does_not_prove_against_another_root(report: Report, tmp_path: Path) -> None:
    root: dict[str, Any] = json.loads(Path(report.root).read_text())
    anchors = root["signed"]["x-terpadu-evidence"]
    root["signed"]["x-terpadu-evidence"] = [line[:-2] + "xy" if "+" in line else line for line in anchors]
    (tmp_path / "root.json").write_text(json.dumps(root))
    command = [sys.executable, "verify/verify.py", report.services[0].receipt, str(tmp_path / "root.json")]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize(
    ("name", "said"),
    [("Simpul", '"member"'), ("Bertanya", '"no_kk"'), ("Bukti", "PROVEN"), ("Mandiri", "")],
)
def test_printed_lines_work_as_printed(serving: Terminal, name: str, said: str) -> None:
    offered = serving.text.partition("Coba sendiri")[2].splitlines()
    line = next(line for line in offered if line.strip().startswith(f"{name} "))
    command = line.strip().removeprefix(name).strip()
    if command.startswith("curl") and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout


def test_a_payment_pushed_again_is_one_more_exchange_and_no_second_effect(report: Report) -> None:
    """SIMPONI heard "3 received" from the portal's receiver, hears "2 already received" now, and the payment is taken once."""
    simponi, at = f"http://127.0.0.1:{9108 + MOVED_BY}", "/instansi/pembayaran"
    bill = {"kode_billing": f"82{datetime.now():%y%m%d}0000001"}
    first = requests.post(f"{simponi}/bank/kiriman", json=bill, timeout=5).json()["response"]["simponiData"]
    again = requests.post(f"{simponi}/bank/kirim-ulang", json=bill, timeout=9).json()["response"]["simponiData"]
    last = requests.post(f"{simponi}/bank/kiriman", json=bill, timeout=5).json()["response"]["simponiData"]
    assert (first["StatusKirim"], again["StatusKirim"], last["Header"]["data-released"]) == ("3", "2", "3/11")
    assert first["Header"]["x-road-request-id"] != last["Header"]["x-road-request-id"]
    counts = requests.get(f"{simponi}/_contoh/hitungan", timeout=5).json()
    assert (counts["dikirim"], counts.get(f"panggilan:{at}", 0)) == (2, 0), "the portal itself is the receiver"
    pushed = [line for line in report.services if line.service.endswith("/PORTAL/terima-pembayaran")]
    assert [(line.system, line.fields) for line in pushed] == [("SIMPONI", Fields(released=3, held=11))]


def test_the_push_reaches_the_receiver_through_the_exchange_alone(report: Report) -> None:
    """The address that SIMPONI was given is its own node's, and that node asks nobody for proof but loopback."""
    settings = tomllib.loads((BUILD / "simpul/simponi/simpul.toml").read_text())
    assert settings["alias"].keys() == {"/dorong/pembayaran"}
    assert settings["callers"]["anybody_may_be"] == ["ID/GOV/KEMENKEU/SIMPONI"]


def test_on_eighty_columns_everything_but_commands_fits(serving: Terminal) -> None:
    wide = [line for line in serving.lines if len(line) > 80]
    assert all(any(word in line for word in ("curl", "verify", "Data yang")) for line in wide), wide
    assert any("Kemendikbudristek" in line for line in serving.lines)


def test_a_second_demo_is_told_so_in_one_line_and_the_first_goes_on(serving: Terminal) -> None:
    second = quietly("--once")
    assert second.returncode == 1
    assert [line.strip() for line in second.stdout.splitlines() if line.strip()] == [
        "✗ Peragaan lain sedang berjalan dari map ini; hentikan dulu dengan Ctrl-C di terminalnya."
    ]
    assert second.stderr == ""
    assert serving.process.is_running()
    assert (BUILD / "report.json").exists()


def test_a_node_that_falls_is_named_and_ctrl_c_ends_all_others(serving: Terminal) -> None:
    crew = serving.crew()
    assert len(crew) >= 19  # eight stand-ins, ten nodes, the registry
    node = next(process for process in crew if "simpul/skck/simpul.toml" in " ".join(process.cmdline()))
    node.kill()
    serving.until("simpul-skck berhenti sendiri (kode -9)")
    serving.key(CTRL_C)
    assert serving.ended() == 0
    assert not gone(crew)
    assert serving.raw.rfind(SHOW) >= serving.raw.rfind(HIDE)


def test_a_taken_port_is_one_line_and_nothing_starts() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 9107 + MOVED_BY))
        taken.listen()
        with demo("--once") as terminal:
            assert terminal.ended() == 1
            assert [line.strip() for line in terminal.lines] == [
                f"✗ Porta {9107 + MOVED_BY} sudah dipakai program lain; hentikan program itu, lalu ulangi make demo."
            ]


PHASES = ("Kunci dan", "✓ Kunci dan", "✓ Sistem lama", "✓ Simpul", "✓ SIMRS ke")


@pytest.mark.deep
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("how", ["key", "term", "hangup", "kill"])
def test_ended_at_any_phase_it_leaves_nobody_and_the_terminal_as_it_was(phase: str, how: str) -> None:
    with demo() as terminal:
        terminal.until(phase)
        crew = terminal.crew()
        if how == "key":
            terminal.key(CTRL_C)
        else:
            terminal.process.send_signal({"term": signal.SIGTERM, "hangup": signal.SIGHUP, "kill": signal.SIGKILL}[how])
        assert terminal.ended() == (-9 if how == "kill" else 130)
        assert not gone(crew)
        assert "Traceback" not in terminal.text
        assert how == "kill" or terminal.raw.rfind(SHOW) >= terminal.raw.rfind(HIDE)
        bound = ["demo.bound", str(terminal.process.pid)]
    left = [one.info["cmdline"] or [] for one in psutil.process_iter(["cmdline"])]
    assert not [words for words in left if bound == words[2:4]]


@pytest.mark.deep
def test_twice_in_a_row() -> None:
    for _ in range(2):
        done = quietly("--once", COLUMNS="100", NO_COLOR="1")
        assert done.returncode == 0, done.stdout
        assert "\x1b" not in done.stdout
        assert "29 dari 29 sah" in done.stdout


@pytest.mark.deep
def test_a_node_that_falls_while_the_year_is_played_is_named_and_the_demo_fails() -> None:
    with demo("--once") as terminal:
        terminal.until("✓ Simpul")
        node = next(one for one in terminal.crew() if "simpul/siasn/simpul.toml" in " ".join(one.cmdline()))
        node.kill()
        terminal.until("simpul-siasn berhenti sendiri (kode -9)")
        assert terminal.ended(100) == 1
        assert "Traceback" not in terminal.text
        assert "kirim lamaran: " in terminal.text
